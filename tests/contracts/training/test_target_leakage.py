"""A category of random levels says nothing of a new account: it lifts no metric, and trees do not use it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from features.matrix import FeatureMatrix
from features.spec import FeatureCatalogue
from features.themes import Theme
from tests.training.toy import meta, toy_cohort, toy_config
from training.config.schema import TrainConfig
from training.data.cohort import Cohort
from training.data.cohort_split import CohortSplit
from training.data.splits import make_split
from training.evaluation.metrics import auc
from training.model.cross_fitting import codes, training_codes
from training.model.encoder import fit_encoder
from training.model.fit import fit
from training.model.tuning_result import TuningResult
from training.pipeline import search

N = 4000
NOISE = 0.012
"""Half of the width of the 95 % interval of a paired AUC difference on the 1,200 test rows."""
LEVELS = (2, 50, 5000)


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path))


def with_random_category(cohort: Cohort, levels: int, name: str = "branch") -> Cohort:
    """The cohort with one more column, drawn without a look at the outcomes."""
    drawn = np.random.default_rng(levels).integers(0, levels, cohort.n)
    column = pl.Series(name, [f"L{level}" for level in drawn])
    old = cohort.matrix.catalogue
    theme = Theme(name, "T99", "file", False, name, name)
    catalogue = FeatureCatalogue((*old.features, meta(name, name, 0, "category")), (*old.themes, theme))
    return replace(cohort, matrix=FeatureMatrix(cohort.matrix.frame.with_columns(column), catalogue))


def config() -> TrainConfig:
    space = {"learning_rate": [0.1, 0.1], "num_leaves": [8, 16], "min_data_in_leaf": [20, 40]}
    tuning = {"trials": 2, "folds": 3, "max_rounds": 80, "patience": 20, "space": space}
    return toy_config(tuning={**tuning, "n_jobs": 1, "repeats": 1}, model={"seeds": 1})


def trained(cohort: Cohort) -> tuple[float, float]:
    """The validation AUC of tuning and the test AUC."""
    split = CohortSplit.of(cohort, make_split(cohort, config(), None))
    tuned = search(config(), split, lambda *_: None)  # type: ignore[arg-type]
    return tuned.value, auc(split.test.bad, fit(split, tuned, config()).margin(split.test))


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return toy_cohort(N)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory, cohort: Cohort) -> tuple[float, float]:
    """Validation and test AUC of the cohort as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADROOM_VAR", str(tmp_path_factory.mktemp("without")))
        return trained(cohort)


@pytest.mark.parametrize("levels", LEVELS)
def test_a_category_of_random_levels_lifts_no_metric(
    cohort: Cohort, without: tuple[float, float], levels: int
) -> None:
    valid, test = trained(with_random_category(cohort, levels))
    assert valid - without[0] < NOISE
    assert abs(test - without[1]) < NOISE
    assert abs(valid - test) < 2 * NOISE


@pytest.mark.parametrize("levels", LEVELS)
def test_trees_do_not_trust_a_category_of_random_levels(cohort: Cohort, levels: int) -> None:
    wide = with_random_category(cohort, levels)
    split = CohortSplit.of(wide, make_split(wide, config(), None))
    chosen = {"num_leaves": 12, "learning_rate": 0.1, "min_data_in_leaf": 20, "max_depth": 4}
    booster = fit(split, TuningResult(chosen, 60, 0.8, (), 0, "toy"), config()).booster
    gain = dict(zip(booster.feature_name(), booster.feature_importance("gain"), strict=True))
    assert gain["branch"] < 0.1 * gain["noise"]


def test_codes_of_the_rows_that_train_are_on_the_scale_of_the_final_codes(cohort: Cohort) -> None:
    wide = with_random_category(cohort, 50)
    final, crossed = codes(wide, fit_encoder(wide.matrix, wide.bad)), training_codes(wide, 1)
    job = cohort.matrix.catalogue.names.index("job")
    known = ~np.isnan(final[:, job])
    assert np.array_equal(known, ~np.isnan(crossed[:, job]))
    assert np.abs(final[known, job] - crossed[known, job]).max() < 0.06
    assert auc(wide.bad, crossed[:, -1]) < 0.525 < auc(wide.bad, final[:, -1])


def test_no_row_of_a_person_helps_to_code_another_of_the_same_person() -> None:
    """Twelve rows of one account with the same outcome and a level of their own: the level says nothing."""
    cohort = toy_cohort(300, months=12)
    bad = np.tile(np.random.default_rng(1).random(300) < 0.3, 12)
    person = pl.Series("job", [f"P{account}" for account in cohort.groups])
    frame = cohort.matrix.frame.with_columns(person)
    own = replace(cohort, bad=bad, matrix=FeatureMatrix(frame, cohort.matrix.catalogue))
    job = cohort.matrix.catalogue.names.index("job")
    assert abs(auc(bad, training_codes(own, 1)[:, job]) - 0.5) < 0.05
    assert auc(bad, codes(own, fit_encoder(own.matrix, bad))[:, job]) > 0.99
