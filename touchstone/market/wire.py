"""A market as the bytes that its marketplaces serve: the same market and base address give the same bytes.

A `Wire` maps each path to (media type, body). The paged storefront is kept as encoded products and cut on request.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from touchstone.market import pages, report, storefront
from touchstone.market.records import Key, Listing, Market

JSON, HTML, XML, LINES = (
    "application/json; charset=utf-8",
    "text/html; charset=utf-8",
    "application/xml",
    "application/x-ndjson; charset=utf-8",
)
Answer = tuple[str, bytes]


@dataclass(frozen=True)
class Wire:
    """Everything that is served, by path, and the storefront's products in order."""

    bodies: dict[str, Answer]
    products: list[bytes]

    def get(self, target: str) -> Answer | None:
        """The answer to a request target (path and query), None when there is nothing."""
        if (found := self.bodies.get(target)) is not None:
            return found
        url = urlsplit(target)
        if url.path != "/shopify/products.json":
            return self.bodies.get(url.path)
        query = parse_qs(url.query)
        number, limit = query.get("page", ["1"])[0], query.get("limit", ["30"])[0]
        if not all(text.isascii() and text.isdecimal() and 0 < len(text) < 10 for text in (number, limit)) or not int(
            number
        ):
            return None
        return JSON, storefront.page(self.products, int(number), max(1, min(int(limit), storefront.PAGE_LIMIT)))


def build(market: Market, base_url: str, malformed: bool = True) -> Wire:
    """The wire of `market` under `base_url` (no slash at the end); `malformed` adds what no reader should take."""
    bodies: dict[str, Answer] = {}
    products = [encoded for row in market.listings if (encoded := _shelve(bodies, row))]
    bodies["/pages/sitemap.xml"] = XML, _sitemap(market, bodies, base_url, malformed)
    _report(market, bodies, base_url, malformed)
    for number in range(1, len(products) // storefront.PAGE_LIMIT + 3):
        body = storefront.page(products, number, storefront.PAGE_LIMIT)
        bodies[f"/shopify/products.json?limit={storefront.PAGE_LIMIT}&page={number}"] = JSON, body
    return Wire(bodies, products)


def _shelve(bodies: dict[str, Answer], row: Listing) -> bytes | None:
    """Put one listing's own page in place; returns the product where a storefront has to page it."""
    if row.marketplace == "aurora-shop":
        product = storefront.encode(row)
        bodies[f"/shopify/products/{storefront.handle(row)}.json"] = JSON, b'{"product":' + product + b"}"
        return product
    if row.marketplace == "bazaar-pages":
        bodies[pages.path(row.listing_id)] = HTML, pages.encode(row)
    return None


def _sitemap(market: Market, bodies: dict[str, Answer], base_url: str, malformed: bool) -> bytes:
    rows = [row for row in market.listings if row.marketplace == "bazaar-pages"]
    ids = [row.listing_id for row in rows]
    if malformed:
        odd = str(max(int(i) for i in ids) // 2 * 2 + 3)
        bodies[pages.path(odd)] = HTML, pages.truncated(replace(rows[0], listing_id=odd, recorded=None))
        ids.append(odd)
    return pages.sitemap(base_url, ids)


def _report(market: Market, bodies: dict[str, Answer], base_url: str, malformed: bool) -> None:
    sellers = {(s.marketplace, s.seller_id): report.seller_line(s, base_url) for s in market.sellers}
    lines = [*sellers.values()]
    about: dict[Key, list[bytes]] = {row.key: [sellers[row.marketplace, row.seller_id]] for row in market.listings}
    for row in market.listings:
        if row.marketplace == report.REPORTING:
            lines.append(report.listing_line(row, base_url))
            about[row.key].append(lines[-1])
    for key, fact in report.facts(market):
        lines.append(fact)
        about[key].append(fact)
    if malformed:
        for place, extra in zip((len(lines) // 3, len(lines) // 2, len(lines)), report.MALFORMED, strict=True):
            lines.insert(place, extra)
    bodies["/report/latest.jsonl"] = LINES, _joined(lines)
    for key, own in about.items():
        bodies[report.excerpt_path(key)] = LINES, _joined(own)


def _joined(lines: Iterable[bytes]) -> bytes:
    return b"\n".join(lines) + b"\n"
