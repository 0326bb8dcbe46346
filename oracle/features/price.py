"""Price against the registered range (own) and against peers that offer the same product (context)."""

from typing import Any

import ibis
import pyarrow as pa

from oracle.features.frame import Frame
from oracle.features.schema import context, own

FEATURES = own(
    "price_missing",
    "price_fen",
    "price_to_low_bps",
    "price_to_high_bps",
    "list_price_to_high_bps",
    "list_price_to_price_bps",
    "currency_differs",
) + context("price_to_peer_median_bps", "price_rank_bps", "peer_listings", "peer_sellers")


def ratio_bps(part: Any, whole: Any) -> Any:
    """`part` per 10,000 of `whole`, floored; missing where `whole` is zero."""
    return ((part * 10_000) // whole.nullif(0)).cast("int64")


def compute(frame: Frame) -> pa.Table:
    listing = frame.expression("listing")
    same = listing.currency == listing.product_currency
    high, low = same.ifelse(listing.high_fen, None), same.ifelse(listing.low_fen, None)
    base = listing.select(
        "marketplace",
        "listing_id",
        "seller_id",
        "product",
        "currency",
        price=listing.price_fen,
        price_missing=listing.price_fen.isnull().cast("int64"),
        price_fen=listing.price_fen,
        price_to_low_bps=ratio_bps(listing.price_fen, low),
        price_to_high_bps=ratio_bps(listing.price_fen, high),
        list_price_to_high_bps=ratio_bps(listing.list_price_fen, high),
        list_price_to_price_bps=ratio_bps(listing.list_price_fen, listing.price_fen),
        currency_differs=(~same).cast("int64"),
    )
    priced = base.filter(base.product.notnull() & base.price.notnull() & base.currency.notnull())
    twice_median = (priced.price.quantile(0.5) * 2).floor().cast("int64")
    peers = priced.group_by(["product", "currency"]).agg(
        twice_median=twice_median, peer_listings=priced.count(), peer_sellers=priced.seller_id.nunique()
    )
    window = ibis.window(group_by=["product", "currency"], order_by=priced.price)
    ranks = priced.select("marketplace", "listing_id", rank=ibis.rank().over(window))
    joined = base.left_join(peers, ["product", "currency"]).drop("product_right", "currency_right")
    joined = joined.left_join(ranks, ["marketplace", "listing_id"]).drop("marketplace_right", "listing_id_right")
    others = joined.peer_listings > 1
    return frame.run(
        joined.mutate(
            price_to_peer_median_bps=others.ifelse(ratio_bps(joined.price * 2, joined.twice_median), None),
            price_rank_bps=others.ifelse(ratio_bps(joined["rank"], joined.peer_listings - 1), None),
        ).select("marketplace", "listing_id", *(feature.name for feature in FEATURES))
    )
