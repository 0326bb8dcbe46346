"""The reference scorer: the margin of an XGBoost model, bit for bit, without XGBoost and without floats beyond float32.

It reads the gbtree JSON of XGBoost 2 and 3 and accepts only what has one meaning in all of them: binary:logistic,
`base_score` 0.5 (so the margin starts at zero), numeric splits. The margin is the float32 sum of the leaves,
tree by tree. A score in basis points is the number of stored ascending thresholds that are not above the margin.
"""

import math
import struct
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from node.protocol.canonical import Json, parse
from node.protocol.errors import ProtocolError, ScorerError
from node.protocol.reading import bare_hex_of, integer_of, list_of, text_of

LIMIT = 2**24  # integers up to here are exact in float32
MAX_THRESHOLDS = 10_000  # one for each basis point
MAX_TREES, MAX_NODES = 10_000, 100_000  # of a model, of a tree
MAX_MARKS = 500_000  # of a model file: commas, colons and brackets; ours have thirty thousand
MAX_LEAF = 1000.0  # log-odds; keeps every sum far from the ends of float32 and micro units
OBJECTIVE = "binary:logistic"
NO_PARENT = 2**31 - 1  # as XGBoost writes it
BASE_SCORES = ("5E-1", "[5E-1]", "0.5", "[0.5]")  # 2.x writes "5E-1", 3.x "[5E-1]"
COLUMNS = (
    *("split_indices", "split_conditions", "left_children", "right_children", "default_left"),
    *("split_type", "parents", "base_weights", "loss_changes", "sum_hessian"),
)
CATEGORIES = ("categories", "categories_nodes", "categories_segments", "categories_sizes")

_FLOAT32 = struct.Struct("<f")


class Node(NamedTuple):
    """A split, or a leaf when `left` is -1; then `value` is what it adds."""

    feature: int
    value: float
    left: int
    right: int
    missing: int  # where a missing value goes


def float32(number: float) -> float:
    """The nearest float32."""
    return float(_FLOAT32.unpack(_FLOAT32.pack(number))[0])


def micro(margin: float) -> int:
    """A float32 margin in millionths, half to even. Exact: 24 bits times 10^6 fit a double."""
    return round(margin * 1_000_000)


def thresholds_to_hex(thresholds: Sequence[float]) -> str:
    """Big-endian float32s as bare hex, 8 digits each."""
    return struct.pack(f">{len(thresholds)}f", *thresholds).hex()


def thresholds_from_hex(text: str) -> list[float]:
    """The thresholds that `thresholds_to_hex` wrote. Raises `ScorerError`."""
    try:
        count = len(text_of(text)) // 8
        thresholds = list(struct.unpack(f">{count}f", bare_hex_of(text, 4 * count)))
    except ProtocolError as exc:
        raise ScorerError(f"malformed thresholds: {exc}") from exc
    _check_thresholds(thresholds)
    return thresholds


@dataclass(frozen=True)
class ReferenceScorer:
    """One loaded model."""

    names: tuple[str, ...]
    trees: tuple[tuple[Node, ...], ...]
    thresholds: tuple[float, ...]

    @classmethod
    def load(cls, model: bytes, feature_names: Sequence[str], thresholds: Sequence[float]) -> Self:
        """Read a model file. Raises `ScorerError` for every model that it does not fully understand."""
        _check_thresholds(thresholds)
        names = tuple(feature_names)
        try:
            learner = _at(parse(model, max_marks=MAX_MARKS), "learner")
            _check_learner(learner, names)
            trees = _trees(_at(learner, "gradient_booster"), len(names))
        except ScorerError:
            raise
        except (ProtocolError, OverflowError) as exc:
            raise ScorerError(f"malformed model: {exc}") from exc
        return cls(names, trees, tuple(thresholds))

    def margin(self, vector: Sequence[int | None]) -> float:
        """The log-odds for one vector, a float32. None is missing. Raises `ScorerError` for other values."""
        if len(vector) != len(self.names):
            raise ScorerError(f"expected {len(self.names)} values, got {len(vector)}")
        for value in vector:
            if value is not None and (type(value) is not int or not -LIMIT <= value <= LIMIT):
                raise ScorerError(f"expected integers within 2^24 or nothing, got {value!r:.40}")
        margin = -0.0  # logit(0.5) as XGBoost computes it
        for tree in self.trees:
            node = tree[0]
            while node.left >= 0:
                value = vector[node.feature]
                node = tree[node.missing if value is None else node.left if value < node.value else node.right]
            margin = float32(margin + node.value)  # one rounding: a double holds the sum of two float32 well enough
        return margin

    def score_bps(self, margin: float) -> int:
        """The risk score in basis points."""
        return bisect_right(self.thresholds, margin)


