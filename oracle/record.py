"""Records: what a connector makes of a payload, or why it makes nothing of a part of it.

A record is one statement of one of the types below, as flat scalars; what is missing is None. The lake salts it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from node.protocol.canonical import MAX_INTEGER
from node.protocol.observation import Scalar
from oracle.errors import Malformed, shown
from oracle.payload import RawPayload

SCHEMA = "1"
_COMMON: dict[str, type] = {
    "type": str,
    "schema": str,
    "marketplace": str,
    "connector": str,
    "payload": str,
    "observed_at": int,
    "url": str,
}
_TYPES: dict[str, tuple[str, str, str]] = {  # names of texts, of integers, of truth values
    "listing": (
        "listing_id title brand_raw gtin_raw gtin sku seller_id seller_name price_raw currency list_price_raw"
        " description image category",
        "price_fen list_price_fen published_at",
        "available",
    ),
    "seller": ("seller_id seller_name location shop_url", "registered_at rating_centi", ""),
    "sales": ("listing_id month", "units_30d orders_30d buyers_30d visits_30d", ""),
    "review": ("review_id listing_id reviewer_id text", "rating posted_at", ""),
    "return": ("return_id listing_id reason text", "returned_at", ""),
    "promotion": (
        "promotion_id listing_id text claimed_price_raw",
        "claimed_price_fen list_price_fen starts_at ends_at",
        "",
    ),
}
FIELDS: dict[str, dict[str, type]] = {
    kind: _COMMON
    | dict.fromkeys(texts.split(), str)
    | dict.fromkeys(numbers.split(), int)
    | dict.fromkeys(flags.split(), bool)
    for kind, (texts, numbers, flags) in _TYPES.items()
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "listing": ("listing_id", "title"),
    "seller": ("seller_id",),
    "sales": ("listing_id",),
    "review": ("review_id", "listing_id"),
    "return": ("return_id", "listing_id"),
    "promotion": ("promotion_id", "listing_id"),
}


@dataclass(frozen=True)
class Record:
    """One statement, ready to be salted."""

    type: str
    values: dict[str, Scalar]

    @classmethod
    def of(cls, type: str, payload: RawPayload, **values: Scalar) -> "Record":
        """A record with every field of its type. Raises `Malformed` for a missing or unfit one."""
        fields = FIELDS[type]
        whole: dict[str, Scalar] = dict.fromkeys(fields)
        whole |= {
            "type": type,
            "schema": SCHEMA,
            "marketplace": payload.marketplace,
            "connector": payload.connector,
            "payload": payload.sha256,
            "observed_at": payload.fetched_at,
            "url": payload.url,
        }
        whole |= values
        for name, value in whole.items():
            if name not in fields:
                raise Malformed("UNKNOWN_FIELD", f"a field of {type}", name)
            if value is not None and value.__class__ is not fields[name]:
                raise Malformed("WRONG_TYPE", f"{name} as {fields[name].__name__}", value)
            if value.__class__ is int and not -MAX_INTEGER <= value <= MAX_INTEGER:
                raise Malformed("INTEGER_TOO_LARGE", f"{name} within 2^53", value)
        for name in REQUIRED[type]:
            if whole[name] in (None, ""):
                raise Malformed("MISSING_FIELD", f"a {type} with {name}", "none")
        return cls(type, whole)


@dataclass(frozen=True)
class Rejected:
    """A part of a payload that became no record: the reason code, what was expected and got, and what was kept."""

    reason: str
    expected: str
    got: str
    place: str = ""  # where in the payload
    excerpt: str = ""
    kept: str = "payload"  # the raw bytes, by digest

    @classmethod
    def because(cls, error: BaseException, place: str = "", excerpt: object = "") -> "Rejected":
        """The rejection that an error stands for."""
        if isinstance(error, Malformed):
            return cls(error.reason, error.expected, error.got, place, shown(excerpt, 300))
        if isinstance(error, RecursionError):
            return cls("TOO_DEEP", "less nesting", type(error).__name__, place, shown(excerpt, 300))
        return cls(
            "UNREADABLE", "a readable record", f"{type(error).__name__}: {shown(error)}", place, shown(excerpt, 300)
        )


Outcome = Record | Rejected
Item = TypeVar("Item")


def each(items: Iterable[tuple[str, Item]], read: Callable[[Item], Outcome]) -> Iterator[Outcome]:
    """What `read` makes of each (place, item): one bad item never stops the others."""
    for place, item in items:
        try:
            yield read(item)
        except Exception as exc:  # hostile input finds errors nobody listed; each becomes a row with its reason
            yield Rejected.because(exc, place, item)
