"""Simulated markets as labelled observation tables, for training and measuring.

The market's rows become the values that the connectors would make of them, without the way over HTTP; what the
simulator spoils on the wire is left out, as quarantine would.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from node.protocol.identifiers import Kind
from oracle.features.build import build
from oracle.features.frame import SHAPES, as_table
from oracle.matching.matcher import Matcher
from oracle.registry import RegisteredProduct, Registry
from oracle.scoring.release import Sample
from oracle.scoring.scorer import table_matrix
from touchstone.market.records import Market
from touchstone.market.simulator import simulate

NOW = 1_790_000_000  # when the simulated markets are looked at, UTC seconds
IDS = {
    "listing": "listing_id",
    "seller": "seller_id",
    "review": "review_id",
    "return": "return_id",
    "promotion": "promotion_id",
}


@dataclass(frozen=True)
class Labelled:
    """A market with what is true about it."""

    seed: int
    now: int
    registry: Registry
    tables: Mapping[str, pa.Table]
    products: Mapping[tuple[str, str], str | None]
    truth: Mapping[tuple[str, str], frozenset[str]]


def labelled(seed: int, listings: int) -> Labelled:
    market = simulate(seed, listings, NOW)
    products = {listing.key: listing.product for listing in market.listings}
    return Labelled(seed, market.now, registry_of(market), tables_of(market), products, market.truth)


def registry_of(market: Market) -> Registry:
    products = [
        RegisteredProduct(
            p.gtin14, p.brand, (p.name_en, p.name_zh), p.category, p.price_low_fen, p.price_high_fen, p.currency
        )
        for p in market.products
    ]
    authorised = {(p.gtin14, place, seller) for p in market.products for place, seller in p.authorised}
    return Registry(products, frozenset(authorised))


def tables_of(market: Market) -> dict[str, pa.Table]:
    """Observation tables by type."""
    rows = {
        "listing": market.listings,
        "seller": market.sellers,
        "review": market.reviews,
        "return": market.returns,
        "promotion": market.promotions,
        "sales": market.sales,
    }
    tables = {}
    for kind, members in rows.items():
        values = []
        for row in members:
            facts = {name: getattr(row, name, None) for name in SHAPES[kind]}
            if (kind, str(facts.get(IDS.get(kind, "listing_id")))) in market.spoilt:
                continue
            facts |= {"payload": "", "observed_at": market.now, "url": f"{row.marketplace}/{kind}"}
            if kind == "listing":
                facts["gtin"] = gtin_of(facts["gtin_raw"])
            values.append(facts)
        tables[kind] = as_table(values, kind)
    return tables


def gtin_of(raw: str | None) -> str | None:
    """A stated GTIN in 14 digits if its check digit holds."""
    digits = "".join(char for char in raw or "" if char.isdigit())
    if len(digits) not in (8, 12, 13, 14):
        return None
    padded = digits.zfill(14)
    return padded if sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(padded)) % 10 == 0 else None


def sample(market: Labelled, matcher: Matcher) -> Sample:
    """One market as labelled feature rows."""
    table = build(market.tables, market.registry, matcher.match(market.tables["listing"]), market.now)
    keys = list(zip(*(table.column(name).to_pylist() for name in ("marketplace", "listing_id")), strict=True))
    labels = {
        kind: np.array([kind.name.lower() in market.truth.get(key, frozenset()) for key in keys], dtype=np.int8)
        for kind in Kind
    }
    return Sample(
        market.seed, table_matrix(table), labels, [seller or "" for seller in table.column("seller_id").to_pylist()]
    )
