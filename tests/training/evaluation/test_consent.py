"""The consent report: figures worked out by hand on models that are written down."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit

from serving.decision.policy import packaged, scale_for
from serving.model.types import Scaling
from tests.training.model.test_dropout import cohort
from tests.training.toy import toy_config
from training.data.cohort import Cohort
from training.data.cohort_split import CohortSplit
from training.data.splits import stratified
from training.evaluation.consent import keys, never_linked, price, withdrawn
from training.evaluation.consent_refits import Training
from training.model.tuning_result import TuningResult

SCALE = scale_for(packaged().policy, "portfolio", 0.03)
SCALING = Scaling()
CUTOFF = float(logit(0.03))
ROWS = cohort(500, months=1)


def by_debt(rows: Cohort) -> np.ndarray:
    """The debt, and half a unit less than the cut-off where there is no bureau report."""
    debt = rows.matrix.frame["debt"].to_numpy().astype(float)
    return CUTOFF + np.where(np.isnan(debt), -0.5, debt)


def by_bill(rows: Cohort) -> np.ndarray:
    """A model that knows bills alone."""
    return CUTOFF + rows.matrix.frame["bill"].to_numpy().astype(float)


def test_never_linking_is_measured_against_the_model_without_the_source() -> None:
    found = never_linked((by_debt, by_bill), ROWS, "bureau", SCALE, SCALING)
    bill = ROWS.matrix.frame["bill"].to_numpy()
    absent = ROWS.matrix.frame["debt"].is_null().to_numpy()
    assert found.mean_points == pytest.approx(-SCALING.factor * (-0.5 - bill).mean())
    assert found.mean_points_of_absent == pytest.approx(-SCALING.factor * (-0.5 - bill[absent]).mean())
    assert found.passed_by_silence == pytest.approx((bill > 0).mean())
    assert found.refused_by_silence == 0.0
    assert found.auc == 0.5


def test_a_model_that_never_used_the_source_loses_nothing_by_its_absence() -> None:
    found = never_linked((by_bill, by_bill), ROWS, "bureau", SCALE, SCALING)
    assert found.mean_points == found.refused_by_silence == found.passed_by_silence == 0.0


def test_withdrawing_counts_those_who_have_the_source_and_look_safer_without_it() -> None:
    found = withdrawn(by_debt, ROWS, "bureau", SCALE, SCALING)
    debt = ROWS.matrix.frame["debt"].drop_nulls().to_numpy()
    assert found is not None
    assert found.rows == len(debt)
    assert found.safer == pytest.approx((debt > -0.5).mean())
    assert found.passing == pytest.approx((debt > 0).mean())
    assert found.passing <= found.better_tier <= found.safer
    assert found.mean_points == pytest.approx(SCALING.factor * (debt + 0.5).mean())


def test_a_source_that_nobody_has_cannot_be_withdrawn() -> None:
    bare = ROWS.take(np.flatnonzero(ROWS.matrix.frame["debt"].is_null().to_numpy()))
    assert withdrawn(by_debt, bare, "bureau", SCALE, SCALING) is None


def test_the_keys_name_source_case_and_figure_and_the_price_names_both_models() -> None:
    never = never_linked((by_debt, by_bill), ROWS, "bureau", SCALE, SCALING)
    flat = keys("bureau", never, None)
    assert flat["consent_bureau_never_mean_points"] == never.mean_points
    assert not any("withdrawn" in name for name in flat)
    found = price(by_bill, by_debt, ROWS)
    assert found["auc_with_dropout"] != found["auc_without_dropout"]


def test_a_refit_without_a_source_knows_none_of_its_features_and_keeps_the_sets() -> None:
    rows, config = cohort(800, months=1), toy_config(model={"source_dropout": 0.3, "seeds": 2})
    split = CohortSplit.of(rows, stratified(rows, config.split, holdout=False))
    tuned = TuningResult({"learning_rate": 0.1, "num_leaves": 4}, 10, 0.0, (), 0, "")
    training = Training(split, None, tuned, config)
    less = training.without(["bureau"])
    assert less.split.fit.matrix.catalogue.names == ("bill", "fund")
    assert np.array_equal(less.split.test.groups, split.test.groups)
    assert less.fit().catalogue.names == ("bill", "fund")
    assert training.one_seed().config.model.seeds == 1
    assert training.without_dropout().config.model.source_dropout == 0.0
    assert replace(training.one_seed(), config=config) == training
