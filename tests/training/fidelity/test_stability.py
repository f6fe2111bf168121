"""Stability under retraining, noise and other references, and the monotone sign."""

from dataclasses import replace

import numpy as np
import pytest

from training.fidelity import stability
from training.fidelity.model_under_test import ModelUnderTest
from training.fidelity.retrain import Recipe, with_seed

Rng = np.random.Generator


def test_the_same_model_is_perfectly_stable_and_another_seed_is_compared(
    tested: ModelUnderTest, recipe: Recipe, rng: Rng
) -> None:
    assert stability.other_seeds(tested, [tested], rng).value == 0.0
    other = with_seed(tested, replace(recipe, params={**recipe.params, "feature_fraction": 0.5}), 99)
    assert stability.other_seeds(tested, [other], rng).value > 0.0


def test_jaccard_is_the_intersection_over_the_union() -> None:
    first, second = np.array([[0, 1, 2, -1]]), np.array([[1, 2, 3, 4]])
    assert stability.jaccard(first, second) == pytest.approx(2 / 5)
    assert stability.jaccard(np.array([[-1, -1]]), np.array([[-1, -1]])) == 1.0


def test_monotone_themes_never_count_against_the_best(tested: ModelUnderTest, rng: Rng) -> None:
    finding = stability.sign_violations(tested, rng, accounts=200)
    assert finding.cases > 0
    assert finding.value == 0


def test_a_model_that_breaks_its_directions_is_noticed(tested: ModelUnderTest, rng: Rng) -> None:
    turned = replace(tested, directions=(1, 0, 1, 0, 1, 1, 0, 0))
    assert stability.sign_violations(turned, rng, accounts=200).value > 0


def test_the_alternative_reference_agrees_with_itself(tested: ModelUnderTest, rng: Rng) -> None:
    same = stability.other_references(replace(tested, alternatives={"raised": tested.reference}), rng)
    assert [found.value for found in same] == [1.0, 1.0]
    assert [found.name for found in same] == ["raised_reference_jaccard4", "raised_reference_top1_share"]
    other = stability.other_references(replace(tested, alternatives={"applicants": tested.rows[:500]}), rng)
    assert other[0].value < 1.0
    assert all(found.gate is None for found in other)
    assert stability.other_references(tested, rng) == []
