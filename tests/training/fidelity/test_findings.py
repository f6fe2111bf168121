from dataclasses import replace

import numpy as np
import pytest

from experiments.fidelity.drivers import against_truth
from features.errors import ConfigError
from features.themes import THEMES
from serving.model.reasons.sources import LinkedSources
from training.config.schema import FidelityConfig, FidelityGate
from training.fidelity import exactness, planted, stability, sufficiency
from training.fidelity.examination import checks, nothing_to_examine, set_gates
from training.fidelity.finding import Finding
from training.fidelity.retrain import Recipe, with_noise, with_seed
from training.fidelity.tested_model import TestedModel, replace_themes, stated


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_only_themes_that_raise_the_risk_are_stated_largest_first() -> None:
    values = np.array([[0.1, -2.0, 0.5, 0.0, 0.3], [-1.0, -1.0, -1.0, -1.0, -1.0]])
    assert stated(values).tolist() == [[2, 4, 0, -1], [-1, -1, -1, -1]]


def test_a_theme_that_hardly_counts_is_no_principal_reason() -> None:
    assert stated(np.array([[0.95, 0.05, -1.0], [0.5, 0.5, -1.0]])).tolist() == [[0, -1, -1], [0, 1, -1]]


def test_a_replaced_theme_takes_all_its_columns_from_the_donor_and_no_other(subject: TestedModel) -> None:
    row, donors = subject.rows[0], subject.rows[1:3]
    mixed = replace_themes(subject, row, np.array([1, -1]), donors)
    assert mixed[:, [2, 3]].tolist() == donors[:, [2, 3]].tolist()
    assert (mixed[:, [0, 1, 4, 5, 6, 7]] == row[[0, 1, 4, 5, 6, 7]]).all()


def test_a_model_with_true_reasons_is_complete_and_exact(
    subject: TestedModel, rng: np.random.Generator
) -> None:
    assert exactness.completeness(subject, subject.rows).passed
    assert exactness.exactness(subject, rng, accounts=2, donors=20).passed
    assert exactness.shap_agreement(subject, rng, accounts=10).passed


