"""Trees, codes, calibration and averaging on a small cohort with a known signal."""

from dataclasses import replace

import lightgbm as lgb
import numpy as np
import polars as pl
import pytest

from features.errors import DataError
from features.matrix import FeatureMatrix
from serving.model.encoder import encode
from serving.model.types import CategoryEncoder
from tests.training.toy import CATALOGUE, toy_cohort, toy_config
from training.data.cohort import constant_features
from training.data.cohort_split import CohortSplit
from training.data.splits import make_split
from training.evaluation.metrics import measure
from training.evaluation.monotonicity import count_violations
from training.model.cross_fitting import codes
from training.model.encoder import fit_encoder
from training.model.ensemble import average
from training.model.fit import fit, fit_settings
from training.model.tuning_result import TuningResult

CHOSEN = {"num_leaves": 7, "learning_rate": 0.1, "min_data_in_leaf": 20, "max_depth": 4}
TUNED = TuningResult(CHOSEN, 40, 0.8, (), 0, "toy")


def test_category_levels_are_ordered_by_how_often_they_went_bad() -> None:
    cohort = toy_cohort(3000)
    assert fit_encoder(cohort.matrix, cohort.bad).levels["job"] == ("pilot", "clerk", "miner")


def test_a_rare_level_stays_near_the_middle() -> None:
    levels = ["often"] * 100 + ["seldom"] * 100 + ["few"] * 10
    bad = np.array([True] * 60 + [False] * 40 + [True] * 20 + [False] * 80 + [True] * 10)
    assert _encoder(levels, bad).levels["job"] == ("seldom", "often", "few")
    rate = (10 + 20 * 0.4289) / (10 + 20)
    code = np.log(rate / (1 - rate)) - np.log(0.4289 / (1 - 0.4289))
    assert _encoder(levels, bad).codes("job")["few"] == pytest.approx(code, abs=0.01)


def test_rare_levels_share_one_code_which_unknown_levels_have_too() -> None:
    levels = ["often"] * 50 + [f"rare {i // 4}" for i in range(12)]
    bad = np.array([True] * 10 + [False] * 40 + [True] * 12)
    encoder = _encoder(levels, bad)
    assert encoder.levels["job"] == ("often",)
    assert encoder.pool("job") > encoder.codes("job")["often"]
    frame = pl.DataFrame({"job": ["rare 0", "rare 2", "never seen", "often", None]})
    coded = encode(frame, CATALOGUE.select(["job"]), encoder)[:, 0]
    assert (coded[:3] == encoder.pool("job")).all()
    assert coded[3] == encoder.codes("job")["often"]
    assert np.isnan(coded[4])


def test_levels_of_equal_rates_have_codes_that_tell_them_apart() -> None:
    encoder = _encoder(["a"] * 20 + ["b"] * 20, np.array(([True] * 5 + [False] * 15) * 2))
    assert encoder.levels["job"] == ("a", "b")
    assert 0 < encoder.codes("job")["b"] - encoder.codes("job")["a"] < 1e-6


def _encoder(levels: list[str], bad: np.ndarray) -> CategoryEncoder:
    frame = pl.DataFrame({"job": levels})
    keys = pl.DataFrame({"account_id": range(frame.height), "as_of": [None] * frame.height})
    return fit_encoder(FeatureMatrix(keys.hstack(frame), CATALOGUE.select(["job"])), bad)


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
