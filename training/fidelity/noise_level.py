"""The fewest points that a theme is stated with: more than a feature of noise takes.

The model is trained again with one more feature of noise, several times, and what that feature takes from
declined accounts is the level below which a theme cannot be told from chance (a null distribution as in
Altmann et al. 2010, "Permutation importance: a corrected feature importance measure", of the points of single
accounts). On few cases trees follow chance further, and the level is higher.
"""

from dataclasses import replace

import numpy as np

from features.arrays import Ints
from serving.model.bundle import ModelBundle
from training.config.schema import TrainConfig
from training.data.cohort_split import CohortSplit
from training.fidelity.inputs import model_under_test_of, recipe_of
from training.fidelity.model_under_test import ModelUnderTest, sample
from training.fidelity.retrain import Recipe, with_noise
from training.fidelity.sanity_checks import NOISE_STATED
from training.model.cross_fitting import codes
from training.model.tuning_result import TuningResult

ROWS = 20_000
"""Rows that the level is measured on at most: a quantile of 0.5 % then rests on some fifty declines."""


def with_noise_level(
    bundle: ModelBundle, config: TrainConfig, split: CohortSplit, tuned: TuningResult
) -> ModelBundle:
    """The bundle with the level that its training rows tell; test accounts take no part.

    Without `[reasons] noise_draws` the bundle stays as it is: themes of any size are stated.
    """
    draws, seed = config.reasons.noise_draws, config.reasons.seed
    if not draws:
        return bundle
    found = codes(split.fit, bundle.spec.encoder)
    rows = found[sample(np.arange(len(found)), ROWS, np.random.default_rng(seed))]
    tested = replace(model_under_test_of(config, split, bundle), rows=rows)
    least = noise_level(tested, recipe_of(config, split.fit, tuned), draws, seed)
    return replace(bundle, spec=replace(bundle.spec, least_points=least))


def noise_level(tested: ModelUnderTest, recipe: Recipe, draws: int, seed: int) -> int:
    """Whole points, at least 1: the largest of several features of noise.

    Args:
        tested: the model, with the rows to measure on.
        recipe: how it was fitted.
        draws: retrainings, each with another feature of noise.
        seed: of the features.
    """
    generators = (np.random.default_rng([seed, draw]) for draw in range(draws))
    return max(fewest_points(with_noise(tested, recipe, rng)) for rng in generators)


def fewest_points(noisy: ModelUnderTest) -> int:
    """Points from which the model's last theme is stated in no more than `NOISE_STATED` of the declines."""
    stated = replace(noisy, least_points=1).principal(noisy.rows[noisy.declined])
    last = len(noisy.themes) - 1
    taken: Ints = -stated.points[(stated.themes == last).any(axis=1), last]
    allowed = int(NOISE_STATED * len(noisy.declined))
    return int(np.sort(taken)[::-1][allowed]) + 1 if len(taken) > allowed else 1
