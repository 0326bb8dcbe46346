"""All models of one release, side by side over the same feature table."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from node.protocol.identifiers import Kind
from oracle.features.build import NAMES
from oracle.scoring.model import Matrix, Model, ModelRefused

FOLDER = Path(__file__).parent / "models"


def table_matrix(table: pa.Table) -> Matrix:
    """The feature columns of a table, missing as NaN."""
    columns = [table.column(name).to_numpy(zero_copy_only=False).astype(np.float32) for name in NAMES]
    return np.stack(columns, axis=1) if columns[0].size else np.zeros((0, len(NAMES)), dtype=np.float32)


@dataclass(frozen=True)
class Models:
    """One model for each kind."""

    by_kind: Mapping[Kind, Model]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Models":
        """Every kind's model from `folder/<kind>`. Raises `ModelRefused` if one is unsound or of another schema."""
        models = {kind: Model.load(folder / kind.name.lower()) for kind in Kind}
        for kind, model in models.items():
            if model.kind != kind:
                raise ModelRefused(f"expected a model of kind {int(kind)}, got {model.kind}")
            if model.names != NAMES:
                raise ModelRefused(f"expected the features of this release for {kind.name.lower()}, got another schema")
        return cls(models)

    def __getitem__(self, kind: int) -> Model:
        return self.by_kind[Kind(kind)]

    def score(self, rows: Matrix) -> dict[Kind, NDArray[np.int64]]:
        """Scores in basis points, kind by kind, for all rows."""
        return {kind: model.score_bps(model.margins(rows)) for kind, model in self.by_kind.items()}
