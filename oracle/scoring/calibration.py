"""Calibration: from margins to 9,999 thresholds, so that scoring needs no `exp` and gives one integer everywhere.

Platt's sigmoid with his smoothed targets, fitted by Newton's method on margins the trees have not seen. Threshold k is
the float32 margin where the calibrated probability reaches k / 10,000; a score is the number of thresholds not above.
"""

import numpy as np
from numpy.typing import NDArray

STEPS = 10_000
ROUNDS = 100


def platt(margins: NDArray[np.float32], labels: NDArray[np.int8]) -> tuple[float, float]:
    """Slope and offset of the sigmoid that maps margins to probabilities."""
    x, positives = margins.astype(np.float64), int(labels.sum())
    negatives = len(labels) - positives
    if not positives or not negatives:
        raise ValueError("expected both classes in the calibration rows")
    target = np.where(labels == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    slope, offset = 1.0, 0.0
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-(slope * x + offset)))
        weight = np.maximum(p * (1 - p), 1e-9)
        gradient = np.array([np.sum((p - target) * x) + 1e-3 * (slope - 1), np.sum(p - target)])
        cross = np.sum(weight * x)
        hessian = np.array([[np.sum(weight * x * x) + 1e-3, cross], [cross, np.sum(weight) + 1e-9]])
        step = np.linalg.solve(hessian, gradient)
        step = step / max(1.0, float(np.abs(step).max()))
        slope, offset = slope - float(step[0]), offset - float(step[1])
        if float(np.abs(step).max()) < 1e-10:
            break
    return max(slope, 0.05), offset


def thresholds(slope: float, offset: float) -> NDArray[np.float32]:
    """The 9,999 margins, strictly ascending in float32, where the probability reaches each basis point."""
    p = np.arange(1, STEPS, dtype=np.float64) / STEPS
    exact = (np.log(p / (1 - p)) - offset) / slope
    rounded = exact.astype(np.float32)
    if not bool(np.all(np.diff(rounded) > 0)):
        raise ValueError("expected strictly ascending thresholds: the slope is too steep for float32")
    return rounded
