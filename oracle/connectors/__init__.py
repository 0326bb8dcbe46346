"""Connectors: one folder a kind of source, with its client (I/O), its normalizer (pure), facts and samples.

`pull` walks a source, `refetch` asks again for what concerns one listing, `normalize` turns a payload into records
and rejections. `normalize` never raises: a payload that cannot be read at all is one rejection.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from urllib.parse import quote, urlsplit

from oracle.connectors.facts import Facts
from oracle.connectors.page import client as page_client
from oracle.connectors.page import normalize as page_normalize
from oracle.connectors.report import client as report_client
from oracle.connectors.report import normalize as report_normalize
from oracle.connectors.shopify import client as shopify_client
from oracle.connectors.shopify import normalize as shopify_normalize
from oracle.errors import Malformed
from oracle.fetch import Fetcher
from oracle.payload import Missed, RawPayload
from oracle.record import Outcome, Rejected


@dataclass(frozen=True)
class Connector:
    """The two halves of a connector and its facts."""

    name: str
    client: ModuleType
    normalizer: ModuleType

    @property
    def facts(self) -> Facts:
        facts = self.normalizer.FACTS
        assert isinstance(facts, Facts)
        return facts


CONNECTORS: Mapping[str, Connector] = {
    "shopify": Connector("shopify", shopify_client, shopify_normalize),
    "page": Connector("page", page_client, page_normalize),
    "report": Connector("report", report_client, report_normalize),
}


@dataclass(frozen=True)
class Source:
    """Where to pull from: a connector, an address, and the marketplace's name when it is not host and port."""

    connector: str
    url: str
    marketplace: str | None = None

    def __post_init__(self) -> None:
        if self.connector not in CONNECTORS:
            raise Malformed("UNKNOWN_CONNECTOR", f"one of {', '.join(CONNECTORS)}", self.connector)

    @property
    def market(self) -> str:
        """The marketplace that payloads of this source speak for."""
        return self.marketplace or urlsplit(self.url).netloc or CONNECTORS[self.connector].facts.marketplace

    @classmethod
    def parse(cls, text: str) -> "Source":
        """A source as written on a command line: `shopify=https://shop.example`, `page:name=https://…`."""
        head, _, url = text.partition("=")
        connector, _, marketplace = head.partition(":")
        return cls(connector, url, marketplace or None)


def pull(source: Source, fetcher: Fetcher, clock: Callable[[], int]) -> Iterator[RawPayload | Missed]:
    """Every payload of a source, in order, and what could not be fetched. A payload is read by nobody before the
    caller asks for the next one, so that it can be stored first.
    """
    connector = CONNECTORS[source.connector]
    yield from connector.client.pull(source.url, fetcher, clock, source.market)


def refetch(
    marketplace: str, listing_id: str, url: str, report_base: str, fetcher: Fetcher, clock: Callable[[], int]
) -> Iterator[RawPayload]:
    """The payloads behind the *own* features of one listing: its address, and the report's lines about it.

    Raises `FetchError` when one of them cannot be had.
    """
    lines = f"{report_base.rstrip('/')}/listing/{quote(marketplace, safe='')}/{quote(listing_id, safe='')}.jsonl"
    for address in dict.fromkeys([url, lines]):
        body, media_type, transport = fetcher.get(address)
        name = "report" if address == lines else speaker(media_type)
        yield RawPayload(name, marketplace, address, media_type, clock(), body, transport)


def speaker(media_type: str) -> str:
    """The connector that reads a media type; the page reader for one that nobody claims."""
    plain = media_type.partition(";")[0].strip().lower()
    return next((name for name, connector in CONNECTORS.items() if plain in connector.facts.media_types), "page")


def normalize(payload: RawPayload) -> Iterator[Outcome]:
    """Records and rejections of one payload. Pure, and never raises."""
    try:
        connector = CONNECTORS.get(payload.connector)
        if connector is None:
            raise Malformed("UNKNOWN_CONNECTOR", f"one of {', '.join(CONNECTORS)}", payload.connector)
        facts = connector.facts
        if len(payload.body) > facts.max_bytes:
            raise Malformed("PAYLOAD_TOO_LARGE", f"at most {facts.max_bytes} bytes", f"{len(payload.body)} bytes")
        for number, outcome in enumerate(connector.normalizer.normalize(payload)):
            if number >= facts.max_records:
                raise Malformed("TOO_MANY_RECORDS", f"at most {facts.max_records} records", "more")
            yield outcome
    except Exception as exc:  # whatever hostile bytes provoke becomes a row with its reason
        yield Rejected.because(exc, "whole payload", payload.body[:300].decode("utf-8", "replace"))
