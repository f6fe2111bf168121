"""The fewest points that a theme is stated with: more than a feature of noise takes.

The model is trained again with features of noise, and what each of them takes from declined accounts is the
level below which a theme cannot be told from chance (a null distribution as in Altmann et al. 2010,
"Permutation importance: a corrected feature importance measure", of the points of single accounts). On few
cases trees follow chance further, and the level is higher.
"""

from dataclasses import replace

import numpy as np

from features.arrays import Ints
from serving.decision.principal import PrincipalReasons
from serving.model.bundle import ModelBundle
from training.config.schema import TrainConfig
from training.data.cohort_split import CohortSplit
from training.fidelity.inputs import model_under_test_of, recipe_of
from training.fidelity.model_under_test import ModelUnderTest, sample
from training.fidelity.retrain import Recipe, with_noise
from training.fidelity.sanity_checks import NOISE_STATED
from training.model.cross_fitting import codes
from training.model.tuning_result import TuningResult

ROWS = 10_000
"""Rows that the level is measured on at most: 0.5 % of their declines are some twenty-five."""
TOGETHER = 5
"""Features of noise in one retraining."""


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
    """Whole points, at least 1: the largest level of several features of noise.

    Args:
        tested: the model, with the rows to measure on.
        recipe: how it was fitted.
        draws: features of noise, `TOGETHER` in a retraining: a feature that follows chance does so beside
            others too, and a retraining costs more than a feature.
        seed: of the features.
    """
    least = 1
    for first in range(0, draws, TOGETHER):
        n = min(TOGETHER, draws - first)
        least = max(
            least, fewest_points(with_noise(tested, recipe, np.random.default_rng([seed, first]), n), n)
        )
    return least


def fewest_points(noisy: ModelUnderTest, n: int = 1) -> int:
    """Points from which each of the last n themes is stated in no more than `NOISE_STATED` of declines."""
    stated = replace(noisy, least_points=1).principal(noisy.rows[noisy.declined])
    allowed = int(NOISE_STATED * len(noisy.declined))
    return max(_level(stated, theme, allowed) for theme in range(len(noisy.themes) - n, len(noisy.themes)))


def _level(stated: PrincipalReasons, theme: int, allowed: int) -> int:
    taken: Ints = -stated.points[(stated.themes == theme).any(axis=1), theme]
    return int(np.sort(taken)[::-1][allowed]) + 1 if len(taken) > allowed else 1
