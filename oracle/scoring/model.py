"""A scoring model from its files: loaded only if XGBoost and the reference scorer agree on its committed vectors.

A folder holds model.json (gbtree, numeric splits, base_score 0.5), features.json, thresholds.hex, manifest.json,
card.md, vectors.json and training.json. The manifest's digest is the model id that findings name. In bulk XGBoost
computes the margins; they are bit-equal to the reference walk in `node.protocol.scorer`.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from node.protocol.canonical import sha256
from node.protocol.manifest import ModelManifest
from node.protocol.scorer import ReferenceScorer, micro, thresholds_from_hex
from oracle.errors import OracleError

Vector = Sequence[int | None]
Matrix = NDArray[np.float32]
MANIFEST, MODEL, FEATURES, THRESHOLDS, VECTORS = (
    "manifest.json",
    "model.json",
    "features.json",
    "thresholds.hex",
    "vectors.json",
)


class ModelRefused(OracleError):
    """A model's files do not agree with each other, or XGBoost does not agree with the reference scorer."""


def matrix(vectors: Sequence[Vector]) -> Matrix:
    """Integer vectors as XGBoost sees them; missing is NaN."""
    return np.array([[np.nan if value is None else value for value in row] for row in vectors], dtype=np.float32)


@dataclass(frozen=True)
class Model:
    """One loaded model."""

    kind: int
    id: bytes
    files: dict[str, bytes]
    names: tuple[str, ...]
    booster: Any
    thresholds: NDArray[np.float32]
    reference: ReferenceScorer

    @classmethod
    def load(cls, folder: Path) -> "Model":
        """The model in `folder`. Raises `ModelRefused` unless its digests, schema and vectors all hold."""
        names = (MANIFEST, MODEL, FEATURES, THRESHOLDS, VECTORS, "training.json")
        try:
            return cls.of({name: (folder / name).read_bytes() for name in names})
        except OSError as exc:
            raise ModelRefused(f"expected a model in {folder.name}, got: {exc.strerror}") from exc

    @classmethod
    def of(cls, files: dict[str, bytes]) -> "Model":
        manifest = ModelManifest.parse(files[MANIFEST])
        for wanted, name in (
            (manifest.model_sha256, MODEL),
            (manifest.features_sha256, FEATURES),
            (manifest.thresholds_sha256, THRESHOLDS),
            (manifest.training_sha256, "training.json"),
        ):
            if sha256(files[name]) != wanted:
                raise ModelRefused(f"expected {name} with digest {wanted.hex()}, got {sha256(files[name]).hex()}")
        names = tuple(row["name"] for row in json.loads(files[FEATURES]))
        thresholds = np.array(thresholds_from_hex(files[THRESHOLDS].decode("ascii")), dtype=np.float32)
        # The reference scorer checks every node's index first: XGBoost's own loader trusts what a file says.
        reference = ReferenceScorer.load(files[MODEL], names, thresholds.tolist())
        booster = xgboost.Booster({"nthread": 1})
        booster.load_model(bytearray(files[MODEL]))
        model = cls(manifest.kind, manifest.id(), files, names, booster, thresholds, reference)
        model._check_vectors()
        return model

    def margins(self, rows: Matrix) -> NDArray[np.float32]:
        """Raw log-odds of all rows at once."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        margins: NDArray[np.float32] = self.booster.predict(self._data(rows), output_margin=True)
        return margins

    def score_bps(self, margins: NDArray[np.float32]) -> NDArray[np.int64]:
        """How many thresholds are not above each margin."""
        return np.searchsorted(self.thresholds, margins, side="right").astype(np.int64)

    def contributions(self, rows: Matrix) -> list[tuple[tuple[str, int], ...]]:
        """What moved each margin, in millionths of log-odds; last bias and rounding, so that all sum exactly."""
        if not len(rows):
            return []
        parts = self.booster.predict(self._data(rows), pred_contribs=True)
        explained = []
        for values, margin in zip(parts, self.margins(rows), strict=True):
            lines = [(name, micro(float(value))) for name, value in zip((*self.names, "bias"), values, strict=True)]
            rounding = micro(float(margin)) - sum(value for _, value in lines)
            explained.append((*lines, ("rounding", rounding)))
        return explained

    def _data(self, rows: Matrix) -> Any:
        return xgboost.DMatrix(rows, missing=np.nan, feature_names=list(self.names), nthread=1)

    def _check_vectors(self) -> None:
        cases = json.loads(self.files[VECTORS])
        if not cases:
            raise ModelRefused("expected vectors to compare the scorers on, got none")
        margins = self.margins(matrix([case["vector"] for case in cases]))
        for number, (case, margin) in enumerate(zip(cases, margins, strict=True)):
            ours = {
                "XGBoost": struct.pack(">f", margin).hex(),
                "the reference scorer": struct.pack(">f", self.reference.margin(case["vector"])).hex(),
            }
            for who, got in ours.items():
                if got != case["margin"]:
                    raise ModelRefused(f"expected margin {case['margin']} for vector {number}, got {got} from {who}")
            if self.reference.score_bps(float(margin)) != case["score_bps"]:
                raise ModelRefused(f"expected {case['score_bps']} bps for vector {number}")
