"""The challenger: bins in the stated direction, and points that give the probability back."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from features.errors import DataError
from features.matrix import FeatureMatrix
from serving.model.types import Scaling
from tests.training.toy import toy_cohort
from training.config.schema import ScorecardConfig
from training.evaluation.metrics import auc
from training.model.scorecard import coarse_iv, fit_scorecard

SCALING = Scaling()


def test_the_scorecard_ranks_and_its_table_is_complete() -> None:
    cohort = toy_cohort(3000)
    card = fit_scorecard(cohort, ScorecardConfig(), SCALING)
    assert auc(cohort.bad, card.pd(cohort.matrix)) > 0.75
    assert set(card.table["variable"]) == set(card.names)
    assert {"theme", "reason_code", "bin", "count", "bad_rate", "woe", "iv", "points"} <= set(
        card.table.columns
    )
    per_variable = card.table.group_by("variable").agg(pl.col("count").sum())
    assert per_variable["count"].to_list() == [3000] * len(card.names)


def test_points_of_the_bins_sum_to_the_scaled_log_odds() -> None:
    cohort = toy_cohort(1500)
    card = fit_scorecard(cohort, ScorecardConfig(), SCALING)
    rows = cohort.matrix.frame.select(card.process.variable_names).to_pandas()
    options = {"metric": "woe", "metric_missing": "empirical", "metric_special": "empirical"}
    woe = np.asarray(card.process.transform(rows, **options)[list(card.names)])
    points = -SCALING.factor * card.weights * woe
    score = SCALING.score(np.full(cohort.n, card.intercept)) + points.sum(axis=1)
    assert np.allclose(score, SCALING.score(card.log_odds(cohort.matrix)))


def test_bins_keep_the_direction_that_the_catalogue_states() -> None:
    card = fit_scorecard(toy_cohort(4000), ScorecardConfig(), SCALING)
    for name, direction in (("income", -1), ("debt", 1)):
        rates = card.table.filter((pl.col("variable") == name) & (pl.col("bin") != "Missing"))[
            "bad_rate"
        ].to_numpy()
        assert (np.diff(rates) * direction > 0).all()


def test_no_weight_has_the_wrong_sign() -> None:
    assert (fit_scorecard(toy_cohort(800), ScorecardConfig(min_iv=0.0), SCALING).weights <= 0).all()


def test_a_file_without_information_is_refused() -> None:
    with pytest.raises(DataError, match="information value of 5"):
        fit_scorecard(toy_cohort(500), ScorecardConfig(min_iv=5.0), SCALING)


def test_coarse_information_value_of_a_useless_and_of_an_informative_variable() -> None:
    rng = np.random.default_rng(0)
    bad = rng.random(20_000) < 0.2
    assert coarse_iv(rng.normal(size=20_000), bad) < 0.01
    assert coarse_iv(rng.normal(bad * 1.0), bad) == pytest.approx(1.0, abs=0.15)
    assert coarse_iv(np.full(20_000, np.nan), bad) == 0.0


@pytest.mark.parametrize("levels", [50, 400])
def test_a_category_of_random_levels_gets_next_to_no_weight(levels: int) -> None:
    cohort = toy_cohort(3000)
    drawn = np.random.default_rng(levels).integers(0, levels, cohort.n)
    frame = cohort.matrix.frame.with_columns(job=pl.Series([f"L{level}" for level in drawn]))
    wide = replace(cohort, matrix=FeatureMatrix(frame, cohort.matrix.catalogue))
    card = fit_scorecard(wide, ScorecardConfig(min_iv=0.0), SCALING)
    weights = dict(zip(card.names, card.weights, strict=True))
    assert abs(weights.get("job", 0.0)) < 0.2 < abs(weights["income"])
