"""Training of the pair model from listings whose product is known."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa

from oracle.features.frame import conform, latest
from oracle.matching.candidates import Index
from oracle.matching.matcher import LOWEST_BPS, Matcher
from oracle.matching.pairs import FEATURES, pair_matrix
from oracle.registry import Registry
from oracle.scoring.metrics import average_precision
from oracle.scoring.model import Model
from oracle.scoring.release import joined, stopping
from oracle.scoring.training import Rows, train

NO_KIND = 0  # the manifest of a model that judges pairs, not violations


class Known(Protocol):
    """A market whose listings' products are known."""

    seed: int
    registry: Registry
    tables: Mapping[str, pa.Table]
    products: Mapping[tuple[str, str], str | None]  # (marketplace, listing id) to GTIN


def pairs(market: Known) -> tuple[Rows, list[str]]:
    """Candidate pairs, right or wrong, and the seller of each."""
    listings = latest(conform(market.tables["listing"], "listing"), "listing")
    candidates = Index(market.registry).candidates(listings)
    keys = list(zip(*(listings.column(name).to_pylist() for name in ("marketplace", "listing_id")), strict=True))
    sellers = listings.column("seller_id").to_pylist()
    labels = [int(market.products.get(keys[c.row]) == c.product.gtin) for c in candidates]
    return Rows(pair_matrix(listings, candidates), np.array(labels, dtype=np.int8)), [
        sellers[c.row] or "" for c in candidates
    ]


def train_matching(fit: Sequence[Known], calibrate: Sequence[Known], held: Sequence[Known]) -> dict[str, bytes]:
    """The pair model's files, with its card."""
    made = [pairs(market) for market in fit]
    parts = [(rows, stopping(sellers)) for rows, sellers in made]
    files = train(
        NO_KIND,
        FEATURES,
        joined([Rows(rows.matrix[~stop], rows.labels[~stop]) for rows, stop in parts]),
        joined([Rows(rows.matrix[stop], rows.labels[stop]) for rows, stop in parts]),
        joined([pairs(market)[0] for market in calibrate]),
        {"seeds": {"fit": [m.seed for m in fit], "calibrate": [m.seed for m in calibrate]}, "data": "simulated"},
    )
    model = Model.of(files)
    numbers = measure_matching(model, held)
    files["card.md"] = f"""# Model card: listing to registered product 商品匹配

Model id `0x{model.id.hex()}`. XGBoost over {len(FEATURES)} integer features of a listing and a candidate product.

**Trained on simulated data only**, seeds {[m.seed for m in fit]}, calibrated on
{[m.seed for m in calibrate]}. On the held-out seeds {[m.seed for m in held]}: {numbers}.
A listing is matched from {LOWEST_BPS} bps on.

## Limits

The simulated registry has 60 products of two brands in every seed, so the numbers do not say how well unseen brands are
matched. Traditional characters are not folded to simplified ones. Price is left out on purpose.
""".encode()
    return files


def measure_matching(model: Model, held: Sequence[Known]) -> str:
    """Precision and recall of matches, seed by seed, in words."""
    precision, recall, areas = [], [], []
    for market in held:
        rows, _ = pairs(market)
        areas.append(average_precision(model.margins(rows.matrix), rows.labels))
        matched = Matcher(market.registry, model).match(market.tables["listing"]).to_pylist()
        found = [(row["gtin"], market.products.get((row["marketplace"], row["listing_id"]))) for row in matched]
        right = sum(gtin is not None and gtin == truth for gtin, truth in found)
        precision.append(right / max(sum(gtin is not None for gtin, _ in found), 1))
        recall.append(right / max(sum(truth is not None for _, truth in found), 1))
    return "; ".join(
        f"{name} {sum(values) / len(values):.3f} ({min(values):.3f}–{max(values):.3f})"
        for name, values in (("precision", precision), ("recall", recall), ("AUPRC of pairs", areas))
    )
