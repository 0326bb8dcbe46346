import numpy as np
import pytest

from oracle.scoring.calibration import platt, thresholds
from oracle.scoring.metrics import average_precision, precision_recall, threshold_for

LABELS = np.array([1, 0, 1, 0], dtype=np.int8)
SCORES = np.array([9_000, 8_000, 7_000, 100])


def test_average_precision_by_hand() -> None:
    assert average_precision(SCORES, LABELS) == pytest.approx((1 + 2 / 3) / 2)


def test_ties_count_together() -> None:
    assert average_precision(np.array([5, 5, 5, 5]), LABELS) == pytest.approx(0.5)


def test_precision_and_recall_at_a_threshold() -> None:
    assert precision_recall(SCORES, LABELS, 7_000) == (pytest.approx(2 / 3), 1.0)
    assert precision_recall(SCORES, LABELS, 9_999) == (1.0, 0.0)


def test_threshold_keeps_the_wanted_precision() -> None:
    assert threshold_for(SCORES, LABELS, 0.9) == 8_100


def test_platt_finds_the_sigmoid_it_was_drawn_from() -> None:
    draw = np.random.default_rng(1)
    margins = draw.normal(0, 2, 20_000).astype(np.float32)
    labels = (draw.random(20_000) < 1 / (1 + np.exp(-(1.5 * margins - 0.5)))).astype(np.int8)
    slope, offset = platt(margins, labels)
    assert (slope, offset) == (pytest.approx(1.5, abs=0.1), pytest.approx(-0.5, abs=0.1))


def test_one_class_cannot_be_calibrated() -> None:
    with pytest.raises(ValueError, match="both classes"):
        platt(np.zeros(3, dtype=np.float32), np.zeros(3, dtype=np.int8))


def test_threshold_5000_is_even_odds() -> None:
    assert float(thresholds(2.0, -1.0)[4_999]) == pytest.approx(0.5)
