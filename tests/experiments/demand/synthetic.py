"""Synthetic training rows whose data-generating process is known."""

import numpy as np

from experiments.demand.settings import Boosting, DemandSettings
from experiments.demand.training_rows import TrainingRows

SMALL = Boosting(
    learning_rate=0.2,
    num_leaves=4,
    min_data_in_leaf=20,
    feature_fraction=1.0,
    bagging_fraction=0.8,
    lambda_l2=1.0,
)
USELESS = SMALL.model_copy(update={"min_data_in_leaf": 100_000})
SETTINGS = DemandSettings(
    horizon_days=30, window_days=56, record_window_days=90, earlier_weight=0.5, folds=3, seeds=1, threads=1,
    seed=7, bootstrap=50, candidates=(USELESS, SMALL),
)  # fmt: skip


def synthetic_rows(n: int = 900, seed: int = 1) -> TrainingRows:
    """The first feature drives the probability of a loan, the second the amount."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    borrows = rng.random(n) < 1 / (1 + np.exp(-2 * x[:, 0]))
    return TrainingRows.of(x, np.where(borrows, 5 + x[:, 1], 0.0))


def silent(done: int, total: int) -> None:
    assert done <= total
