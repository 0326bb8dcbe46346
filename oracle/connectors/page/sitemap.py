"""Sitemaps: the addresses in `<urlset>`, without DTDs or entities."""

import lxml.etree

from oracle.errors import Malformed

_NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def is_sitemap(media_type: str) -> bool:
    """Whether an answer of this media type is a sitemap and not a page."""
    return media_type.partition(";")[0].strip().lower() in ("application/xml", "text/xml")


def addresses(body: bytes) -> list[str]:
    """The addresses in their order, each once. Raises `Malformed`."""
    if b"<!" in body.replace(b"<!--", b""):
        raise Malformed("XML_DECLARATIONS", "a sitemap without DTD, entities or CDATA", "one with")
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = lxml.etree.fromstring(body, parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as exc:
        raise Malformed("NOT_XML", "a sitemap", str(exc)) from exc
    if root.getroottree().docinfo.doctype or root.tag != f"{_NAMESPACE}urlset":
        raise Malformed("WRONG_SHAPE", "a sitemap's urlset", root.tag)
    found = (loc.text.strip() for loc in root.iter(f"{_NAMESPACE}loc") if loc.text and loc.text.strip())
    return list(dict.fromkeys(found))