def _at(value: Json, key: str) -> Json:
    if not isinstance(value, dict) or key not in value:
        raise ScorerError(f"expected a model with {key!r}, got none")
    found: Json = value[key]
    return found


def _is(value: Json, wanted: int | None) -> bool:
    """Is this the integer `wanted`? A truth value or a fraction that equals it is not, as XGBoost sees it."""
    return type(value) is int and value == wanted


def _check_thresholds(thresholds: Sequence[float]) -> None:
    if not 1 <= len(thresholds) <= MAX_THRESHOLDS:
        raise ScorerError(f"expected 1 to {MAX_THRESHOLDS} thresholds, got {len(thresholds)}")
    held = list(thresholds)
    if set(map(type, held)) != {float} or not -1e38 <= min(held) <= max(held) <= 1e38:
        raise ScorerError("expected finite thresholds, got another value among them")
    form = f">{len(held)}f"
    if list(struct.unpack(form, struct.pack(form, *held))) != held:  # also false for what is no number
        raise ScorerError("expected float32 thresholds, got others")
    if held != sorted(held):
        raise ScorerError("expected ascending thresholds, got a fall")


def _check_learner(learner: Json, names: tuple[str, ...]) -> None:
    """(1) objective and base, (2) one output, (3) the features."""
    objective = _at(_at(learner, "objective"), "name")
    if objective != OBJECTIVE:
        raise ScorerError(f"expected the objective {OBJECTIVE}, got {objective!r:.40}")
    parameters = _at(learner, "learner_model_param")
    base = text_of(_at(parameters, "base_score"))
    if base not in BASE_SCORES:
        raise ScorerError(f"expected base_score 0.5, got {base:.40}")
    for key, wanted in (("num_class", "0"), ("num_target", "1"), ("num_feature", str(len(names)))):
        if _at(parameters, key) != wanted:
            raise ScorerError(f"expected {key} {wanted}, got {_at(parameters, key)!r:.40}")
    if not names or len(set(names)) != len(names):
        raise ScorerError("expected feature names, each once")
    if tuple(list_of(_at(learner, "feature_names"))) not in ((), names):
        raise ScorerError("expected the model's own feature names to be those given, got others")
    attributes = _at(learner, "attributes")
    if isinstance(attributes, dict) and "best_iteration" in attributes:
        raise ScorerError("expected a model cut to its best iteration, got one that some callers would cut again")
    if "c" in list_of(_at(learner, "feature_types")):
        raise ScorerError("expected numeric features, got a categorical one")


def _trees(booster: Json, features: int) -> tuple[tuple[Node, ...], ...]:
    if _at(booster, "name") != "gbtree":
        raise ScorerError(f"expected the booster gbtree, got {_at(booster, 'name')!r:.40}")
    model = _at(booster, "model")
    trees = list_of(_at(model, "trees"), MAX_TREES)
    parameters = _at(model, "gbtree_model_param")
    if not trees or _at(parameters, "num_trees") != str(len(trees)):
        raise ScorerError(f"expected {_at(parameters, 'num_trees')!r:.40} trees and at least one, got {len(trees)}")
    groups = list_of(_at(model, "tree_info"))
    if len(groups) != len(trees) or not all([_is(group, 0) for group in groups]):
        raise ScorerError("expected all trees in one group, got several")
    rounds = list_of(model["iteration_indptr"]) if isinstance(model, dict) and "iteration_indptr" in model else []
    starts = [integer_of(start, 0, len(trees)) for start in rounds]  # where rounds begin
    if rounds and starts != sorted({0, len(trees), *starts}):
        raise ScorerError("expected rounds from the first tree to the last, got others")
    if (
        isinstance(model, dict)
        and "cats" in model
        and any(list_of(_at(model["cats"], key)) for key in ("enc", "sorted_idx"))
    ):
        raise ScorerError("expected numeric features, got stored categories")
    return tuple(_tree(number, tree, features) for number, tree in enumerate(trees))


