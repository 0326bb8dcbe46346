"""A real, very small model: its files, its manifest, and the reference scorer over them."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import xgboost

from node.protocol.canonical import canonical, sha256
from node.protocol.manifest import ModelManifest
from node.protocol.scorer import ReferenceScorer, float32, thresholds_to_hex

NAMES = ("price_gap_bps", "peer_gap_bps")


@dataclass(frozen=True)
class SmallModel:
    manifest: bytes
    model: bytes
    features: bytes
    thresholds: str
    id: bytes
    scorer: ReferenceScorer


@cache
def small_model() -> SmallModel:
    table = np.stack([np.arange(0, 10_000, 10), np.full(1000, np.nan)], axis=1).astype(np.float32)
    data = xgboost.DMatrix(table, (table[:, 0] > 5000).astype(int), feature_names=list(NAMES))
    parameters = {"objective": "binary:logistic", "base_score": 0.5, "tree_method": "hist", "nthread": 1}
    model = bytes(xgboost.train(parameters, data, 10).save_raw(raw_format="json"))
    features = canonical([{"name": NAMES[0], "scope": "own"}, {"name": NAMES[1], "scope": "context"}])
    steps = [float32(-3 + step / 100) for step in range(600)]
    thresholds = thresholds_to_hex(steps)
    manifest = ModelManifest(1, sha256(model), sha256(features), sha256(thresholds.encode()), sha256(b"training"))
    scorer = ReferenceScorer.load(model, NAMES, steps)
    return SmallModel(canonical(manifest.to_json()), model, features, thresholds, manifest.id(), scorer)
