"""The reference scorer against XGBoost itself, and model files it must refuse."""

import contextlib
import copy
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost
from numpy.typing import NDArray

from node.protocol.errors import ScorerError
from node.protocol.scorer import ReferenceScorer, float32, micro, thresholds_from_hex, thresholds_to_hex

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "scorer.json").read_text("utf-8"))
NAMES = ["price", "age", "returns", "rank"]
STEPS = [float32(-3 + step / 100) for step in range(600)]
PARAMETERS = {"objective": "binary:logistic", "base_score": 0.5, "tree_method": "hist", "nthread": 1, "seed": 7}


def rows(count: int, seed: int) -> NDArray[np.float32]:
    """Integer rows of wide and narrow range, a sixth of the values missing."""
    random = np.random.default_rng(seed)
    columns = [
        random.integers(-(2**24), 2**24 + 1, count),
        *(random.integers(0, high, count) for high in (4, 900, 10_001)),
    ]
    table = np.stack(columns, axis=1).astype(np.float32)
    table[random.random(table.shape) < 0.15] = np.nan
    return table


def train(parameters: dict[str, Any] | None = None, rounds: int = 40, **extra: Any) -> xgboost.Booster:
    table = rows(600, 1)
    labels = (np.nan_to_num(table[:, 0]) / 2**24 + np.nan_to_num(table[:, 2]) / 900 > 0.4).astype(int)
    data = xgboost.DMatrix(table, labels, feature_names=NAMES, **extra)
    chosen = PARAMETERS | (parameters or {})
    if chosen.get("booster") == "gblinear":
        del chosen["tree_method"]
    return xgboost.train(chosen, data, rounds)


def file_of(booster: xgboost.Booster) -> bytes:
    return bytes(booster.save_raw(raw_format="json"))


def load(model: bytes) -> ReferenceScorer:
    return ReferenceScorer.load(model, NAMES, STEPS)


def vector(row: NDArray[np.float32]) -> list[int | None]:
    return [None if np.isnan(value) else int(value) for value in row]


def bits(margin: float) -> bytes:
    return struct.pack(">f", margin)


BOOSTER = train({"max_depth": 5})
MODEL = file_of(BOOSTER)


@pytest.mark.parametrize(
    "parameters",
    [
        {"max_depth": 5},
        {"max_depth": 2, "eta": 1.0},
        {"max_depth": 0, "grow_policy": "lossguide", "max_leaves": 40},
        {"max_depth": 6, "gamma": 1.0},
        {"max_depth": 4, "subsample": 0.5, "num_parallel_tree": 3},
        {"max_depth": 4, "monotone_constraints": "(1,0,1,0)"},
    ],
    ids=str,
)
def test_margins_are_those_of_xgboost_bit_for_bit(parameters: dict[str, Any]) -> None:
    booster = train(parameters)
    scorer, table = load(file_of(booster)), rows(1500, 2)
    batch = booster.predict(xgboost.DMatrix(table, feature_names=NAMES), output_margin=True)
    ours = [scorer.margin(vector(row)) for row in table]
    assert [bits(margin) for margin in ours] == [bits(margin) for margin in batch]
    for number in range(40):
        single = booster.predict(xgboost.DMatrix(table[number : number + 1], feature_names=NAMES), output_margin=True)
        assert bits(ours[number]) == bits(single[0])


def test_vectors_hold_here_and_in_xgboost() -> None:
    model = VECTORS["model"].encode()
    scorer = ReferenceScorer.load(model, VECTORS["features"], thresholds_from_hex(VECTORS["thresholds"]))
    booster = xgboost.Booster()
    booster.load_model(bytearray(model))
    for case in VECTORS["cases"]:
        margin = scorer.margin(case["vector"])
        row = np.array([[np.nan if value is None else value for value in case["vector"]]], dtype=np.float32)
        theirs = booster.predict(xgboost.DMatrix(row, feature_names=VECTORS["features"]), output_margin=True)[0]
        assert bits(margin).hex() == bits(theirs).hex() == case["margin"]
        assert (micro(margin), scorer.score_bps(margin)) == (case["micro"], case["scoreBps"])


