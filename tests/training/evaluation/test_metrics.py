"""Known answers."""

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.metrics import roc_auc_score

from training.evaluation.metrics import (
    Ranking,
    auc,
    calibration_line,
    ece,
    intervals,
    measure,
    paired_auc_difference,
)
from training.model.calibrate import platt

BAD = np.array([False, False, True, False, True, True])
PD = np.array([0.1, 0.2, 0.2, 0.3, 0.6, 0.9])


def test_auc_counts_ties_half() -> None:
    assert auc(BAD, PD) == pytest.approx(7.5 / 9)
    assert Ranking.of(BAD, PD).auc_ks()[0] == pytest.approx(roc_auc_score(BAD, PD))


def test_ks_is_the_largest_gap_of_the_two_curves() -> None:
    assert Ranking.of(BAD, PD).auc_ks()[1] == pytest.approx(2 / 3)


def test_weights_of_the_bootstrap_equal_repeated_rows() -> None:
    weights = np.array([2.0, 0.0, 1.0, 3.0, 1.0, 2.0])
    rows = np.repeat(np.arange(6), weights.astype(int))
    assert Ranking.of(BAD, PD).auc_ks(weights)[0] == pytest.approx(roc_auc_score(BAD[rows], PD[rows]))


def test_true_probabilities_have_slope_one_and_squeezed_ones_two() -> None:
    rng = np.random.default_rng(0)
    true = expit(rng.normal(-1, 1.5, 200_000))
    bad = rng.random(len(true)) < true
    assert calibration_line(bad, true)[0] == pytest.approx(1, abs=0.02)
    assert calibration_line(bad, expit(logit(true) / 2))[0] == pytest.approx(2, abs=0.04)
    assert ece(bad, true) < 0.005
    assert ece(bad, true / 2) == pytest.approx(float(true.mean() / 2), abs=0.005)


def test_platt_finds_the_line_that_made_the_outcomes() -> None:
    rng = np.random.default_rng(1)
    margin = rng.normal(0, 1.2, 100_000)
    bad = rng.random(len(margin)) < expit(0.7 * margin - 1.5)
    line = platt(margin, bad)
    assert line.slope == pytest.approx(0.7, abs=0.02)
    assert line.intercept == pytest.approx(-1.5, abs=0.02)


def test_the_auc_interval_agrees_with_delong() -> None:
    rng = np.random.default_rng(2)
    bad = rng.random(3000) < 0.2
    score = expit(rng.normal(bad * 1.0, 1))
    found = intervals(bad, score, np.arange(3000), n=1000)["auc"]
    half = 1.96 * delong_error(bad, score)
    assert found.low == pytest.approx(auc(bad, score) - half, abs=0.004)
    assert found.high == pytest.approx(auc(bad, score) + half, abs=0.004)


def delong_error(bad: np.ndarray, score: np.ndarray) -> float:
    """Standard error by DeLong, DeLong and Clarke-Pearson (1988)."""
    wins = (score[bad][:, None] > score[~bad][None, :]).astype(float)
    return float(np.sqrt(wins.mean(1).var(ddof=1) / bad.sum() + wins.mean(0).var(ddof=1) / (~bad).sum()))


def test_rows_of_one_account_widen_the_interval() -> None:
    rng = np.random.default_rng(3)
    bad, score = rng.random(500) < 0.3, rng.random(500)
    score = score + 0.3 * bad
    twice = np.tile(np.arange(500), 4)
    alone = intervals(np.tile(bad, 4), np.tile(score, 4), np.arange(2000), n=300)["auc"]
    together = intervals(np.tile(bad, 4), np.tile(score, 4), twice, n=300)["auc"]
    assert together.high - together.low > 1.6 * (alone.high - alone.low)


def test_a_model_compared_with_itself_differs_by_nothing() -> None:
    rng = np.random.default_rng(4)
    bad, score = rng.random(400) < 0.3, rng.random(400)
    difference, interval = paired_auc_difference(bad, score, score, np.arange(400), n=100)
    assert (difference, interval.low, interval.high) == (0, 0, 0)


def test_measure_names_every_figure_of_the_report() -> None:
    figures = measure(BAD, PD)
    assert set(figures) >= {"auc", "gini", "ks", "brier", "logloss", "calibration_slope", "ece"}
    assert figures["gini"] == pytest.approx(2 * figures["auc"] - 1)
    assert figures["brier"] == pytest.approx(float(np.mean((PD - BAD) ** 2)))
