"""Training the champion again, as it was trained, with another seed or one more column."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import lightgbm
import numpy as np

from experiments.fidelity.subject import Floats, Subject
from features.themes import Theme


@dataclass(frozen=True)
class Recipe:
    """How the champion was made.

    Attributes:
        rows: (n, f) encoded training rows.
        bad: (n,) labels, 0 or 1.
        params: LightGBM parameters without constraints and seed.
        rounds: number of trees.
    """

    rows: Floats
    bad: Floats
    params: Mapping[str, object]
    rounds: int

    def fit(self, rows: Floats, directions: tuple[int, ...], seed: int) -> str:
        """Model text of a booster trained on these rows with this seed."""
        settings = {**self.params, "monotone_constraints": list(directions), "seed": seed, "verbosity": -1}
        data = lightgbm.Dataset(
            rows, self.bad, params={"verbosity": -1, "max_bin": settings.get("max_bin", 255)}
        )
        return str(lightgbm.train(settings, data, num_boost_round=self.rounds).model_to_string())


def with_seed(subject: Subject, recipe: Recipe, seed: int) -> Subject:
    """The subject trained again with another seed."""
    return replace(subject, booster_text=recipe.fit(recipe.rows, subject.directions, seed))


def with_noise(subject: Subject, recipe: Recipe, rng: np.random.Generator) -> Subject:
    """The subject trained again with one more feature, standard normal noise, in a theme of its own."""
    directions = (*subject.directions, 0)
    return replace(
        subject,
        booster_text=recipe.fit(append_noise(recipe.rows, rng), directions, seed=1),
        themes=(*subject.themes, Theme("noise", "R00", "file", False, "噪声", "noise")),
        groups=(*subject.groups, len(subject.themes)),
        directions=directions,
        names=(*subject.names, "noise"),
        reference=append_noise(subject.reference, rng),
        rows=append_noise(subject.rows, rng),
    )


def append_noise(rows: Floats, rng: np.random.Generator) -> Floats:
    """The rows with one more column of standard normal noise."""
    return np.column_stack([rows, rng.normal(size=len(rows))])