def test_exactness_notices_values_against_another_reference(
    subject: TestedModel, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = subject.tables
    monkeypatch.setattr(TestedModel, "compile", lambda *_: whole)
    assert not exactness.exactness(subject, rng, accounts=2, donors=20).passed


def test_stated_themes_flip_more_declines_than_random_ones(
    subject: TestedModel, rng: np.random.Generator
) -> None:
    by_reason, at_random = sufficiency.sufficiency(subject, rng, accounts=80, draws=10)
    assert by_reason.value > 0.8
    assert at_random.value < by_reason.value - 0.3


def test_reasons_in_a_false_order_are_noticed(
    subject: TestedModel, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = sufficiency.necessity_order(subject, rng, accounts=60, draws=30)
    monkeypatch.setattr(sufficiency, "stated", lambda values: stated(values)[:, ::-1])
    wrong = sufficiency.necessity_order(subject, rng, accounts=60, draws=30)
    assert right.value > 0.9
    assert wrong.value < right.value


def test_a_planted_harm_is_named(subject: TestedModel, rng: np.random.Generator) -> None:
    finding = planted.planted_harm(subject, rng, accounts=150)
    assert finding.cases > 20
    assert finding.value >= 0.95


def test_a_clone_moves_no_rank_and_the_cloned_model_answers_alike(
    subject: TestedModel, rng: np.random.Generator
) -> None:
    assert planted.clone_keeps_ranks(subject, rng, accounts=100).value == 0.0
    twin = planted.cloned(subject, 0)
    assert np.array_equal(twin.margin(twin.rows), subject.margin(subject.rows))
    assert twin.booster.feature_importance("split")[-1] > 0


def test_a_clone_in_a_theme_of_its_own_would_split_the_reason(subject: TestedModel) -> None:
    twin = planted.cloned(subject, 0)
    apart = replace(twin, groups=(*subject.groups, 5), themes=(*subject.themes, subject.themes[0]))
    together, split = twin.explain(twin.rows).values, apart.explain(apart.rows).values
    assert np.abs(split[:, 0]).mean() < 0.8 * np.abs(together[:, 0]).mean()


def test_noise_is_a_theme_of_its_own_after_retraining(
    subject: TestedModel, recipe: Recipe, rng: np.random.Generator
) -> None:
    noisy = with_noise(subject, recipe, rng)
    assert len(noisy.themes) == len(subject.themes) + 1
    finding = planted.noise_feature(noisy)
    assert 0.0 <= finding.value <= 1.0
    assert finding.cases == len(noisy.declined)


def test_the_same_model_is_perfectly_stable_and_another_seed_is_compared(
    subject: TestedModel, recipe: Recipe, rng: np.random.Generator
) -> None:
    assert stability.other_seeds(subject, [subject], rng).value == 0.0
    other = with_seed(subject, replace(recipe, params={**recipe.params, "feature_fraction": 0.5}), 99)
    assert stability.other_seeds(subject, [other], rng).value > 0.0


def test_overlap_counts_shared_over_either() -> None:
    first, second = np.array([[0, 1, 2, -1]]), np.array([[1, 2, 3, 4]])
    assert stability.jaccard(first, second) == pytest.approx(2 / 5)
    assert stability.jaccard(np.array([[-1, -1]]), np.array([[-1, -1]])) == 1.0


def test_monotone_themes_never_count_against_the_best(subject: TestedModel, rng: np.random.Generator) -> None:
    finding = stability.sign_violations(subject, rng, accounts=200)
    assert finding.cases > 0
    assert finding.value == 0


def test_a_model_that_breaks_its_directions_is_noticed(
    subject: TestedModel, rng: np.random.Generator
) -> None:
    turned = replace(subject, directions=(1, 0, 1, 0, 1, 1, 0, 0))
    assert stability.sign_violations(turned, rng, accounts=200).value > 0


def test_precision_and_recall_are_counted_by_hand(
    subject: TestedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.array([[0.9, 0.5, -1, -1, -1], [0.2, -1, -1, 0.1, -1]])
    monkeypatch.setattr(TestedModel, "told", lambda *_: values)
    truth = np.array([[1.0, 0.0, 0, 0, 0], [0.0, 2.0, 0, 0.03, 0]])
    seen = np.ones_like(truth, dtype=bool)
    precision, strict, recall, of_four = against_truth(subject, subject.rows[:2], truth, seen)
    assert precision.value == pytest.approx(2 / 4)
    assert strict.value == pytest.approx(1 / 4)
    assert strict.gate is of_four.gate is None
    assert recall.value == of_four.value == pytest.approx(1 / 2)


def test_recent_applications_are_found_as_the_fifth_reason_where_they_take_a_point(
    subject: TestedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.array([[0.9, 0.9, 0.9, 0.9, 0.05], [0.9, 0.9, 0.9, 0.9, 0.02]])
    monkeypatch.setattr(TestedModel, "told", lambda *_: values)
    truth = np.array([[0.1, 0, 0, 0, 1.0]] * 2)
    asked = replace(subject, themes=(*subject.themes[:4], THEMES["inquiries"]))
    for themes, told in ((subject.themes, 0.0), (asked.themes, 0.5)):
        *_, recall, of_four = against_truth(
            replace(subject, themes=themes), subject.rows[:2], truth, np.ones_like(truth, dtype=bool)
        )
        assert (recall.value, of_four.value) == (told, 0.0)


def test_a_finding_passes_on_its_own_side_of_the_gate() -> None:
    assert Finding("a", 0.9, "min", 0.8, 1, "").passed
    assert not Finding("a", 0.7, "min", 0.8, 1, "").passed
    assert not Finding("a", 0.9, "max", 0.8, 1, "").passed
    assert Finding("a", 9.9, "max", None, 1, "").passed


def test_a_finding_measured_on_nothing_does_not_pass() -> None:
    assert not Finding("a", 0.0, "max", 1.0, 0, "").passed


WHY = "1,000 cases are too few for more than this"


def test_a_gate_set_on_purpose_keeps_the_usual_one_and_says_why() -> None:
    config = FidelityConfig(gates={"a": FidelityGate(limit=0.3, why=WHY)})
    (found,) = set_gates([Finding("a", 0.2, "max", 0.15, 3, "")], config)
    assert found.passed
    assert (found.gate, found.usual) == (0.3, 0.15)
    assert found.limit == f"≤ 0.3 (usually 0.15: {WHY})"


def test_a_gate_that_no_test_has_is_refused() -> None:
    config = FidelityConfig(gates={"b": FidelityGate(limit=0.3, why=WHY)})
    with pytest.raises(ConfigError, match=r"fidelity.gates\] b: no such gate"):
        set_gates([Finding("a", 0.2, "max", 0.15, 3, "")], config)


def test_findings_with_a_gate_are_checks_of_the_promotion_and_others_are_not() -> None:
    made = checks([Finding("a", 0.2, "max", 0.15, 3, "m"), Finding("b", 0.2, "max", None, 3, "m")])
    assert [(check.name, check.passed) for check in made] == [("reasons_a", False)]
    assert "a 0.2, limit ≤ 0.15: m (3 cases)" in made[0].why


def test_an_absent_source_is_replaced_whole_and_told_once(subject: TestedModel) -> None:
    sources = LinkedSources({"bureau": np.array([0, 1, 2, 3])}, {"bureau": np.array([0, 1])})
    without = subject.rows[:1].copy()
    without[0, :4] = np.nan
    linked = replace(subject, sources=sources)
    told = linked.told(without)
    assert told[0, 1] == 0.0
    assert told.sum() == pytest.approx(subject.explain(without).values.sum())
    mixed = replace_themes(linked, without[0], np.array([0]), subject.rows[1:2])
    assert mixed[0, :4].tolist() == subject.rows[1, :4].tolist()
    assert linked.columns_told(subject.rows[0], 0).tolist() == [0, 1]


def test_the_alternative_reference_agrees_with_itself(subject: TestedModel, rng: np.random.Generator) -> None:
    same = stability.applicants(replace(subject, applicants=subject.reference), rng)
    assert [found.value for found in same] == [1.0, 1.0]
    other = stability.applicants(replace(subject, applicants=subject.rows[:500]), rng)
    assert other[0].value < 1.0
    assert all(found.gate is None for found in other)
    assert stability.applicants(subject, rng) == []


def test_a_bar_that_everybody_passes_leaves_nothing_to_examine_and_no_promotion(subject: TestedModel) -> None:
    found = nothing_to_examine(replace(subject, bar=99.0))
    assert not found.passed
    assert "0 test accounts are declined and 2000 pass" in found.meaning
