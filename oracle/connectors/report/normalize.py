"""Report lines to records. Each line is one JSON object with its `kind`; a line without a marketplace speaks for the
reporting one. Lines are read one by one, so that a bad one costs itself only. Blank lines are none.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from node.protocol.observation import Scalar
from oracle.cleaning import count, flag, gtin, identifier, price, text, utc
from oracle.connectors.facts import Facts
from oracle.connectors.reading import load_json, object_of
from oracle.errors import Malformed
from oracle.payload import RawPayload
from oracle.record import Outcome, Record, each

FACTS = Facts.beside(__file__)
MAX_LINE = 1_000_000  # bytes
MAX_MARKETPLACES = 64  # of one payload: each is a folder in the lake
_MARKETPLACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_WEB = re.compile(r"https?://[^\s]{1,2000}")
Line = Mapping[str, Any]


def normalize(payload: RawPayload) -> Iterator[Outcome]:
    """A record, or why not, for each line."""
    markets: set[str] = {payload.marketplace}
    return each(_lines(payload.body), lambda line: record(line, payload, markets))


def _lines(body: bytes) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            yield f"line {number}", line


def record(line: bytes, payload: RawPayload, markets: set[str]) -> Record:
    """One line as a record."""
    if len(line) > MAX_LINE:
        raise Malformed("LINE_TOO_LONG", f"at most {MAX_LINE} bytes", f"{len(line)} bytes")
    found = object_of(load_json(line), "a line")
    kind = found.get("kind")
    read = READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise Malformed("UNKNOWN_KIND", f"one of {', '.join(READERS)}", kind)
    marketplace = found.get("marketplace", payload.marketplace)
    if not isinstance(marketplace, str) or not _MARKETPLACE.fullmatch(marketplace):
        raise Malformed("MARKETPLACE_UNUSABLE", "a marketplace's name", marketplace)
    if marketplace not in markets and len(markets) >= MAX_MARKETPLACES:
        raise Malformed("TOO_MANY_MARKETPLACES", f"at most {MAX_MARKETPLACES} in one report", marketplace)
    markets.add(marketplace)
    assert isinstance(kind, str)
    values = read(found, payload, FACTS.currency(marketplace))
    return Record.of(kind, payload, marketplace=marketplace, **values)


def _listing(line: Line, payload: RawPayload, currency: str | None) -> dict[str, Scalar]:
    stated = line.get("currency")
    shown = price(line.get("price"), stated, currency, FACTS.locale)
    listed = price(line.get("list_price"), stated or shown.currency, currency, FACTS.locale)
    code = text(line.get("gtin"), 64)
    return {
        "url": _address(line.get("url")) or payload.url,
        "listing_id": identifier(line.get("listing_id")),
        "title": text(line.get("title"), 1_000),
        "brand_raw": text(line.get("brand"), 200),
        "gtin_raw": code,
        "gtin": gtin(code),
        "sku": text(line.get("sku"), 200),
        "seller_id": identifier(line.get("seller_id")),
        "seller_name": text(line.get("seller_name"), 200),
        "price_raw": text(line.get("price"), 200),
        "price_fen": shown.minor,
        "currency": shown.currency,
        "list_price_raw": text(line.get("list_price"), 200),
        "list_price_fen": listed.minor,
        "description": text(line.get("description")),
        "image": text(line.get("image"), 2_000),
        "category": text(line.get("category"), 200),
        "published_at": utc(line.get("published_at")),
        "available": flag(line.get("available")),
    }


def _seller(line: Line, payload: RawPayload, currency: str | None) -> dict[str, Scalar]:
    return {
        "seller_id": identifier(line.get("seller_id")),
        "seller_name": text(line.get("seller_name"), 200),
        "registered_at": utc(line.get("registered_at")),
        "rating_centi": _bounded(line, "rating_centi", 0, 1_000),
        "location": text(line.get("location"), 200),
        "shop_url": _address(line.get("shop_url")),
    }


def _sales(line: Line, payload: RawPayload, currency: str | None) -> dict[str, Scalar]:
    month = line.get("month")
    if month is not None and (not isinstance(month, str) or not _MONTH.fullmatch(month)):
        raise Malformed("TIME_UNREADABLE", "a month as YYYY-MM", month)
    numbers = ("units_30d", "orders_30d", "buyers_30d", "visits_30d")
    return {"listing_id": identifier(line.get("listing_id")), "month": month} | {
        name: _bounded(line, name, 0, 10**12) for name in numbers
    }


def _review(line: Line, payload: RawPayload, currency: str | None) -> dict[str, Scalar]:
    return {
        "review_id": identifier(line.get("review_id")),
        "listing_id": identifier(line.get("listing_id")),
        "reviewer_id": identifier(line.get("reviewer_id")),
        "rating": _bounded(line, "rating", 1, 5),
        "text": text(line.get("text")),
        "posted_at": utc(line.get("posted_at")),
    }


def _return(line: Line, payload: RawPayload, currency: str | None) -> dict[str, Scalar]:
    return {
        "return_id": identifier(line.get("return_id")),
        "listing_id": identifier(line.get("listing_id")),
        "reason": text(line.get("reason"), 200),
        "text": text(line.get("text")),
        "returned_at": utc(line.get("returned_at")),
    }


def _promotion(line: Line, payload: RawPayload, currency: str | None) -> dict[str, Scalar]:
    stated = line.get("currency")
    claimed = price(line.get("claimed_price"), stated, currency, FACTS.locale)
    listed = price(line.get("list_price"), stated or claimed.currency, currency, FACTS.locale)
    return {
        "promotion_id": identifier(line.get("promotion_id")),
        "listing_id": identifier(line.get("listing_id")),
        "text": text(line.get("text")),
        "claimed_price_raw": text(line.get("claimed_price"), 200),
        "claimed_price_fen": claimed.minor,
        "list_price_fen": listed.minor,
        "starts_at": utc(line.get("starts_at")),
        "ends_at": utc(line.get("ends_at")),
    }


def _bounded(line: Line, name: str, low: int, high: int) -> int | None:
    value = count(line.get(name))
    if value is not None and not low <= value <= high:
        raise Malformed("OUT_OF_RANGE", f"{name} between {low} and {high}", value)
    return value


def _address(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _WEB.fullmatch(value) or not value.isprintable():
        raise Malformed("URL_UNUSABLE", "an http or https address", value)
    return value


READERS: Mapping[str, Callable[[Line, RawPayload, str | None], dict[str, Scalar]]] = {
    "listing": _listing,
    "seller": _seller,
    "sales": _sales,
    "review": _review,
    "return": _return,
    "promotion": _promotion,
}