def test_a_model_cut_to_its_best_iteration_is_read() -> None:
    cut, table = BOOSTER[:10], rows(50, 4)
    margins = cut.predict(xgboost.DMatrix(table, feature_names=NAMES), output_margin=True)
    scorer = load(file_of(cut))
    assert [bits(scorer.margin(vector(row))) for row in table] == [bits(margin) for margin in margins]


@pytest.mark.parametrize("base", ["5E-1", "[5E-1]", "0.5", "[0.5]"])
def test_both_spellings_of_the_base_are_read(base: str) -> None:
    model = json.loads(MODEL)
    model["learner"]["learner_model_param"]["base_score"] = base
    row = vector(rows(1, 3)[0])
    assert load(json.dumps(model).encode()).margin(row) == load(MODEL).margin(row)


def test_models_that_xgboost_makes_otherwise_are_refused() -> None:
    dart = train({"booster": "dart", "rate_drop": 0.5}, 5)
    linear = train({"booster": "gblinear", "updater": "coord_descent"}, 5)
    other_base = train({"base_score": 0.3}, 5)
    squares = train({"objective": "reg:squarederror"}, 5)
    table = np.random.default_rng(1).integers(0, 9, (300, 4)).astype(np.float32)
    data = xgboost.DMatrix(
        table, table[:, 0] % 2, feature_names=NAMES, feature_types=["c", "q", "q", "q"], enable_categorical=True
    )
    categorical = xgboost.train(PARAMETERS | {"max_cat_to_onehot": 1}, data, 5)
    for booster, words in (
        (dart, "booster gbtree"),
        (linear, "booster gbtree"),
        (other_base, "base_score 0.5"),
        (squares, "objective binary:logistic"),
        (categorical, "categorical"),
    ):
        with pytest.raises(ScorerError, match=words):
            load(file_of(booster))


def changed(change: Callable[[dict[str, Any], dict[str, Any]], object]) -> bytes:
    """The model after `change` was made to its learner and its first tree."""
    model = copy.deepcopy(json.loads(MODEL))
    change(model["learner"], model["learner"]["gradient_booster"]["model"]["trees"][0])
    return json.dumps(model).encode()


def put(target: list[Any] | dict[str, Any], key: Any, value: Any) -> bool:
    target[key] = value
    return True


def emptied(tree: dict[str, Any]) -> bool:
    tree.update({name: [] for name, item in tree.items() if isinstance(item, list)})
    return put(tree["tree_param"], "num_nodes", "0")


def children(tree: dict[str, Any], node: int, left: int) -> bool:
    tree["left_children"][node], tree["right_children"][node] = left, left + 1
    return True


