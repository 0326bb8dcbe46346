"""How good scores are on rows with known answers: average precision, precision and recall at a threshold."""

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.int64]
Labels = NDArray[np.int8]


def average_precision(scores: NDArray[np.float32] | Scores, labels: Labels) -> float:
    """Area under the precision–recall curve as the step sum over distinct scores (ties count together)."""
    if not labels.sum():
        return float("nan")
    order = np.argsort(-scores.astype(np.float64), kind="stable")
    ranked, hits = scores[order], np.cumsum(labels[order])
    last = np.r_[np.flatnonzero(np.diff(ranked)), len(ranked) - 1]
    precision, recall = hits[last] / (last + 1), hits[last] / hits[-1]
    return float(np.sum(np.diff(np.r_[0.0, recall]) * precision))


def precision_recall(scores: Scores, labels: Labels, threshold_bps: int) -> tuple[float, float]:
    """Precision and recall of `score >= threshold`; precision of no clue at all counts as 1."""
    chosen = scores >= threshold_bps
    right = int((chosen & (labels == 1)).sum())
    return (right / int(chosen.sum()) if chosen.any() else 1.0), (
        right / int(labels.sum()) if labels.any() else float("nan")
    )


def threshold_for(scores: Scores, labels: Labels, precision: float, lowest: int = 5000) -> int:
    """The lowest threshold, in steps of 100, from which on precision stays at least `precision`.

    Never below `lowest`, even odds: a clue is about somebody.
    """
    best = 9900
    for threshold in range(9900, lowest - 1, -100):
        if precision_recall(scores, labels, threshold)[0] < precision:
            break
        best = threshold
    return best
