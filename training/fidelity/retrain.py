"""Trains the champion again, as it was trained, with another seed or one more column."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from features.arrays import Bools, Floats
from features.themes import Theme
from serving.model.reasons.sources import LinkedSources
from training.fidelity.model_under_test import ModelUnderTest
from training.model.boosting import FitSettings, Params
from training.model.ensemble import average
from training.model.neutral import with_neutral_absence

NOISE = "fidelity_noise_feature"
"""No column of a user's own file is likely to have this name."""


@dataclass(frozen=True)
class Recipe:
    """How the champion was trained.

    Attributes:
        rows: (n, f) encoded training rows.
        bad: (n,) outcomes.
        fixed: settings shared by all fits of the run.
        params: the tuned parameters.
        rounds: trees a seed.
        sources: linked sources that were dropped out, whose absence is made neutral; none without dropout.
    """

    rows: Floats
    bad: Bools
    fixed: FitSettings
    params: Params
    rounds: int
    sources: LinkedSources = field(default_factory=lambda: LinkedSources({}, {}))

    def fit(self, rows: Floats, names: Sequence[str], directions: Sequence[int], first_seed: int) -> str:
        """Model text from these rows, averaged over as many seeds as the champion has."""
        fixed = replace(self.fixed, names=names, directions=directions)
        data = fixed.dataset(rows, self.bad)
        seeds = range(first_seed, first_seed + fixed.model.seeds)
        grown = [fixed.train(data, self.params, self.rounds, seed=seed) for seed in seeds]
        return str(with_neutral_absence(average(grown), rows, self.sources).model_to_string())


def with_seed(tested: ModelUnderTest, recipe: Recipe, seed: int) -> ModelUnderTest:
    """The tested model trained again with another seed."""
    text = recipe.fit(recipe.rows, tested.names, tested.directions, seed)
    return replace(tested, booster_text=text)


def with_noise(
    tested: ModelUnderTest, recipe: Recipe, rng: np.random.Generator, n: int = 1
) -> ModelUnderTest:
    """The tested model trained again with n more features of standard normal noise, a theme each."""
    new = [NOISE, *(f"{NOISE}_{i}" for i in range(2, n + 1))]
    names, directions = (*tested.names, *new), (*tested.directions, *(0 for _ in new))
    return replace(
        tested,
        booster_text=recipe.fit(append_noise(recipe.rows, rng, n), names, directions, 1),
        themes=(*tested.themes, *(Theme(name, "R00", "file", False, "噪声", "noise") for name in new)),
        groups=(*tested.groups, *(len(tested.themes) + i for i in range(n))),
        directions=directions,
        names=names,
        reference=append_noise(tested.reference, rng, n),
        rows=append_noise(tested.rows, rng, n),
    )


def append_noise(rows: Floats, rng: np.random.Generator, n: int = 1) -> Floats:
    """The rows with n more columns of standard normal noise."""
    return np.column_stack([rows, rng.normal(size=(len(rows), n))])
