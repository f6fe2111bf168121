"""The promotion gate: each check fails by its own name."""

import pytest

from training.config.schema import GateConfig
from training.evaluation.gate import ChampionComparison, apply_gate
from training.evaluation.metrics import Interval

CONFIG = GateConfig(min_auc=0.7, min_ks=0.3, slope=(0.8, 1.25), max_ece=0.02, max_auc_drop=0.005)
GOOD = {"auc": 0.8, "ks": 0.45, "calibration_slope": 1.0, "ece": 0.01}
SHA = "a" * 64


def failed(
    metrics: dict[str, float] = GOOD,
    error: float = 0.0,
    violations: int = 0,
    champion: ChampionComparison | None = None,
) -> list[str]:
    report = apply_gate(CONFIG, metrics, error, violations, champion)
    assert report.passed == (not report.failures)
    return [check.name for check in report.failures]


def test_a_good_model_without_a_champion_passes() -> None:
    assert failed() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("auc", 0.69, "auc"),
        ("ks", 0.29, "ks"),
        ("calibration_slope", 0.79, "calibration_slope"),
        ("calibration_slope", 1.26, "calibration_slope"),
        ("ece", 0.021, "ece"),
        ("auc", float("nan"), "auc"),
    ],
)
def test_one_figure_beyond_its_limit_fails_by_name(name: str, value: float, expected: str) -> None:
    assert failed({**GOOD, name: value}) == [expected]


def test_points_that_do_not_sum_fail() -> None:
    assert failed(error=1.0) == ["additivity"]


def test_a_direction_broken_once_fails() -> None:
    assert failed(violations=1) == ["monotone"]


@pytest.mark.parametrize(
    ("difference", "low", "high", "expected"),
    [
        (0.01, -0.001, 0.02, []),
        (-0.004, -0.01, 0.002, []),
        (-0.004, -0.006, -0.001, ["champion"]),
        (-0.006, -0.02, 0.01, ["champion"]),
    ],
)
def test_a_champion_is_beaten_or_nearly_equalled(
    difference: float, low: float, high: float, expected: list[str]
) -> None:
    champion = ChampionComparison(SHA, difference, Interval(low, high), "same data")
    assert failed(champion=champion) == expected


def test_a_champion_that_cannot_be_scored_is_noted() -> None:
    champion = ChampionComparison(SHA, None, None, "the champion needs 3 features this data lacks")
    report = apply_gate(CONFIG, GOOD, 0.0, 0, champion)
    assert report.passed
    assert "needs 3 features" in report.checks[-1].why
    assert report.champion == SHA
