"""Who sells: age, rating and authorisation (own), size and mix of the shop (context)."""

import pyarrow as pa

from oracle.features.frame import Frame
from oracle.features.price import ratio_bps
from oracle.features.schema import context, own

FEATURES = own("seller_known", "seller_age_days", "seller_rating_centi", "seller_authorised") + context(
    "shop_listings", "shop_products", "shop_unauthorised_bps", "shop_below_low_bps", "shop_discounted_bps"
)


def compute(frame: Frame) -> pa.Table:
    listing, seller = frame.expression("listing"), frame.expression("seller")
    profile = seller.select(
        "marketplace",
        "seller_id",
        seller_known=seller.seller_id.notnull().cast("int64"),
        registered_at=seller.registered_at,
        seller_rating_centi=seller.rating_centi,
    )
    shop_rows = listing.filter(listing.seller_id.notnull())
    known = shop_rows.product.notnull()
    below = (shop_rows.currency == shop_rows.product_currency) & (shop_rows.price_fen < shop_rows.low_fen)
    discounted = shop_rows.list_price_fen > shop_rows.price_fen
    shops = shop_rows.group_by(["marketplace", "seller_id"]).agg(
        shop_listings=shop_rows.count(),
        shop_products=shop_rows["product"].nunique(),
        known=known.cast("int64").sum(),
        strange=(shop_rows.authorised == 0).fill_null(False).cast("int64").sum(),
        below=below.fill_null(False).cast("int64").sum(),
        discounted=discounted.fill_null(False).cast("int64").sum(),
    )
    keys = ["marketplace", "seller_id"]
    joined = listing.select("marketplace", "listing_id", "seller_id", "authorised", "looked_at")
    joined = joined.left_join(profile, keys).drop("marketplace_right", "seller_id_right")
    joined = joined.left_join(shops, keys).drop("marketplace_right", "seller_id_right")
    return frame.run(
        joined.select(
            "marketplace",
            "listing_id",
            seller_known=joined.seller_known.fill_null(0),
            seller_age_days=((joined.looked_at - joined.registered_at) // 86_400).cast("int64"),
            seller_rating_centi=joined.seller_rating_centi,
            seller_authorised=joined.authorised,
            shop_listings=joined.shop_listings,
            shop_products=joined.shop_products,
            shop_unauthorised_bps=ratio_bps(joined.strange, joined.known),
            shop_below_low_bps=ratio_bps(joined.below, joined.known),
            shop_discounted_bps=ratio_bps(joined.discounted, joined.shop_listings),
        )
    )
