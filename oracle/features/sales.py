"""What was sold against what was looked at, bought and reviewed (own).

Whether a listing is still on sale is left out: platforms take down what was found, so it tells the answer afterwards.
"""

import pyarrow as pa

from oracle.features.frame import Frame
from oracle.features.price import ratio_bps
from oracle.features.schema import own

FEATURES = own(
    "units_30d",
    "orders_30d",
    "visits_30d",
    "orders_to_visits_bps",
    "units_to_orders_bps",
    "buyers_to_orders_bps",
    "reviews_to_orders_bps",
    "listing_age_days",
)
KEY = ["marketplace", "listing_id"]


def compute(frame: Frame) -> pa.Table:
    listing, sales, review = (frame.expression(kind) for kind in ("listing", "sales", "review"))
    posted = review.group_by(KEY).agg(posted=review.count())
    base = listing.select(
        *KEY,
        listing_age_days=((listing.looked_at - listing.published_at) // 86_400).cast("int64"),
    )
    joined = base.left_join(sales, KEY).drop("marketplace_right", "listing_id_right")
    joined = joined.left_join(posted, KEY).drop("marketplace_right", "listing_id_right")
    return frame.run(
        joined.select(
            *KEY,
            "units_30d",
            "orders_30d",
            "visits_30d",
            orders_to_visits_bps=ratio_bps(joined.orders_30d, joined.visits_30d),
            units_to_orders_bps=ratio_bps(joined.units_30d, joined.orders_30d),
            buyers_to_orders_bps=ratio_bps(joined.buyers_30d, joined.orders_30d),
            reviews_to_orders_bps=ratio_bps(joined.posted.fill_null(0), joined.orders_30d),
            listing_age_days=joined.listing_age_days,
        )
    )
