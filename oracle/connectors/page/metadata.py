"""The schema.org items of an HTML page: JSON-LD, and microdata read with extruct, in one shape (JSON-LD's).

Pages are hostile: size, nesting, number of items and references are bounded before anything walks them.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jstyleson  # type: ignore[import-untyped]
from extruct.jsonld import HTML_OR_JS_COMMENTLINE
from extruct.w3cmicrodata import MicrodataExtractor

from oracle.cleaning import html_tree
from oracle.connectors.reading import load_json
from oracle.errors import Malformed

MAX_SCRIPTS, MAX_COMMENTED = 200, 200_000
MAX_SCOPES, MAX_PROPERTIES, MAX_REFERENCES, MAX_DEPTH = 100, 3_000, 40, 20
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_VOCABULARY = re.compile(r"https?://schema\.org/")
Item = Mapping[str, Any]


def parse(body: bytes, media_type: str) -> Any:
    """The element tree of a page. Raises `Malformed`."""
    return html_tree(body, _encoding(body, media_type))


def _encoding(body: bytes, media_type: str) -> str | None:
    """The encoding that the answer states, else UTF-8 if the bytes are that, else what the page itself states."""
    if stated := _CHARSET.search(media_type):
        try:
            return codecs.lookup(stated.group(1)).name
        except LookupError:
            pass
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def scripts(tree: Any) -> list[str]:
    """The JSON-LD scripts of a page, as text."""
    found = tree.xpath('descendant-or-self::script[@type="application/ld+json"]')
    if len(found) > MAX_SCRIPTS:
        raise Malformed("TOO_MANY_ITEMS", f"at most {MAX_SCRIPTS} scripts", len(found))
    return [str(node.xpath("string()")) for node in found]


def json_ld(script: str) -> Iterator[Item]:
    """The items of one script. Raises `Malformed`. Comments, which JSON has not but pages have, are dropped."""
    try:
        value = load_json(script.encode("utf-8", "surrogatepass"), controls=True)
    except Malformed as exc:
        if exc.reason != "NOT_JSON" or len(script) > MAX_COMMENTED:
            raise
        plain = jstyleson.dispose(HTML_OR_JS_COMMENTLINE.sub("", script))
        value = load_json(plain.encode("utf-8", "surrogatepass"), controls=True)
    yield from _unfolded(value)


def _unfolded(value: Any, depth: int = 0) -> Iterator[Item]:
    """Items in lists, in `@graph` and in `mainEntity`."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _unfolded(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity"):
            yield from _unfolded(value.get(name), depth + 1)


def microdata(tree: Any) -> list[Item]:
    """The top-level microdata items of a page in JSON-LD's shape. Raises `Malformed`."""
    scopes = int(tree.xpath("count(//*[@itemscope])"))
    references = sum(len(value.split()) for value in tree.xpath("//@itemref"))
    properties = int(tree.xpath("count(//*[@itemprop])"))
    if scopes > MAX_SCOPES or properties > MAX_PROPERTIES or references > MAX_REFERENCES:
        raise Malformed("TOO_MANY_ITEMS", f"at most {MAX_SCOPES} items, {MAX_PROPERTIES} properties", scopes)
    if scopes == 0:
        return []
    return [_as_json_ld(item) for item in MicrodataExtractor().extract_items(tree, None)]


def _as_json_ld(item: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise Malformed("TOO_DEEP", f"at most {MAX_DEPTH} items in one another", "more")
    if isinstance(item, list):
        return [_as_json_ld(value, depth + 1) for value in item]
    if not isinstance(item, dict):
        return item
    found = {name: _as_json_ld(value, depth + 1) for name, value in item.get("properties", {}).items()}
    return found | {"@type": item.get("type"), "@id": item.get("id")}


def types(item: Item) -> set[str]:
    """The schema.org types of an item, without the vocabulary's address."""
    return {_VOCABULARY.sub("", name) for name in many(item.get("@type")) if isinstance(name, str)}


def first(value: Any) -> Any:
    """The first of several values, or the only one."""
    while isinstance(value, list):
        value = next((item for item in value if item not in (None, "")), None)
    return value


def many(value: Any) -> list[Any]:
    """One value, several or none, as a list."""
    return [] if value is None else value if isinstance(value, list) else [value]
