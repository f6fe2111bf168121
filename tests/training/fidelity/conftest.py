import lightgbm
import numpy as np
import pytest

from features.arrays import Bools, Floats
from features.themes import Theme
from serving.model.types import Calibration, Scaling
from training.config.schema import ModelConfig, TuningConfig
from training.fidelity.model_under_test import ModelUnderTest
from training.fidelity.retrain import Recipe
from training.model.boosting import FitSettings

PARAMS = {
    "objective": "binary",
    "num_leaves": 15,
    "max_depth": 4,
    "learning_rate": 0.1,
    "min_data_in_leaf": 40,
}
GROUPS = (0, 0, 1, 1, 2, 3, 3, 4)
DIRECTIONS = (1, 0, 1, 0, -1, 1, 0, 0)
NAMES = tuple(f"f{i}" for i in range(len(GROUPS)))
ROUNDS = 60


def cases(n: int, rng: np.random.Generator) -> tuple[Floats, Bools]:
    rows = rng.normal(size=(n, len(GROUPS)))
    odds = -1.5 + 1.2 * rows[:, 0] + 0.9 * rows[:, 2] - 0.8 * rows[:, 4] + 0.5 * rows[:, 5]
    return rows, rng.random(n) < 1 / (1 + np.exp(-odds))


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    rows, bad = cases(6000, np.random.default_rng(1))
    fixed = FitSettings(NAMES, DIRECTIONS, ModelConfig(monotone_method="basic"), TuningConfig(threads=1))
    return Recipe(rows, bad, fixed, PARAMS, ROUNDS)


@pytest.fixture(scope="session")
def tested(recipe: Recipe) -> ModelUnderTest:
    text = recipe.fit(recipe.rows, NAMES, DIRECTIONS, 3)
    test, _ = cases(2000, np.random.default_rng(2))
    margin = np.asarray(lightgbm.Booster(model_str=text).predict(test, raw_score=True))
    bar = float(np.median(margin))
    near = test[(margin <= bar) & (margin > bar - 0.6)][:300]
    themes = tuple(Theme(f"t{i}", f"R{i:02}", "file", True, f"主题{i}", f"theme {i}") for i in range(5))
    return ModelUnderTest(
        name="toy",
        booster_text=text,
        themes=themes,
        groups=GROUPS,
        directions=DIRECTIONS,
        names=NAMES,
        reference=near,
        rows=test,
        bar=bar,
        calibration=Calibration(1.05, -0.1),
        scaling=Scaling(),
    )


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)
