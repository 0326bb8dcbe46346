"""Re-listing (context): the same title, description or image under several sellers or several listings."""

from typing import Any

import pyarrow as pa

from oracle.features.frame import Frame
from oracle.features.schema import context

FEATURES = context(
    "title_sellers", "title_listings", "description_sellers", "description_listings", "image_sellers", "image_listings"
)
SHORTEST = 12  # squeezed characters; shorter texts are equal by chance


def compute(frame: Frame) -> pa.Table:
    listing = frame.expression("listing")
    result = listing.select(
        "marketplace", "listing_id", title=listing.title_key, description=listing.description_key, image=listing.image
    )
    for name in ("title", "description", "image"):
        shared = _shared(listing.select("marketplace", "seller_id", key=result_key(listing, name)), name)
        result = result.left_join(shared, result[name] == shared.key).drop("key")
    return frame.run(result.select("marketplace", "listing_id", *(feature.name for feature in FEATURES)))


def result_key(listing: Any, name: str) -> Any:
    return listing.image if name == "image" else listing[f"{name}_key"]


def _shared(rows: Any, name: str) -> Any:
    """For each text: how many listings carry it, under how many sellers."""
    rows = rows.filter(rows.key.notnull() & (rows.key.length() >= SHORTEST))
    who = rows.marketplace.concat("/", rows.seller_id.fill_null(""))
    return rows.group_by("key").agg(**{f"{name}_sellers": who.nunique(), f"{name}_listings": rows.count()})
