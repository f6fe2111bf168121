"""What is absent: a whole source is not stated; a theme or a column of a file is told as absent."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from features.matrix import FeatureMatrix
from features.sources.linked import Text
from serving.decision.types import Reason
from serving.decision.wording.absence import AbsentFeature, AbsentFeatures, of_absent_feature
from serving.model.reasons.sources import LinkedSources
from tests.training.toy import CATALOGUE, toy_cohort, toy_config
from training.bundling.assembly import assemble
from training.data.cohort_split import CohortSplit
from training.data.splits import make_split
from training.fidelity.absence import _faults, absence_as_behaviour
from training.fidelity.inputs import FidelityInputs, inputs_of
from training.fidelity.model_under_test import ModelUnderTest
from training.model.fit import fit
from training.model.trained import TrainedModel
from training.model.tuning_result import TuningResult


def test_an_absent_source_is_not_stated_and_has_no_points(tested: ModelUnderTest) -> None:
    sources = LinkedSources({"bureau": np.array([0, 1, 2, 3])}, {"bureau": np.array([0, 1])})
    without = tested.rows[:50].copy()
    without[:, :4] = np.nan
    plain, linked = tested.points(without), replace(tested, sources=sources).points(without)
    assert np.abs(plain[:, :2]).sum() > 0, "without the source's marks its absence has points"
    assert not linked[:, :2].any()
    stated = replace(tested, sources=sources).principal(without).themes
    assert not np.isin(stated, [0, 1]).any()


@pytest.fixture(scope="module")
def partly_stated() -> FidelityInputs:
    """A file of which one column of a theme of two, and all of another theme, are absent for the riskier."""
    cohort, rng = toy_cohort(3000), np.random.default_rng(5)
    frame = cohort.matrix.frame
    lacking, unemployed = rng.random(3000) < 0.25, rng.random(3000) < 0.2
    odds = -1.8 + 1.6 * lacking + 1.5 * unemployed - 0.5 * frame["income"].to_numpy()
    savings = pl.Series("savings", np.where(lacking, np.nan, rng.normal(size=3000))).fill_nan(None)
    job = pl.Series("job", np.where(unemployed, "", "clerk 7")).replace("", None)
    matrix = FeatureMatrix(frame.with_columns(savings, job), cohort.matrix.catalogue)
    own = replace(cohort, matrix=matrix, bad=rng.random(3000) < 1 / (1 + np.exp(-odds)))
    config = toy_config()
    split = CohortSplit.of(own, make_split(own, config, None))
    chosen = {"num_leaves": 8, "learning_rate": 0.1, "min_data_in_leaf": 20, "max_depth": 4}
    tuned = TuningResult(chosen, 40, 0.8, (), 0, "toy")
    bundle = assemble(TrainedModel(config, split, tuned, fit(split, tuned, config)))
    return inputs_of(config, split, tuned, bundle)


def _absent(inputs: FidelityInputs, name: str) -> list[Reason]:
    place = inputs.tested.names.index(name)
    theme = inputs.tested.themes[inputs.tested.groups[place]].key
    rows = inputs.tested.declined[np.isnan(inputs.tested.rows[inputs.tested.declined, place])]
    return [r for answer in inputs.answers(rows) for r in answer.reasons if r.theme == theme and r.points < 0]


def test_the_absence_of_one_column_of_a_theme_is_told_as_that_column_not_stated(
    partly_stated: FidelityInputs,
) -> None:
    told = _absent(partly_stated, "savings")
    absent = [reason for reason in told if reason.code == "T01A"]
    assert len(absent) > 0.8 * len(told) > 20
    assert {(reason.zh, reason.en) for reason in absent} == {
        ("收入：savings未提供。", "Income: savings: not stated.")
    }


def test_a_theme_of_one_column_that_is_absent_is_told_as_not_stated(partly_stated: FidelityInputs) -> None:
    assert {reason.en for reason in _absent(partly_stated, "job")} == {"Job: not stated."}


def test_no_absence_is_told_as_behaviour(partly_stated: FidelityInputs) -> None:
    found = absence_as_behaviour(partly_stated, seed=1)[0]
    assert found.name == "absent_told_as_behaviour"
    assert (found.value, found.passed) == (0, True)
    assert found.cases > 50


def test_an_absence_told_by_the_figure_of_another_column_is_found(
    partly_stated: FidelityInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AbsentFeatures, "of", lambda *_: {})
    assert absence_as_behaviour(partly_stated, seed=1)[0].value > 20


def test_digits_of_a_name_are_no_figure() -> None:
    reason = Reason("F01A", "x", -9, "没有“近90天次数”方面的资料。", "Nothing is known of: times in 90 days.")
    names = ["times in 90 days", "近90天次数"]
    assert _faults([reason], {"x": "F01A"}, names) == 0
    assert _faults([replace(reason, en="Times in 90 days: 3.")], {"x": "F01A"}, names) == 1


def test_a_special_code_with_a_meaning_is_told_by_that_meaning() -> None:
    meta = CATALOGUE.features[0]
    theme = CATALOGUE.themes[0]
    absent = AbsentFeature(replace(meta, zh="月收入", en="monthly income"), Text("无收入证明", "no proof"))
    reason = of_absent_feature(theme, -12, absent)
    assert (reason.zh, reason.en) == ("收入：月收入：无收入证明。", "Income: monthly income: no proof.")
    assert (reason.code, reason.points) == ("T01A", -12)
