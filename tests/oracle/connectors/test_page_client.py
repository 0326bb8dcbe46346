"""Pages: a site is walked by its sitemap; an address without one is taken as the one page it names."""

from oracle.connectors.page.client import pull
from oracle.errors import FetchError
from oracle.fetch import Fetched, Fetcher
from oracle.payload import Missed, RawPayload

PAGE = b"<html><body>one</body></html>"
SITEMAP = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://shop/a</loc></url></urlset>'


class Site(Fetcher):
    """A site of known addresses; everything else answers 404."""

    def __init__(self, pages: dict[str, bytes], reason: str = "HTTP_STATUS") -> None:
        self.pages, self.reason = pages, reason

    def get(self, url: str, max_bytes: int | None = None) -> Fetched:
        if url not in self.pages:
            raise FetchError(self.reason, f"{url} answered 404")
        return Fetched(self.pages[url], "text/html")


def walk(url: str, site: Site) -> list[RawPayload | Missed]:
    return list(pull(url, site, lambda: 1))


def test_a_site_is_walked_by_its_sitemap() -> None:
    found = walk("http://shop", Site({"http://shop/sitemap.xml": SITEMAP, "http://shop/a": PAGE}))
    assert [one.url for one in found] == ["http://shop/sitemap.xml", "http://shop/a"]


def test_a_page_without_a_sitemap_is_the_one_page_asked_for() -> None:
    (found,) = walk("http://shop/kettle?lang=zh", Site({"http://shop/kettle?lang=zh": PAGE}))
    assert isinstance(found, RawPayload) and found.body == PAGE and found.url == "http://shop/kettle?lang=zh"


def test_what_cannot_be_had_is_noted_once() -> None:
    for site in (Site({}), Site({"http://shop/kettle": PAGE}, reason="UNREACHABLE")):
        (found,) = walk("http://shop/kettle", site)
        assert isinstance(found, Missed) and found.reason == site.reason