LAST = json.loads(MODEL)["learner"]["gradient_booster"]["model"]["trees"][0]["left_children"].index(-1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda learner, tree: put(tree["left_children"], 1, 0), "from 1 to"),
        (lambda learner, tree: put(tree["left_children"], 1, 1), "beside the left"),
        (lambda learner, tree: children(tree, 1, 1), "two ways to node 1"),
        (lambda learner, tree: children(tree, 2, 1), "two ways to node"),
        (lambda learner, tree: (children(tree, 0, 2), children(tree, 2, 2)), "two ways to node 2"),
        (lambda learner, tree: put(tree["right_children"], 0, 10**6), "expected an integer"),
        (lambda learner, tree: put(tree["right_children"], 0, -1), "expected an integer"),
        (lambda learner, tree: put(tree["right_children"], 0, -2), "expected an integer"),
        (lambda learner, tree: put(tree["left_children"], 0, 1.0), "expected an integer"),
        (lambda learner, tree: put(tree["split_indices"], 0, 4), "from 0 to 3"),
        (lambda learner, tree: put(tree["split_indices"], 0, -1), "from 0 to 3"),
        (lambda learner, tree: put(tree["default_left"], 0, 2), "from 0 to 1"),
        (lambda learner, tree: put(tree["split_conditions"], 0, "1"), "finite number"),
        (lambda learner, tree: put(tree["split_conditions"], 0, None), "finite number"),
        (lambda learner, tree: put(tree["split_conditions"], 0, True), "finite number"),
        (lambda learner, tree: put(tree["split_conditions"], 0, float("nan")), "NaN"),
        (lambda learner, tree: put(tree["split_conditions"], 0, 1e300), "malformed model"),
        (lambda learner, tree: put(tree["split_conditions"], LAST, 1001.0), "leaves within"),
        (lambda learner, tree: put(tree["split_type"], 0, 1), "categorical"),
        (lambda learner, tree: put(tree["split_type"], 0, False), "categorical"),
        (lambda learner, tree: put(tree["left_children"], LAST, -1.0), "expected an integer"),
        (lambda learner, tree: put(tree["right_children"], LAST, -1.0), "expected an integer"),
        (lambda learner, tree: tree["categories"].append(1), "categorical"),
        (lambda learner, tree: tree["categories_nodes"].append(1), "categorical"),
        (lambda learner, tree: put(tree, "id", 1), "tree 0 in its place"),
        (lambda learner, tree: put(tree, "id", False), "tree 0 in its place"),
        (lambda learner, tree: put(tree["parents"], 1, False), "the parent that it names"),
        (lambda learner, tree: put(tree["parents"], 1, 0.0), "the parent that it names"),
        (lambda learner, tree: put(tree["parents"], 1, 2), "the parent that it names"),
        (lambda learner, tree: put(tree["parents"], 0, -1), "the parent that it names"),
        (lambda learner, tree: tree["base_weights"].pop(), "of base_weights"),
        (lambda learner, tree: put(tree["tree_param"], "num_nodes", "1"), "num_nodes"),
        (lambda learner, tree: put(tree["tree_param"], "num_deleted", "1"), "num_deleted 0"),
        (lambda learner, tree: tree["default_left"].pop(), "of default_left"),
        (lambda learner, tree: put(tree["tree_param"], "size_leaf_vector", "2"), "one value a leaf"),
        (lambda learner, tree: emptied(tree), "empty tree"),
        (lambda learner, tree: learner["gradient_booster"]["model"]["trees"].pop(), "'40' trees"),
        (lambda learner, tree: put(learner["gradient_booster"]["model"]["tree_info"], 0, 1), "one group"),
        (lambda learner, tree: put(learner["gradient_booster"]["model"]["tree_info"], 0, False), "one group"),
        (lambda learner, tree: learner["gradient_booster"]["model"]["iteration_indptr"].pop(), "rounds from"),
        (lambda learner, tree: learner["gradient_booster"]["model"]["iteration_indptr"].append(41), "from 0 to 40"),
        (lambda learner, tree: put(learner["gradient_booster"]["model"]["iteration_indptr"], 0, 1), "rounds from"),
        (lambda learner, tree: put(learner["gradient_booster"]["model"]["cats"], "enc", [1]), "stored categories"),
        (lambda learner, tree: put(learner["learner_model_param"], "base_score", "[3E-1]"), "base_score 0.5"),
        (lambda learner, tree: put(learner["learner_model_param"], "base_score", "[5E-1,5E-1]"), "base_score 0.5"),
        (lambda learner, tree: put(learner["learner_model_param"], "base_score", "5_0E-2"), "base_score 0.5"),
        (lambda learner, tree: put(learner["learner_model_param"], "base_score", " 0.5"), "base_score 0.5"),
        (lambda learner, tree: put(learner["learner_model_param"], "base_score", "[0.5"), "base_score 0.5"),
        (lambda learner, tree: put(learner["learner_model_param"], "base_score", 0.5), "expected text"),
        (lambda learner, tree: put(learner["learner_model_param"], "num_class", "3"), "num_class 0"),
        (lambda learner, tree: put(learner["learner_model_param"], "num_target", "2"), "num_target 1"),
        (lambda learner, tree: put(learner["learner_model_param"], "num_feature", "5"), "num_feature 4"),
        (lambda learner, tree: put(learner["attributes"], "best_iteration", "3"), "best iteration"),
        (lambda learner, tree: put(learner, "feature_names", NAMES[::-1]), "feature names"),
        (lambda learner, tree: put(learner, "feature_types", ["c"] * 4), "categorical"),
        (lambda learner, tree: learner.pop("objective"), "'objective'"),
    ],
)
def test_changed_models_are_refused(change: Any, words: str) -> None:
    with pytest.raises(ScorerError, match=words):
        load(changed(change))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"{L", MODEL[:-1], MODEL + b" {}", b"[" * 100_000])
