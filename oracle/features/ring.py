"""Reviewer rings over the seller–review graph (context): reviewers who turn up together too often."""

from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from oracle.features.frame import Frame
from oracle.features.price import ratio_bps
from oracle.features.schema import context

FEATURES = context(
    "ring_shared_reviewers",
    "ring_shared_bps",
    "ring_listings",
    "ring_other_sellers",
    "ring_sellers",
    "reviewer_listings_centi",
    "reviewer_busy_bps",
    "reviewer_fives_bps",
    "reviewer_same_shop_bps",
)
KEY = ["marketplace", "listing_id"]
BUSIEST = 60  # listings of one reviewer; above, an account ties everything to everything
TIE = 3  # shared reviewers that make two listings neighbours
BUSY = 5  # listings that make a reviewer busy


def compute(frame: Frame) -> pa.Table:
    review, listing = frame.expression("review"), frame.expression("listing")
    shops = listing.select(*KEY, "seller_id").filter(listing.seller_id.notnull())
    seen = (
        review.filter(review.reviewer_id.notnull())
        .group_by([*KEY, "reviewer_id"])
        .agg(
            stars=review.rating.sum(),
            posts=review.rating.count(),
            fives=(review.rating == 5).fill_null(False).cast("int64").sum(),
        )
    )
    edges = seen.inner_join(shops, KEY).select(*KEY, "reviewer_id", "seller_id", "posts", "fives")
    edges = ibis.memtable(frame.run(edges))
    pairs = ibis.memtable(frame.run(_pairs(edges)))
    groups = ibis.memtable(_groups(frame.run(_seller_ties(pairs))))
    ties = pairs.group_by(KEY).agg(
        shared=pairs.shared.max(),
        listings=(pairs.shared >= TIE).cast("int64").sum(),
        sellers=((pairs.shared >= TIE) & (pairs.seller_id != pairs.other_seller)).cast("int64").sum(),
    )
    habits = _habits(edges)
    joined = habits.left_join(ties, KEY).drop("marketplace_right", "listing_id_right")
    joined = joined.left_join(groups, ["marketplace", "seller_id"]).drop("marketplace_right", "seller_id_right")
    return frame.run(
        joined.select(
            *KEY,
            ring_shared_reviewers=joined.shared.fill_null(0),
            ring_shared_bps=ratio_bps(joined.shared.fill_null(0), joined.reviewers),
            ring_listings=joined.listings.fill_null(0),
            ring_other_sellers=joined.sellers.fill_null(0),
            ring_sellers=joined.group_size.fill_null(1),
            reviewer_listings_centi=((joined.degrees * 100) // joined.reviewers).cast("int64"),
            reviewer_busy_bps=ratio_bps(joined.busy, joined.reviewers),
            reviewer_fives_bps=ratio_bps(joined.other_fives, joined.other_posts),
            reviewer_same_shop_bps=ratio_bps(joined.loyal, joined.reviewers),
        )
    )


def _pairs(edges: Any) -> Any:
    """Listings of one marketplace with the number of reviewers they share."""
    degrees = edges.group_by(["marketplace", "reviewer_id"]).agg(degree=edges.count())
    fit = edges.inner_join(degrees.filter(degrees.degree.between(2, BUSIEST)), ["marketplace", "reviewer_id"])
    fit = fit.select(*KEY, "reviewer_id", "seller_id")
    other = fit.view()
    met = fit.inner_join(
        other,
        [
            fit.marketplace == other.marketplace,
            fit.reviewer_id == other.reviewer_id,
            fit.listing_id != other.listing_id,
        ],
    )
    met = met.select(
        marketplace=fit.marketplace,
        listing_id=fit.listing_id,
        seller_id=fit.seller_id,
        other_listing=other.listing_id,
        other_seller=other.seller_id,
    )
    return met.group_by([*KEY, "seller_id", "other_listing", "other_seller"]).agg(shared=met.count())


def _seller_ties(pairs: Any) -> Any:
    tied = pairs.filter((pairs.shared >= TIE) & (pairs.seller_id != pairs.other_seller))
    return tied.select("marketplace", "seller_id", "other_seller").distinct()


def _groups(ties: pa.Table) -> pa.Table:
    """How many sellers each tied seller is connected with, itself included: the components of the seller graph."""
    places, left, right = (ties.column(name).to_pylist() for name in ("marketplace", "seller_id", "other_seller"))
    nodes = sorted({*zip(places, left, strict=True), *zip(places, right, strict=True)})
    index = {node: number for number, node in enumerate(nodes)}
    rows = [index[node] for node in zip(places, left, strict=True)]
    columns = [index[node] for node in zip(places, right, strict=True)]
    sizes = np.zeros(0, dtype=np.int64)
    if nodes:
        graph = coo_matrix((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(len(nodes), len(nodes)))
        _, labels = connected_components(graph, directed=False)
        sizes = np.bincount(labels)[labels].astype(np.int64)
    return pa.table(
        {
            "marketplace": pa.array([place for place, _ in nodes], pa.string()),
            "seller_id": pa.array([seller for _, seller in nodes], pa.string()),
            "group_size": pa.array(sizes, pa.int64()),
        }
    )


def _habits(edges: Any) -> Any:
    """What the reviewers of a listing do elsewhere; their reviews of the listing itself are left out."""
    by_reviewer = edges.group_by(["marketplace", "reviewer_id"]).agg(
        degree=edges.count(), all_posts=edges.posts.sum(), all_fives=edges.fives.sum()
    )
    by_shop = edges.group_by(["marketplace", "reviewer_id", "seller_id"]).agg(here=edges.count())
    joined = edges.left_join(by_reviewer, ["marketplace", "reviewer_id"]).drop("marketplace_right", "reviewer_id_right")
    joined = joined.left_join(by_shop, ["marketplace", "reviewer_id", "seller_id"])
    return joined.group_by([*KEY, "seller_id"]).agg(
        reviewers=joined.count(),
        degrees=joined.degree.sum(),
        busy=(joined.degree >= BUSY).cast("int64").sum(),
        loyal=(joined.here >= 2).cast("int64").sum(),
        other_posts=(joined.all_posts - joined.posts).sum(),
        other_fives=(joined.all_fives - joined.fives).sum(),
    )
