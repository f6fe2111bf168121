"""Themes that take no more than a feature of noise would are withheld, and what is withheld is counted."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training.fidelity.conftest import cases
from tests.training.toy import toy_cohort, toy_config
from training.bundling.assembly import assemble
from training.config.schema import TrainConfig
from training.data.cohort_split import CohortSplit
from training.data.splits import make_split
from training.fidelity.model_under_test import ModelUnderTest
from training.fidelity.noise_level import fewest_points, noise_level, with_noise_level
from training.fidelity.retrain import Recipe, with_noise
from training.fidelity.sanity_checks import NOISE_STATED, noise_feature
from training.fidelity.withheld import withheld_reasons
from training.model.fit import fit
from training.model.trained import TrainedModel
from training.model.tuning_result import TuningResult

DRAWS = 3


@pytest.fixture(scope="module")
def few(recipe: Recipe) -> Recipe:
    """The recipe with so few rows that trees follow noise."""
    rows, bad = cases(500, np.random.default_rng(9))
    return replace(recipe, rows=rows, bad=bad)


@pytest.fixture(scope="module")
def level(tested: ModelUnderTest, few: Recipe) -> int:
    return noise_level(tested, few, DRAWS, 5)


def test_fewer_rows_raise_the_level(tested: ModelUnderTest, recipe: Recipe, level: int) -> None:
    assert 1 <= noise_level(tested, recipe, DRAWS, 5) < level


def test_at_its_level_another_feature_of_noise_is_hardly_stated(
    tested: ModelUnderTest, few: Recipe, level: int
) -> None:
    noisy = with_noise(tested, few, np.random.default_rng(77))
    assert noise_feature(noisy).value > 5 * NOISE_STATED
    assert noise_feature(replace(noisy, least_points=level)).value <= 2 * NOISE_STATED


def test_one_point_less_would_state_the_noise_too_often(tested: ModelUnderTest, few: Recipe) -> None:
    noisy = with_noise(tested, few, np.random.default_rng([5, 0]))
    least = fewest_points(noisy)
    assert noise_feature(replace(noisy, least_points=least)).passed
    assert not noise_feature(replace(noisy, least_points=least - 1)).passed


def test_withheld_reasons_are_counted(tested: ModelUnderTest) -> None:
    without = {found.name: found.value for found in withheld_reasons(tested)}
    assert (without["reasons_withheld_share"], without["least_points"]) == (0.0, 1)
    found = {found.name: found.value for found in withheld_reasons(replace(tested, least_points=9))}
    before = tested.principal(tested.rows[tested.declined])
    kept = (before.themes >= 0) & (np.take_along_axis(before.points, before.themes, 1) <= -9)
    assert found["reasons_withheld_share"] == pytest.approx(1 - kept.sum() / (before.themes >= 0).sum())
    assert found["declines_without_reasons_share"] == pytest.approx((~kept.any(axis=1)).mean())
    assert found["declines_with_fewer_than_four_reasons_share"] == (kept.sum(axis=1) < 4).mean()
    assert 0 < found["declines_with_reasons_withheld_share"] < 1


def trained(config: TrainConfig) -> TrainedModel:
    cohort = toy_cohort(700)
    split = CohortSplit.of(cohort, make_split(cohort, config, None))
    tuned = TuningResult({"learning_rate": 0.1, "num_leaves": 8, "min_data_in_leaf": 10}, 40, 0.8, (), 0, "")
    return TrainedModel(config, split, tuned, fit(split, tuned, config))


def test_the_level_is_part_of_the_bundle_where_the_configuration_asks_for_it() -> None:
    plain = toy_config()
    done = trained(plain)
    bundle = assemble(done)
    assert with_noise_level(bundle, plain, done.split, done.tuned) is bundle
    asked = toy_config(reasons={"cutoff_pd": 0.3, "n_reference": 100, "noise_draws": 2})
    assert with_noise_level(bundle, asked, done.split, done.tuned).spec.least_points > 1
