"""The tables that features are computed from: observation tables brought to declared columns, latest statement first.

Input is what the lake holds (observation values as columns); rows are many observations of the same thing over
time. `Frame.of` keeps the latest statement on each thing, bounds the numbers, folds texts once and joins the
matched product, so that each family is a short expression. Pure, apart from the DuckDB that runs the expressions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from oracle.features.folding import fold, skeleton, squeeze
from oracle.features.wording import readable
from oracle.registry import Registry

TEXT, INTEGER, FLAG = pa.string(), pa.int64(), pa.bool_()
COMMON = {"marketplace": TEXT, "payload": TEXT, "observed_at": INTEGER, "url": TEXT}
SHAPES: dict[str, dict[str, pa.DataType]] = {
    "listing": COMMON
    | dict.fromkeys(["listing_id", "title", "brand_raw", "gtin_raw", "gtin", "sku", "seller_id", "seller_name"], TEXT)
    | dict.fromkeys(["price_raw", "currency", "description", "image", "category"], TEXT)
    | {"price_fen": INTEGER, "list_price_fen": INTEGER, "published_at": INTEGER, "available": FLAG},
    "seller": COMMON
    | {"seller_id": TEXT, "seller_name": TEXT, "registered_at": INTEGER, "rating_centi": INTEGER, "location": TEXT},
    "sales": COMMON
    | {"listing_id": TEXT, "month": TEXT}
    | dict.fromkeys(["units_30d", "orders_30d", "buyers_30d", "visits_30d"], INTEGER),
    "review": COMMON
    | {
        "review_id": TEXT,
        "listing_id": TEXT,
        "reviewer_id": TEXT,
        "rating": INTEGER,
        "text": TEXT,
        "posted_at": INTEGER,
    },
    "return": COMMON | {"return_id": TEXT, "listing_id": TEXT, "reason": TEXT, "text": TEXT, "returned_at": INTEGER},
    "promotion": COMMON
    | {"promotion_id": TEXT, "listing_id": TEXT, "text": TEXT, "claimed_price_fen": INTEGER, "list_price_fen": INTEGER}
    | {"starts_at": INTEGER, "ends_at": INTEGER},
}
KEYS = {
    "listing": ("marketplace", "listing_id"),
    "seller": ("marketplace", "seller_id"),
    "sales": ("marketplace", "listing_id"),
    "review": ("marketplace", "listing_id", "review_id"),
    "return": ("marketplace", "listing_id", "return_id"),
    "promotion": ("marketplace", "listing_id", "promotion_id"),
}
BOUND = 10**11  # minor units, counts: a product with 10,000 stays below 2^53, where DuckDB's // is exact
Now = int | Mapping[tuple[str, str], int]  # when one looks: one time for all, or one for each (marketplace, listing id)
MATCHES = {"marketplace": TEXT, "listing_id": TEXT, "gtin": TEXT, "match_bps": INTEGER}


def conform(table: pa.Table, kind: str) -> pa.Table:
    """`table` with exactly the columns of `SHAPES[kind]`: missing ones empty, numbers bounded."""
    columns = []
    for name, wanted in SHAPES[kind].items():
        if name not in table.column_names:
            columns.append(pa.nulls(table.num_rows, wanted))
            continue
        column = table.column(name).cast(wanted)
        if wanted == INTEGER:
            column = pc.max_element_wise(pc.min_element_wise(column, BOUND, skip_nulls=False), -BOUND, skip_nulls=False)
        columns.append(column)
    return pa.table(columns, names=list(SHAPES[kind]))


def latest(table: pa.Table, kind: str) -> pa.Table:
    """One row for each thing: the statement observed last; of equal times, the one of the highest payload digest."""
    if table.num_rows < 2:
        return table
    newest = [("month", "descending")] if kind == "sales" else []
    newest += [("observed_at", "descending"), ("payload", "descending"), ("url", "descending")]
    ordered = table.sort_by([(key, "ascending") for key in KEYS[kind]] + newest)
    fresh = np.zeros(ordered.num_rows, dtype=bool)
    fresh[0] = True
    for key in KEYS[kind]:
        codes = ordered.column(key).combine_chunks().dictionary_encode("encode").indices.to_numpy()
        fresh[1:] |= codes[1:] != codes[:-1]
    return ordered.filter(pa.array(fresh))


def column(values: list[Any], kind: pa.DataType) -> pa.Array:
    return pa.array(values, kind)


def texts(table: pa.Table, name: str) -> list[str]:
    """A text column as folded, readable text, each distinct text read once."""
    values = table.column(name).to_pylist()
    known = {value: readable(value) for value in set(values)}
    return [known[value] for value in values]


def with_columns(table: pa.Table, **columns: pa.Array) -> pa.Table:
    for name, values in columns.items():
        table = table.append_column(name, values)
    return table


def as_table(rows: Sequence[Mapping[str, Any]], kind: str) -> pa.Table:
    """Observation values as a table of the declared columns."""
    shape = pa.schema(list(SHAPES[kind].items()))
    return pa.Table.from_pylist([{name: row.get(name) for name in shape.names} for row in rows], schema=shape)


@dataclass(frozen=True)
class Frame:
    """Prepared tables by type and the registry."""

    tables: Mapping[str, pa.Table]
    registry: Registry

    @classmethod
    def of(cls, tables: Mapping[str, pa.Table], registry: Registry, matches: pa.Table, now: Now) -> "Frame":
        ready = {}
        for kind in SHAPES:
            given = tables.get(kind)
            empty = pa.table({name: pa.nulls(0, shape) for name, shape in SHAPES[kind].items()})
            ready[kind] = latest(conform(given if given is not None else empty, kind), kind)
        ready["listing"] = _listings(ready["listing"], registry, matches, now)
        review = ready["review"]
        words = texts(review, "text")
        ready["review"] = with_columns(
            review, words=column(words, TEXT), text_key=column([squeeze(w) or None for w in words], TEXT)
        )
        for kind in ("return", "promotion"):
            ready[kind] = with_columns(ready[kind], words=column(texts(ready[kind], "text"), TEXT))
        return cls(ready, registry)

    @cached_property
    def engine(self) -> Any:
        return ibis.duckdb.connect(threads=1)

    @cached_property
    def expressions(self) -> Mapping[str, Any]:
        """The tables as Ibis expressions."""
        return {kind: ibis.memtable(table) for kind, table in self.tables.items()}

    def expression(self, kind: str) -> Any:
        return self.expressions[kind]

    def run(self, expression: Any) -> pa.Table:
        """The rows of an expression over these tables."""
        return self.engine.to_pyarrow(expression)


def _listings(listings: pa.Table, registry: Registry, matches: pa.Table, now: Now) -> pa.Table:
    """Listings with folded texts and the facts of the matched product beside them."""
    matched = {
        (row["marketplace"], row["listing_id"]): (row["gtin"], row["match_bps"])
        for row in matches.select(list(MATCHES)).to_pylist()
    }
    keys = list(
        zip(*(listings.column(name).to_pylist() for name in ("marketplace", "listing_id", "seller_id")), strict=True)
    )
    found = [matched.get((marketplace, listing_id), (None, None)) for marketplace, listing_id, _ in keys]
    products = [registry.by_gtin.get(gtin) if gtin else None for gtin, _ in found]
    authorised = [
        int(registry.is_authorised(product.gtin, marketplace, seller or "")) if product else None
        for product, (marketplace, _, seller) in zip(products, keys, strict=True)
    ]
    titles, descriptions = texts(listings, "title"), texts(listings, "description")
    times = [now if isinstance(now, int) else now[marketplace, listing_id] for marketplace, listing_id, _ in keys]
    return with_columns(
        listings,
        looked_at=column(times, INTEGER),
        product=column([product.gtin if product else None for product in products], TEXT),
        product_brand=column([skeleton(fold(product.brand)) if product else None for product in products], TEXT),
        match_bps=column(
            [bps if product else None for product, (_, bps) in zip(products, found, strict=True)], INTEGER
        ),
        low_fen=column([min(product.price_low_fen, BOUND) if product else None for product in products], INTEGER),
        high_fen=column([min(product.price_high_fen, BOUND) if product else None for product in products], INTEGER),
        product_currency=column([product.currency if product else None for product in products], TEXT),
        authorised=column(authorised, INTEGER),
        title_words=column(titles, TEXT),
        title_key=column([squeeze(title) or None for title in titles], TEXT),
        description_words=column(descriptions, TEXT),
        description_key=column([squeeze(text)[:400] or None for text in descriptions], TEXT),
    )
