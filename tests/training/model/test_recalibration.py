import numpy as np
import pytest

from features.arrays import Bools, Floats
from serving.model.types import Calibration
from training.model.recalibration import intercept_at, recalibrated


def drawn(n: int, intercept: float, rng: np.random.Generator) -> tuple[Floats, Bools]:
    margin = rng.normal(size=n)
    return margin, rng.random(n) < 1 / (1 + np.exp(-(margin + intercept)))


def test_the_intercept_makes_the_mean_probability_the_bad_rate() -> None:
    margin = np.array([0.0, 0.0, 0.0, 0.0])
    assert intercept_at(margin, np.array([True, False, False, False])) == pytest.approx(np.log(1 / 3))


def test_the_intercept_moves_by_the_drift_and_the_slope_stays() -> None:
    rng = np.random.default_rng(5)
    then, now = drawn(60_000, -2.0, rng), drawn(60_000, -2.7, rng)
    moved = recalibrated(Calibration(1.3, -1.5), then, now)
    assert moved.slope == 1.3
    assert moved.intercept == pytest.approx(-1.5 - 0.7, abs=0.06)


def test_equal_periods_leave_the_intercept() -> None:
    rng = np.random.default_rng(6)
    moved = recalibrated(Calibration(1.0, 0.25), drawn(60_000, -2.0, rng), drawn(60_000, -2.0, rng))
    assert moved.intercept == pytest.approx(0.25, abs=0.06)


def test_a_riskier_mix_at_the_same_odds_moves_nothing() -> None:
    rng = np.random.default_rng(7)
    then = drawn(60_000, -2.0, rng)
    margin = rng.normal(size=60_000) + 1.0
    now = margin, rng.random(60_000) < 1 / (1 + np.exp(-(margin - 2.0)))
    assert recalibrated(Calibration(1.0, 0.0), then, now).intercept == pytest.approx(0.0, abs=0.06)
