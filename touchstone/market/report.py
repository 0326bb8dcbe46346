"""The wire form of grand-mall: a report in JSON Lines, which also carries what the other marketplaces tell about
sellers, sales, reviews, returns and promotions (not their listings). An excerpt holds the lines about one listing.
"""

import json
from collections.abc import Iterator
from typing import Any

from touchstone.market.clock import rfc3339
from touchstone.market.records import Key, Listing, Market, Seller

REPORTING = "grand-mall"
# What a report may hold by mistake or malice; none of these lines is a record.
NESTED = (
    b'{"kind":"review","marketplace":"grand-mall","review_id":"r1","text":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
)
DOUBLED = (
    b'{"kind":"sales","marketplace":"grand-mall","listing_id":"610000000",'
    b'"units_30d":1,"units_30d":900000,"month":"2026-01"}'
)
NOT_A_NUMBER = (
    b'{"kind":"listing","marketplace":"grand-mall","listing_id":"610000000","title":"NaN","price":NaN,"currency":"CNY"}'
)
MALFORMED = (NESTED, DOUBLED, NOT_A_NUMBER)
# How a spoilt field reads, by its name.
SPOILT_VALUES = {
    "posted_at": "昨天",
    "returned_at": "2026-13-41T25:00:00Z",
    "claimed_price": "面议",
    "units_30d": "many",
}


def line(kind: str, marketplace: str, values: dict[str, Any]) -> bytes:
    return json.dumps(
        {"kind": kind, "marketplace": marketplace, **values}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def excerpt_path(key: Key) -> str:
    return f"/report/listing/{key[0]}/{key[1]}.jsonl"


def seller_line(seller: Seller, base_url: str) -> bytes:
    return line(
        "seller",
        seller.marketplace,
        {
            "seller_id": seller.seller_id,
            "seller_name": seller.seller_name,
            "registered_at": rfc3339(seller.registered_at),
            "rating_centi": seller.rating_centi,
            "location": seller.location,
            "shop_url": f"{base_url}/shop/{seller.seller_id}",
        },
    )


def listing_line(row: Listing, base_url: str) -> bytes:
    return line(
        "listing",
        row.marketplace,
        {
            "listing_id": row.listing_id,
            "title": row.title,
            "brand": row.brand_raw,
            "gtin": row.gtin_raw,
            "sku": row.sku,
            "seller_id": row.seller_id,
            "seller_name": row.seller_name,
            "price": row.price_text,
            "currency": row.currency,
            "list_price": row.list_price_text,
            "description": row.description,
            "image": row.image,
            "category": row.category,
            "published_at": rfc3339(row.published_at),
            "available": row.available,
            "url": base_url + excerpt_path(row.key),
        },
    )


def facts(market: Market) -> Iterator[tuple[Key, bytes]]:
    """The lines about sales, reviews, returns and promotions, each with the listing that it is about."""
    spoilt = market.spoilt

    def made(kind: str, marketplace: str, listing_id: str, name: str, values: dict[str, Any]) -> tuple[Key, bytes]:
        if field := spoilt.get((kind, name)):
            values[field] = SPOILT_VALUES[field]
        return (marketplace, listing_id), line(kind, marketplace, values)

    for s in market.sales:
        counts = {
            "units_30d": s.units_30d,
            "orders_30d": s.orders_30d,
            "buyers_30d": s.buyers_30d,
            "visits_30d": s.visits_30d,
        }
        yield made(
            "sales", s.marketplace, s.listing_id, s.listing_id, {"listing_id": s.listing_id, **counts, "month": s.month}
        )
    for r in market.reviews:
        said = {"review_id": r.review_id, "listing_id": r.listing_id, "reviewer_id": r.reviewer_id, "rating": r.rating}
        yield made(
            "review",
            r.marketplace,
            r.listing_id,
            r.review_id,
            {**said, "text": r.text, "posted_at": rfc3339(r.posted_at)},
        )
    for t in market.returns:
        back = {"return_id": t.return_id, "listing_id": t.listing_id, "reason": t.reason, "text": t.text}
        yield made("return", t.marketplace, t.listing_id, t.return_id, {**back, "returned_at": rfc3339(t.returned_at)})
    for p in market.promotions:
        promise: dict[str, Any] = {"promotion_id": p.promotion_id, "listing_id": p.listing_id, "text": p.text}
        promise |= {"claimed_price": p.claimed_price_text, "list_price": p.list_price_text, "currency": "CNY"}
        promise |= {"starts_at": rfc3339(p.starts_at), "ends_at": rfc3339(p.ends_at)}
        yield made("promotion", p.marketplace, p.listing_id, p.promotion_id, promise)
