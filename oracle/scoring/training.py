"""Training: labelled integer rows to model files, the same bytes from the same rows.

XGBoost gbtree (hist, depth 4), base_score 0.5, early stopping on rows of other sellers with the file cut to the best
iteration, then calibration on rows of other simulator seeds. Splits are the caller's; this module never shuffles.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xgboost
from numpy.typing import NDArray

from node.protocol.canonical import Json, canonical, sha256
from node.protocol.manifest import ModelManifest
from node.protocol.scorer import thresholds_to_hex
from oracle.features.schema import Feature, schema_bytes
from oracle.scoring.calibration import platt, thresholds
from oracle.scoring.model import Matrix, Model

PARAMETERS: dict[str, Json] = {
    "booster": "gbtree",
    "objective": "binary:logistic",
    "tree_method": "hist",
    "base_score": "0.5",
    "max_depth": 4,
    "eta": "0.12",
    "subsample": "0.8",
    "colsample_bytree": "0.5",
    "min_child_weight": 3,
    "lambda": 2,
    "eval_metric": "logloss",
    "seed": 20262,
    "nthread": 1,
}
ROUNDS, PATIENCE, VECTORS = 120, 15, 12


@dataclass(frozen=True)
class Rows:
    """Labelled rows."""

    matrix: Matrix
    labels: NDArray[np.int8]


def train(
    kind: int, features: Sequence[Feature], fit: Rows, stop: Rows, calibrate: Rows, notes: Mapping[str, Json]
) -> dict[str, bytes]:
    """The files of one model: trees from `fit`, number of trees from `stop`, thresholds from `calibrate`."""
    names = [feature.name for feature in features]
    booster = xgboost.train(
        {
            name: float(value) if isinstance(value, str) and value[0] == "0" else value
            for name, value in PARAMETERS.items()
        },
        _data(fit, names),
        num_boost_round=ROUNDS,
        evals=[(_data(stop, names), "stop")],
        early_stopping_rounds=PATIENCE,
        verbose_eval=False,
    )
    booster = booster[: booster.best_iteration + 1]
    for note in ("best_iteration", "best_score"):
        booster.set_attr(**{note: None})
    margins = booster.predict(_data(calibrate, names), output_margin=True)
    slope, offset = platt(margins, calibrate.labels)
    steps = thresholds(slope, offset)
    training: dict[str, Json] = {
        "rows": {name: _digest(rows) for name, rows in (("fit", fit), ("stop", stop), ("calibrate", calibrate))},
        "parameters": dict(PARAMETERS),
        "trees": booster.num_boosted_rounds(),
        "notes": dict(notes),
    }
    files = {
        "model.json": bytes(booster.save_raw(raw_format="json")),
        "features.json": schema_bytes(features),
        "thresholds.hex": thresholds_to_hex(steps.tolist()).encode("ascii"),
        "training.json": canonical(training),
    }
    manifest = ModelManifest(
        kind=kind,
        model_sha256=sha256(files["model.json"]),
        features_sha256=sha256(files["features.json"]),
        thresholds_sha256=sha256(files["thresholds.hex"]),
        training_sha256=sha256(files["training.json"]),
        xgboost=xgboost.__version__,
    )
    files["manifest.json"] = canonical(manifest.to_json())
    files["vectors.json"] = _vectors(booster, names, steps, calibrate)
    Model.of(files)  # raises unless both scorers agree
    return files


def _data(rows: Rows, names: list[str]) -> xgboost.DMatrix:
    return xgboost.DMatrix(rows.matrix, rows.labels, missing=np.nan, feature_names=names, nthread=1)


def _digest(rows: Rows) -> dict[str, Json]:
    return {
        "count": len(rows.labels),
        "positive": int(rows.labels.sum()),
        "sha256": sha256(rows.matrix.astype(">f4").tobytes() + rows.labels.tobytes()).hex(),
    }


def _vectors(booster: xgboost.Booster, names: list[str], steps: NDArray[np.float32], rows: Rows) -> bytes:
    """Rows to compare the scorers on: from the lowest to the highest margin, and one with nothing known."""
    missing = np.full((1, len(names)), np.nan, np.float32)
    everything = Rows(np.vstack([rows.matrix, missing]), np.append(rows.labels, 0).astype(np.int8))
    margins = booster.predict(_data(everything, names), output_margin=True)
    order = np.argsort(margins[:-1], kind="stable")
    chosen = [*order[np.linspace(0, len(order) - 1, VECTORS).astype(int)], len(margins) - 1]
    cases: list[Json] = [
        {
            "vector": [None if np.isnan(value) else int(value) for value in everything.matrix[row]],
            "margin": struct.pack(">f", margins[row]).hex(),
            "score_bps": int(np.searchsorted(steps, margins[row], side="right")),
        }
        for row in chosen
    ]
    return canonical(cases)
