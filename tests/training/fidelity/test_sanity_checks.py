"""Injected harm, noise and duplicated features."""

from dataclasses import replace

import numpy as np

from training.fidelity import sanity_checks
from training.fidelity.model_under_test import ModelUnderTest
from training.fidelity.retrain import Recipe, with_noise


def test_an_injected_harm_is_stated(tested: ModelUnderTest, rng: np.random.Generator) -> None:
    finding = sanity_checks.injected_harm(tested, rng, accounts=150)
    assert finding.cases > 20
    assert finding.value >= 0.95


def test_a_duplicate_changes_no_stated_theme_and_no_margin(
    tested: ModelUnderTest, rng: np.random.Generator
) -> None:
    assert sanity_checks.duplicated_feature(tested, rng, accounts=100).value == 0.0
    twin = sanity_checks.with_duplicate(tested, 0)
    assert np.array_equal(twin.margin(twin.rows), tested.margin(tested.rows))
    assert twin.booster.feature_importance("split")[-1] > 0


def test_a_duplicate_in_a_theme_of_its_own_would_split_the_reason(tested: ModelUnderTest) -> None:
    twin = sanity_checks.with_duplicate(tested, 0)
    apart = replace(twin, groups=(*tested.groups, 5), themes=(*tested.themes, tested.themes[0]))
    together, split = twin.explain(twin.rows).values, apart.explain(apart.rows).values
    assert np.abs(split[:, 0]).mean() < 0.8 * np.abs(together[:, 0]).mean()


def test_noise_is_a_theme_of_its_own_after_retraining(
    tested: ModelUnderTest, recipe: Recipe, rng: np.random.Generator
) -> None:
    noisy = with_noise(tested, recipe, rng)
    assert len(noisy.themes) == len(tested.themes) + 1
    finding = sanity_checks.noise_feature(noisy)
    assert 0.0 <= finding.value <= 1.0
    assert finding.cases == len(noisy.declined)