def test_files_that_are_no_model_are_refused(data: bytes) -> None:
    with pytest.raises(ScorerError):
        load(data)


@pytest.mark.parametrize("index", range(0, 2000, 50))
def test_flipped_bytes_give_a_scorer_or_its_own_error(index: int) -> None:
    data = bytearray(MODEL)
    data[index * len(data) // 2000] ^= 0x11
    with contextlib.suppress(ScorerError):
        load(bytes(data)).margin([0, None, 1, 2])


@pytest.mark.parametrize(
    ("thresholds", "words"),
    [
        ([], "1 to 10000"),
        ([0.0] * 10_001, "1 to 10000"),
        ([1.0, 0.5], "ascending"),
        ([float("nan")], "finite"),
        ([float("inf")], "finite"),
        ([0.1], "float32"),
        ([1], "finite"),
    ],
)
def test_thresholds_are_strict(thresholds: list[float], words: str) -> None:
    with pytest.raises(ScorerError, match=words):
        ReferenceScorer.load(MODEL, NAMES, thresholds)


def test_a_score_is_the_number_of_thresholds_not_above() -> None:
    scorer = ReferenceScorer.load(MODEL, NAMES, [-1.0, 0.0, 0.0, 2.5])
    scores = [scorer.score_bps(margin) for margin in (-1.5, -1.0, -0.5, -0.0, 0.0, 2.49, 2.5, 9.0)]
    assert scores == [0, 1, 1, 3, 3, 3, 4, 4]


def test_thresholds_are_written_as_hex_and_read_back() -> None:
    assert thresholds_to_hex([-1.0, 0.5]) == "bf8000003f000000"
    assert thresholds_from_hex(thresholds_to_hex(STEPS)) == STEPS
    for wrong in ("", "bf80000", "BF800000", "0xbf800000", "7fc00000", "7f800000", "3f00000", "3f000000bf800000"):
        with pytest.raises(ScorerError):
            thresholds_from_hex(wrong)


def test_micro_rounds_half_to_even() -> None:
    assert [micro(margin) for margin in (0.5**7, 1.5**1 * 0.5**7 * 2 / 3, -1.0, -0.0)] == [7812, 7812, -1_000_000, 0]
    assert micro(3 * 0.5**7) == 23_438  # 23437.5


@pytest.mark.parametrize("value", [True, 1.0, "1", 2**24 + 1, -(2**24) - 1, float("nan"), np.int64(1)])
def test_vectors_hold_integers_or_nothing(value: Any) -> None:
    with pytest.raises(ScorerError, match="integers within"):
        load(MODEL).margin([0, 0, 0, value])


def test_vectors_have_the_length_of_the_schema() -> None:
    with pytest.raises(ScorerError, match="expected 4 values, got 3"):
        load(MODEL).margin([0, 0, 0])
