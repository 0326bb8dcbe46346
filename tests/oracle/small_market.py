"""A small market as observation tables, for tests of what is computed from them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from oracle.features.build import build
from oracle.features.frame import SHAPES
from oracle.registry import RegisteredProduct, Registry

NOW = 1_790_000_000
DAY = 86_400
GTIN, OTHER_GTIN = "06901234567892", "06901234567908"
PRODUCTS = (
    RegisteredProduct(
        GTIN, "Lumina", ("Lumina Trail Jacket 300", "路米娜 越野夹克 300"), "jackets", 50_000, 80_000, "CNY"
    ),
    RegisteredProduct(OTHER_GTIN, "Corvex", ("Corvex Kettle K20",), "kettles", 10_000, 20_000, "CNY"),
)
REGISTRY = Registry(PRODUCTS, frozenset({(GTIN, "mall", "s-good")}))
Rows = Sequence[Mapping[str, Any]]


def listing(listing_id: str, **values: Any) -> dict[str, Any]:
    return {
        "listing_id": listing_id,
        "title": "Lumina Trail Jacket 300",
        "brand_raw": "Lumina",
        "gtin": GTIN,
        "gtin_raw": "6901234567892",
        "seller_id": "s-good",
        "price_fen": 60_000,
        "currency": "CNY",
        "image": f"https://images/{listing_id}.jpg",
        "category": "jackets",
        "description": f"A jacket for the hills, number {listing_id}",
    } | values


def reviews(
    listing_id: str, texts: Sequence[str], reviewers: Sequence[str] | None = None, **values: Any
) -> list[dict[str, Any]]:
    return [
        {
            "listing_id": listing_id,
            "review_id": f"{listing_id}-{number}",
            "reviewer_id": (reviewers or [f"{listing_id}-r{n}" for n in range(len(texts))])[number],
            "rating": 5,
            "text": text,
            "posted_at": NOW - 100 * DAY + number * 10 * DAY,
        }
        | values
        for number, text in enumerate(texts)
    ]


def tables(**rows: Rows) -> dict[str, pa.Table]:
    """Observation tables by type; what every observation has is filled in. `returns` stands for the type `return`."""
    made = {}
    for kind, shape in SHAPES.items():
        given = rows.get("returns" if kind == "return" else kind, ())
        common = {"marketplace": "mall", "payload": "00" * 32, "observed_at": NOW, "url": "https://mall/x"}
        made[kind] = pa.Table.from_pylist([common | dict(row) for row in given], schema=pa.schema(list(shape.items())))
    return made


def matches(table: pa.Table, gtin: str | None = GTIN) -> pa.Table:
    """Every listing matched to `gtin`."""
    return pa.Table.from_pylist(
        [
            {"marketplace": row["marketplace"], "listing_id": row["listing_id"], "gtin": gtin, "match_bps": 9_000}
            for row in table.to_pylist()
        ],
        schema=pa.schema(
            [
                ("marketplace", pa.string()),
                ("listing_id", pa.string()),
                ("gtin", pa.string()),
                ("match_bps", pa.int64()),
            ]
        ),
    )


def features(gtin: str | None = GTIN, **rows: Rows) -> dict[str, dict[str, Any]]:
    """Feature rows by listing id."""
    made = tables(**rows)
    return {row["listing_id"]: row for row in build(made, REGISTRY, matches(made["listing"], gtin), NOW).to_pylist()}