def _tree(number: int, tree: Json, features: int) -> tuple[Node, ...]:
    """One tree whose every field agrees with the others: XGBoost believes them unchecked, and may crash or differ."""
    # (1) it stands in its place: XGBoost orders trees by id
    if not _is(_at(tree, "id"), number):
        raise ScorerError(f"expected tree {number} in its place, got {_at(tree, 'id')!r:.40}")
    # (2) one row a node
    count = len(list_of(_at(tree, "split_conditions"), MAX_NODES))
    columns = {name: list_of(_at(tree, name)) for name in COLUMNS}
    for name, column in columns.items():
        if len(column) != count:
            raise ScorerError(f"expected {count} of {name}, got {len(column)}")
    for name, wanted in (("num_nodes", str(count)), ("num_deleted", "0"), ("num_feature", str(features))):
        if _at(_at(tree, "tree_param"), name) != wanted:
            raise ScorerError(f"expected {name} {wanted}, got {_at(_at(tree, 'tree_param'), name)!r:.40}")
    if _at(_at(tree, "tree_param"), "size_leaf_vector") not in ("0", "1"):
        raise ScorerError("expected one value a leaf, got several")
    # (3) numeric splits
    numeric = all([_is(kind, 0) for kind in columns["split_type"]])
    if not numeric or any(list_of(_at(tree, name)) for name in CATEGORIES):
        raise ScorerError("expected numeric splits, got a categorical one")
    # (4) a tree
    nodes = tuple(_node(row, count, features) for row in zip(*(columns[name] for name in COLUMNS[:5]), strict=True))
    _check_walks(nodes, columns["parents"])
    return nodes


def _node(row: tuple[Json, ...], count: int, features: int) -> Node:
    feature, number, left, right, default_left = row
    if type(number) not in (int, float) or not isinstance(number, int | float) or not math.isfinite(float32(number)):
        raise ScorerError(f"expected a finite number in each node, got {number!r:.40}")
    value = float32(number)
    if _is(left, -1) and _is(right, -1):
        if abs(value) > MAX_LEAF:
            raise ScorerError(f"expected leaves within {MAX_LEAF}, got {value}")
        return Node(0, value, -1, -1, -1)
    left, right = integer_of(left, 1, count - 1), integer_of(right, 1, count - 1)
    if right != left + 1:  # XGBoost takes the node after the left child, whatever the file says
        raise ScorerError(f"expected the right child beside the left, {left + 1}, got {right}")
    side = integer_of(default_left, 0, 1)
    return Node(integer_of(feature, 0, features - 1), value, left, right, left if side else right)


def _check_walks(nodes: tuple[Node, ...], parents: list[Json]) -> None:
    """Every node has one parent, the one it names, and is reached from the root: so every walk ends."""
    if not nodes:
        raise ScorerError("expected a root, got an empty tree")
    wanted, stack = {0: NO_PARENT}, [0]
    while stack:
        index = stack.pop()
        for child in (nodes[index].left, nodes[index].right) if nodes[index].left >= 0 else ():
            if child in wanted:
                raise ScorerError(f"expected a tree, got two ways to node {child}")
            wanted[child] = index
            stack.append(child)
    if not all([_is(parent, wanted.get(index)) for index, parent in enumerate(parents)]):
        raise ScorerError("expected each node reached from the parent that it names, got another")
