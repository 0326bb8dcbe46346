"""Fetches a report: one address, one payload."""

from collections.abc import Callable, Iterator

from oracle.connectors.report.normalize import FACTS
from oracle.errors import FetchError
from oracle.fetch import Fetcher
from oracle.payload import Missed, RawPayload


def pull(
    source_url: str, fetcher: Fetcher, clock: Callable[[], int], marketplace: str = FACTS.marketplace
) -> Iterator[RawPayload | Missed]:
    """The report at `source_url`."""
    try:
        body, media_type, _ = fetcher.get(source_url, max_bytes=FACTS.max_bytes)
    except FetchError as exc:
        yield Missed(source_url, exc.reason, str(exc))
        return
    yield RawPayload("report", marketplace, source_url, media_type, clock(), body)
