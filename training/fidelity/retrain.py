"""Training the champion again, as it was trained, with another seed or one more column."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats
from features.themes import Theme
from training.fidelity.tested_model import TestedModel
from training.model.boosting import FitSettings, Params
from training.model.ensemble import average

NOISE = "planted_noise_feature"
"""No column of a user's own file is likely to have this name."""


@dataclass(frozen=True)
class Recipe:
    """How the champion was made.

    Attributes:
        rows: (n, f) encoded training rows.
        bad: (n,) outcomes.
        fixed: settings shared by all fits of the run.
        params: the tuned parameters.
        rounds: trees a seed.
    """

    rows: Floats
    bad: NDArray[np.bool_]
    fixed: FitSettings
    params: Params
    rounds: int

    def fit(self, rows: Floats, names: Sequence[str], directions: Sequence[int], first_seed: int) -> str:
        """Model text from these rows, averaged over as many seeds as the champion has."""
        fixed = replace(self.fixed, names=names, directions=directions)
        data = fixed.dataset(rows, self.bad)
        seeds = range(first_seed, first_seed + fixed.model.seeds)
        grown = [fixed.train(data, self.params, self.rounds, seed=seed) for seed in seeds]
        return str(average(grown).model_to_string())


def with_seed(subject: TestedModel, recipe: Recipe, seed: int) -> TestedModel:
    """The subject trained again with another seed."""
    text = recipe.fit(recipe.rows, subject.names, subject.directions, seed)
    return replace(subject, booster_text=text)


def with_noise(subject: TestedModel, recipe: Recipe, rng: np.random.Generator) -> TestedModel:
    """The subject trained again with one more feature, standard normal noise, in a theme of its own."""
    names, directions = (*subject.names, NOISE), (*subject.directions, 0)
    return replace(
        subject,
        booster_text=recipe.fit(append_noise(recipe.rows, rng), names, directions, 1),
        themes=(*subject.themes, Theme(NOISE, "R00", "file", False, "噪声", "noise")),
        groups=(*subject.groups, len(subject.themes)),
        directions=directions,
        names=names,
        reference=append_noise(subject.reference, rng),
        rows=append_noise(subject.rows, rng),
    )


def append_noise(rows: Floats, rng: np.random.Generator) -> Floats:
    """The rows with one more column of standard normal noise."""
    return np.column_stack([rows, rng.normal(size=len(rows))])
