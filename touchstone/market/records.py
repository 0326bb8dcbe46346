"""What a simulated market holds. Amounts are fen (minor units of `currency`), times UTC seconds.

`role` and `profile` say how a row was made; they never reach the wire.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from touchstone.market.catalog import CatalogProduct

MARKETPLACES = ("aurora-shop", "bazaar-pages", "grand-mall")
KINDS = ("counterfeit", "grey_market", "brushing", "false_advertising", "price_fraud")

Key = tuple[str, str]  # (marketplace, listing id)


@dataclass(frozen=True, slots=True)
class Seller:
    marketplace: str
    seller_id: str
    seller_name: str
    registered_at: int
    rating_centi: int
    location: str
    role: str


@dataclass(frozen=True, slots=True)
class Listing:
    marketplace: str
    listing_id: str
    title: str
    brand_raw: str | None
    gtin_raw: str | None
    sku: str
    seller_id: str
    seller_name: str
    price_fen: int | None  # None: not stated, or stated so that nobody can read it
    price_text: str | None
    list_price_fen: int | None
    list_price_text: str | None
    currency: str
    description: str
    image: str | None
    category: str
    published_at: int
    available: bool
    language: str
    profile: str
    product: str | None  # GTIN-14 of the registered product that it is, or pretends to be
    recorded: int | None = None  # index of the recorded payload that it was taken from

    @property
    def key(self) -> Key:
        return (self.marketplace, self.listing_id)


@dataclass(frozen=True, slots=True)
class Review:
    marketplace: str
    review_id: str
    listing_id: str
    reviewer_id: str
    rating: int
    text: str
    posted_at: int


@dataclass(frozen=True, slots=True)
class Return:
    marketplace: str
    return_id: str
    listing_id: str
    reason: str
    text: str
    returned_at: int


@dataclass(frozen=True, slots=True)
class Promotion:
    """`claimed_price` is what the promotion says one pays, `list_price` the "original" price that it crosses out."""

    marketplace: str
    promotion_id: str
    listing_id: str
    text: str
    claimed_price_fen: int
    claimed_price_text: str
    list_price_fen: int | None
    list_price_text: str | None
    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Sales:
    marketplace: str
    listing_id: str
    units_30d: int
    orders_30d: int
    buyers_30d: int
    visits_30d: int
    month: str


@dataclass(frozen=True, slots=True)
class Market:
    seed: int
    now: int
    products: tuple[CatalogProduct, ...]
    sellers: tuple[Seller, ...]
    listings: tuple[Listing, ...]
    reviews: tuple[Review, ...]
    returns: tuple[Return, ...]
    promotions: tuple[Promotion, ...]
    sales: tuple[Sales, ...]
    truth: Mapping[Key, frozenset[str]]  # an entry for every listing; empty for an honest one
    spoilt: Mapping[tuple[str, str], str]  # (record type, id): the field that its wire form carries broken
