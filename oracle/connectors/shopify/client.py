"""Walks the pages of a storefront's /products.json until an empty one. A page seen before ends the walk."""

from collections.abc import Callable, Iterator

from oracle.connectors.reading import load_json
from oracle.connectors.shopify.normalize import FACTS, products
from oracle.errors import FetchError, Malformed
from oracle.fetch import Fetcher
from oracle.payload import Missed, RawPayload

PAGE_LIMIT = 250  # the most that a storefront gives at once


def pull(
    source_url: str, fetcher: Fetcher, clock: Callable[[], int], marketplace: str = FACTS.marketplace
) -> Iterator[RawPayload | Missed]:
    """The pages of the storefront at `source_url`, the last one without products."""
    base = source_url.rstrip("/").removesuffix("/products.json")
    seen: set[str] = set()
    for number in range(1, FACTS.max_pages + 1):
        url = f"{base}/products.json?limit={PAGE_LIMIT}&page={number}"
        try:
            body, media_type, _ = fetcher.get(url)
        except FetchError as exc:
            yield Missed(url, exc.reason, str(exc))
            return
        payload = RawPayload("shopify", marketplace, url, media_type, clock(), body)
        yield payload
        try:
            items = products(load_json(body))
        except Malformed:
            continue  # the normalizer says what is wrong with it; the next page may be well
        if not items:
            return
        if payload.sha256 in seen:
            yield Missed(url, "PAGE_REPEATED", "expected another page, got one seen before: the rest is missing")
            return
        seen.add(payload.sha256)
    yield Missed(base, "TOO_MANY_PAGES", f"expected at most {FACTS.max_pages} pages: the rest is missing")
