"""The feature table: every family joined by listing, all values integers within ±2^24 or missing."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from oracle.features import price, promotions, returns, reuse, reviews, ring, sales, seller, title
from oracle.features.frame import Frame, Now
from oracle.features.schema import LIMIT, Feature, schema_digest
from oracle.registry import Registry

FAMILIES = (price, seller, title, reuse, reviews, ring, returns, promotions, sales)
FEATURES: tuple[Feature, ...] = tuple(feature for family in FAMILIES for feature in family.FEATURES)
NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
OWN: tuple[str, ...] = tuple(feature.name for feature in FEATURES if feature.scope == "own")
CONTEXT: tuple[str, ...] = tuple(feature.name for feature in FEATURES if feature.scope == "context")
SCOPES: Mapping[str, str] = {feature.name: feature.scope for feature in FEATURES}
DIGEST = schema_digest(FEATURES)
KEY = ["marketplace", "listing_id"]


def build(tables: Mapping[str, pa.Table], registry: Registry, matches: pa.Table, now: Now) -> pa.Table:
    """Features of every listing in `tables` (observation tables by type), ordered by marketplace and listing id.

    `matches` has marketplace, listing_id, gtin (or none) and match_bps. Columns: the key, `seller_id`, `url`,
    `product`, `observed_at`, then the schema's features in order.
    """
    frame = Frame.of(tables, registry, matches, now)
    result = frame.tables["listing"].select([*KEY, "seller_id", "url", "product", "observed_at"])
    for family in FAMILIES:
        names = [feature.name for feature in family.FEATURES]
        result = result.join(
            family.compute(frame).select([*KEY, *names]), KEY, join_type="left outer", use_threads=False
        )
    result = result.sort_by([(key, "ascending") for key in KEY])
    for name in NAMES:
        result = result.set_column(result.column_names.index(name), name, bounded(result.column(name)))
    return result.combine_chunks()


def bounded(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Within ±2^24, as int32; missing stays missing."""
    wide = values.cast(pa.int64())
    held = pc.max_element_wise(pc.min_element_wise(wide, LIMIT, skip_nulls=False), -LIMIT, skip_nulls=False)
    return held.cast(pa.int32())


def vector(row: Mapping[str, int | None]) -> tuple[int | None, ...]:
    """One row of the table as the scorer's vector."""
    return tuple(row[name] for name in NAMES)
