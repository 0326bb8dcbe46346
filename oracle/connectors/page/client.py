"""Walks the pages named in a site's sitemap, or takes the one page that is named instead of a site. A page that cannot
be fetched is noted, and the walk goes on."""

from collections.abc import Callable, Iterator

from oracle.connectors.page.normalize import FACTS
from oracle.connectors.page.sitemap import addresses
from oracle.errors import FetchError, Malformed
from oracle.fetch import Fetcher
from oracle.payload import Missed, RawPayload

MAX_FAILURES = 20  # pages in a row that cannot be had: the site is down, and asking on would not be polite


def pull(
    source_url: str, fetcher: Fetcher, clock: Callable[[], int], marketplace: str = FACTS.marketplace
) -> Iterator[RawPayload | Missed]:
    """The sitemap of the site at `source_url`, then each page that it names; without a sitemap, the page there."""
    base = source_url.rstrip("/")
    sitemap = base if base.endswith(".xml") else f"{base}/sitemap.xml"
    try:
        body, *_ = fetcher.get(sitemap)
    except FetchError as exc:
        try:
            if exc.reason != "HTTP_STATUS" or sitemap == base:
                raise
            page, media_type, _ = fetcher.get(source_url, max_bytes=FACTS.max_bytes)
        except FetchError:
            yield Missed(sitemap, exc.reason, str(exc))
        else:
            yield RawPayload("page", marketplace, source_url, media_type, clock(), page)
        return
    yield RawPayload("page", marketplace, sitemap, "application/xml", clock(), body)
    try:
        named = addresses(body)
    except Malformed:
        return  # the normalizer says what is wrong with it
    failures = 0
    for url in named[: FACTS.max_pages]:
        try:
            body, media_type, _ = fetcher.get(url, max_bytes=FACTS.max_bytes)
        except FetchError as exc:
            yield Missed(url, exc.reason, str(exc))
            failures += 1
            if failures >= MAX_FAILURES:
                yield Missed(base, "SOURCE_DOWN", f"{failures} pages in a row could not be had: the rest is missing")
                return
            continue
        failures = 0
        yield RawPayload("page", marketplace, url, media_type, clock(), body)
    if len(named) > FACTS.max_pages:
        yield Missed(base, "TOO_MANY_PAGES", f"expected at most {FACTS.max_pages} pages: the rest is missing")
