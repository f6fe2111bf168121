import lightgbm
import numpy as np
import pytest

from experiments.fidelity.retrain import Recipe
from experiments.fidelity.subject import Subject
from features.themes import Theme

PARAMS = {
    "objective": "binary",
    "num_leaves": 15,
    "max_depth": 4,
    "learning_rate": 0.1,
    "min_data_in_leaf": 40,
}
GROUPS = (0, 0, 1, 1, 2, 3, 3, 4)
ROUNDS = 60


def cases(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    rows = rng.normal(size=(n, len(GROUPS)))
    odds = -1.5 + 1.2 * rows[:, 0] + 0.9 * rows[:, 2] - 0.8 * rows[:, 4] + 0.5 * rows[:, 5]
    return rows, (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(np.float64)


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    rows, bad = cases(6000, np.random.default_rng(1))
    return Recipe(rows, bad, PARAMS, ROUNDS)


@pytest.fixture(scope="session")
def subject(recipe: Recipe) -> Subject:
    directions = (1, 0, 1, 0, -1, 1, 0, 0)
    text = recipe.fit(recipe.rows, directions, seed=3)
    test, _ = cases(2000, np.random.default_rng(2))
    margin = np.asarray(lightgbm.Booster(model_str=text).predict(test, raw_score=True))
    bar = float(np.median(margin))
    near = test[(margin <= bar) & (margin > bar - 0.6)][:300]
    themes = tuple(Theme(f"t{i}", f"R{i:02}", "file", True, f"主题{i}", f"theme {i}") for i in range(5))
    return Subject(
        name="toy",
        booster_text=text,
        themes=themes,
        groups=GROUPS,
        directions=directions,
        names=tuple(f"f{i}" for i in range(len(GROUPS))),
        reference=near,
        rows=test,
        bar=bar,
    )
