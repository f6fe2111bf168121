"""Trees, codes, calibration and averaging on a small cohort with a known signal."""

from dataclasses import replace

import lightgbm as lgb
import numpy as np
import polars as pl
import pytest

from features.errors import DataError
from features.matrix import FeatureMatrix
from tests.training.toy import CATALOGUE, toy_cohort, toy_config
from training.data.cohort import constant_features
from training.data.cohort_split import CohortSplit
from training.data.splits import make_split
from training.evaluation.metrics import measure
from training.evaluation.monotonicity import count_violations
from training.model.encoder import fit_encoder
from training.model.ensemble import average
from training.model.fit import codes, fit, fit_settings
from training.model.tuning_result import TuningResult

CHOSEN = {"num_leaves": 7, "learning_rate": 0.1, "min_data_in_leaf": 20, "max_depth": 4}
TUNED = TuningResult(CHOSEN, 40, 0.8, (), 0, "toy")


def test_category_levels_are_ordered_by_how_often_they_went_bad() -> None:
    cohort = toy_cohort(3000)
    assert fit_encoder(cohort.matrix, cohort.bad).levels["job"] == ("pilot", "clerk", "miner")


def test_a_rare_level_stays_near_the_middle() -> None:
    frame = pl.DataFrame({"job": ["often"] * 100 + ["seldom"] * 100 + ["once"]})
    bad = np.array([True] * 60 + [False] * 40 + [True] * 20 + [False] * 80 + [True])
    assert _levels(frame, bad) == ("seldom", "once", "often")


def _levels(frame: pl.DataFrame, bad: np.ndarray) -> tuple[str, ...]:
    keys = pl.DataFrame({"account_id": range(frame.height), "as_of": [None] * frame.height})
    matrix = FeatureMatrix(keys.hstack(frame), CATALOGUE.select(["job"]))
    return tuple(fit_encoder(matrix, bad).levels["job"])


def test_codes_are_fitted_on_the_fit_set_alone() -> None:
    cohort = toy_cohort(1500)
    split = make_split(cohort, toy_config(), None)
    flipped = cohort.bad.copy()
    flipped[split.test] = ~flipped[split.test]
    other = replace(cohort, bad=flipped)
    models = [fit(CohortSplit.of(c, split), TUNED, toy_config()) for c in (cohort, other)]
    assert models[0].booster.model_to_string() == models[1].booster.model_to_string()
    assert models[0].calibration == models[1].calibration


def test_the_final_fit_is_the_same_every_time() -> None:
    cohort = toy_cohort(800)
    split = make_split(cohort, toy_config(), None)
    texts = {
        fit(CohortSplit.of(cohort, split), TUNED, toy_config()).booster.model_to_string() for _ in range(2)
    }
    assert len(texts) == 1


@pytest.mark.parametrize("method", ["holdout", "cross_fitted"])
def test_the_calibration_slope_is_near_one_on_unseen_rows(method: str) -> None:
    config = toy_config(calibration={"method": method})
    cohort = toy_cohort(6000)
    split = make_split(cohort, config, None)
    model = fit(CohortSplit.of(cohort, split), replace(TUNED, rounds=150), config)
    test = cohort.take(split.test)
    pd = 1 / (1 + np.exp(-model.log_odds(test)))
    assert 0.85 < measure(test.bad, pd)["calibration_slope"] < 1.15


def test_a_monotone_booster_keeps_its_directions_and_a_free_one_does_not() -> None:
    cohort = toy_cohort(500)
    config = toy_config()
    x = codes(cohort, fit_encoder(cohort.matrix, cohort.bad))
    deep = {"num_leaves": 31, "learning_rate": 0.3, "min_data_in_leaf": 5}
    breaks = []
    for monotone in (True, False):
        fixed = fit_settings(cohort, config, monotone=monotone)
        booster = fixed.train(fixed.dataset(x, cohort.bad), deep, 60)
        breaks.append(count_violations(booster, x, CATALOGUE.directions))
    assert breaks[0] == 0
    assert breaks[1] > 0


def test_averaged_boosters_give_the_mean_margin_and_stay_readable() -> None:
    cohort = toy_cohort(500)
    fixed = fit_settings(cohort, toy_config())
    x = codes(cohort, fit_encoder(cohort.matrix, cohort.bad))
    data = fixed.dataset(x, cohort.bad)
    parts = [fixed.train(data, CHOSEN | {"bagging_fraction": 0.5}, 20, seed=seed) for seed in (1, 2, 3)]
    merged = average(parts)
    mean = np.mean([np.asarray(part.predict(x, raw_score=True)) for part in parts], axis=0)
    assert np.abs(merged.predict(x, raw_score=True) - mean).max() < 1e-12
    assert lgb.Booster(model_str=merged.model_to_string()).num_trees() == 60


def test_boosters_of_different_features_are_not_averaged() -> None:
    cohort = toy_cohort(200)
    x = codes(cohort, fit_encoder(cohort.matrix, cohort.bad))
    one = lgb.train({"verbosity": -1}, lgb.Dataset(x, cohort.bad, feature_name=list("abcde")), 2)
    two = lgb.train({"verbosity": -1}, lgb.Dataset(x, cohort.bad, feature_name=list("abcdf")), 2)
    with pytest.raises(DataError, match="different features"):
        average([one, two])


def test_constant_features_are_found_on_the_fit_set() -> None:
    cohort = toy_cohort(100)
    frame = cohort.matrix.frame.with_columns(noise=pl.lit(None, dtype=pl.Float64), savings=pl.lit(1.0))
    still = replace(cohort, matrix=FeatureMatrix(frame, CATALOGUE))
    assert constant_features(still, np.arange(50)) == ("savings", "noise")
