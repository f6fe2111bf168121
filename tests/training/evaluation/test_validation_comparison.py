"""Validation and test AUC side by side: their difference is held against its own interval."""

from dataclasses import replace

import numpy as np
import pytest

from serving.model.types import Scored
from tests.training.toy import toy_cohort, toy_config
from training.data.cohort_split import CohortSplit
from training.data.splits import make_split
from training.evaluation.evaluate import Evaluation
from training.evaluation.metrics import Interval
from training.evaluation.validation_comparison import compare_validation, standard_error
from training.model.tuning_result import TuningResult
from training.reporting.report import validation_keys

CONFIG = toy_config()
COHORT = toy_cohort(800)
SPLIT = CohortSplit.of(COHORT, make_split(COHORT, CONFIG, None))
NONE, NO_POINTS = np.zeros(0), np.zeros(0, dtype=np.int64)
NOTHING = Scored(NONE, NONE, NO_POINTS, NO_POINTS, NO_POINTS, NONE)
EVALUATION = Evaluation(SPLIT.test, NOTHING, {"auc": 0.75}, {"auc": Interval(0.70, 0.80)}, (), (), None, 0.0)


def tuned(value: float) -> TuningResult:
    return TuningResult({}, 10, value, (), 0, "toy")


@pytest.mark.parametrize(
    ("validation", "agree", "told"),
    [(0.76, True, ""), (0.94, False, "holds the outcome"), (0.6, False, "easier")],
)
def test_a_difference_beyond_chance_is_told_with_what_to_check(
    validation: float, agree: bool, told: str
) -> None:
    found = compare_validation(CONFIG, SPLIT, tuned(validation), EVALUATION)
    assert found is not None
    assert found.agree == agree
    assert told in found.warning
    assert bool(found.warning) == (not agree)
    assert validation_keys(found)["auc_validation_warning"] == found.warning


def test_a_wider_interval_of_the_test_makes_the_same_difference_agree() -> None:
    wide = replace(EVALUATION, intervals={"auc": Interval(0.50, 1.0)})
    found = compare_validation(CONFIG, SPLIT, tuned(0.94), wide)
    assert found is not None
    assert found.agree


def test_nothing_is_compared_where_tuning_used_another_metric() -> None:
    config = toy_config(tuning={"metric": "binary_logloss"})
    assert compare_validation(config, SPLIT, tuned(0.5), EVALUATION) is None
    assert validation_keys(None)["auc_validation"] is None


def test_the_standard_error_is_that_of_simulated_samples() -> None:
    rng = np.random.default_rng(4)
    areas = []
    for _ in range(400):
        bad, good = rng.exponential(2.0, 60), rng.exponential(1.0, 200)
        areas.append(float((bad[:, None] > good[None, :]).mean()))
    assert standard_error(2 / 3, 60, 200) == pytest.approx(np.std(areas), rel=0.12)
