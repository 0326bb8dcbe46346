import json
import random
from dataclasses import replace

import numpy as np
import pytest

from node.protocol.canonical import canonical
from node.protocol.errors import ProtocolError
from node.protocol.scorer import micro
from oracle.features.schema import Feature
from oracle.scoring.model import Model, ModelRefused, matrix
from oracle.scoring.training import Rows, train

FEATURES = (Feature("price_to_low_bps", "own"), Feature("reviews", "own"), Feature("peer_listings", "context"))


def rows(seed: int, count: int = 400) -> Rows:
    draw = random.Random(seed)
    vectors = [
        [draw.choice([None, draw.randrange(20_000)]), draw.randrange(60), draw.choice([None, 1, 5])]
        for _ in range(count)
    ]
    labels = [int((v[0] or 9_000) < 6_000 and draw.random() < 0.8 or draw.random() < 0.1) for v in vectors]
    return Rows(matrix(vectors), np.array(labels, dtype=np.int8))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return train(1, FEATURES, rows(1), rows(2), rows(3), {"data": "drawn"})


def test_same_rows_give_the_same_files(files: dict[str, bytes]) -> None:
    assert train(1, FEATURES, rows(1), rows(2), rows(3), {"data": "drawn"}) == files


def test_xgboost_and_the_reference_scorer_agree_on_every_row(files: dict[str, bytes]) -> None:
    model, data = Model.of(files), rows(9, 1_000)
    margins = model.margins(data.matrix)
    for row, margin, bps in zip(data.matrix, margins, model.score_bps(margins), strict=True):
        vector = [None if np.isnan(value) else int(value) for value in row]
        assert model.reference.margin(vector) == margin
        assert model.reference.score_bps(float(margin)) == bps


def test_single_row_scores_as_in_bulk(files: dict[str, bytes]) -> None:
    model, data = Model.of(files), rows(9, 50)
    assert [float(model.margins(data.matrix[i : i + 1])[0]) for i in range(50)] == model.margins(data.matrix).tolist()


def test_contributions_sum_exactly_to_the_rounded_margin(files: dict[str, bytes]) -> None:
    model, data = Model.of(files), rows(9, 300)
    for lines, margin in zip(model.contributions(data.matrix), model.margins(data.matrix), strict=True):
        assert sum(value for _, value in lines) == micro(float(margin))
        assert [name for name, _ in lines] == [*(feature.name for feature in FEATURES), "bias", "rounding"]
        assert abs(lines[-1][1]) < 50


def test_thresholds_ascend_and_calibrate(files: dict[str, bytes]) -> None:
    model, data = Model.of(files), rows(4, 2_000)
    assert len(model.thresholds) == 9_999
    assert bool(np.all(np.diff(model.thresholds) > 0))
    mean = float(model.score_bps(model.margins(data.matrix)).mean()) / 10_000
    assert mean == pytest.approx(float(data.labels.mean()), abs=0.05)


@pytest.mark.parametrize("name", ["model.json", "features.json", "thresholds.hex", "training.json"])
def test_model_with_a_changed_file_is_refused(files: dict[str, bytes], name: str) -> None:
    with pytest.raises(ModelRefused, match=f"expected {name} with digest"):
        Model.of(files | {name: files[name] + b" "})


def test_model_that_disagrees_with_its_vectors_is_refused(files: dict[str, bytes]) -> None:
    cases = json.loads(files["vectors.json"])
    cases[0]["margin"] = "3f800000"
    with pytest.raises(ModelRefused, match="expected margin 3f800000 for vector 0"):
        Model.of(files | {"vectors.json": canonical(cases)})
    with pytest.raises(ModelRefused, match="got none"):
        Model.of(files | {"vectors.json": b"[]"})


def test_malformed_manifest_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises((ProtocolError, ModelRefused)):
        Model.of(files | {"manifest.json": b"{}"})


def test_no_rows_make_no_scores(files: dict[str, bytes]) -> None:
    model = replace(Model.of(files))
    assert model.margins(matrix([])).tolist() == []
    assert model.contributions(matrix([])) == []
