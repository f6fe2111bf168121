"""The demand model: probability of a loan, amount given a loan (two-part), and the amount directly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np

from experiments.demand.parallel import parallel_map
from experiments.demand.settings import Boosting, DemandSettings
from experiments.demand.training_rows import TrainingRows
from features.arrays import Floats, Positions

MIN_BORROWERS_IN_LEAF = 50
BAGGING_ROUNDS = 5
"""Rounds between bags: one bag a round takes more than half of the training time, with no measurable gain."""


@dataclass(frozen=True)
class Task:
    """One of the three models.

    Attributes:
        objective: of LightGBM.
        metric: of early stopping.
        borrowers_only: whether it is trained on borrowers alone.
    """

    objective: str
    metric: str
    borrowers_only: bool = False

    def target(self, log_amount: Floats) -> Floats:
        """The target of this model."""
        return (log_amount > 0).astype(np.float64) if self.objective == "binary" else log_amount

    def rows(self, log_amount: Floats) -> Positions:
        """Positions of its training rows."""
        return np.flatnonzero(log_amount > 0) if self.borrowers_only else np.arange(len(log_amount))


TASKS: Mapping[str, Task] = {
    "any": Task("binary", "binary_logloss"),
    "amount": Task("regression", "rmse", borrowers_only=True),
    "both": Task("regression", "rmse"),
}


@dataclass(frozen=True)
class TunedParameters:
    """Parameters chosen by cross-validation.

    Attributes:
        boosting: the best candidate.
        rounds: boosting rounds of each task.
        rmse: cross-validated, of `both` alone, by candidate.
    """

    boosting: Boosting
    rounds: Mapping[str, int]
    rmse: tuple[float, ...]


@dataclass(frozen=True)
class DemandPrediction:
    """Predictions for n users.

    Attributes:
        any_loan: (n,) probability of any loan within the horizon.
        log_amount: (n,) expected log5(yuan + 1): the mean of the two-part model P(any) · E(amount | any) and
            of the direct model, whose errors differ.
    """

    any_loan: Floats
    log_amount: Floats


@dataclass(frozen=True)
class DemandModel:
    """Boosters of each task, one a seed."""

    boosters: Mapping[str, tuple[lgb.Booster, ...]]

    def predict(self, x: Floats) -> DemandPrediction:
        """Predictions for (n, f) features."""
        part = {
            name: np.mean([np.asarray(booster.predict(x)) for booster in found], axis=0)
            for name, found in self.boosters.items()
        }
        return DemandPrediction(part["any"], (part["any"] * part["amount"] + part["both"]) / 2.0)

    def gain(self) -> Floats:
        """(f,) share of the total gain by feature, over the boosters of the direct model."""
        total = np.sum([b.feature_importance("gain") for b in self.boosters["both"]], axis=0)
        return np.asarray(total / total.sum(), dtype=np.float64)


def fit(
    rows: TrainingRows, tuned: TunedParameters, settings: DemandSettings, names: Sequence[str] = ()
) -> DemandModel:
    """Fits all tasks with a fixed number of rounds, in parallel."""

    def part(name: str) -> tuple[lgb.Booster, ...]:
        task = TASKS[name]
        data = dataset(task, rows, names)
        return tuple(
            lgb.train(parameters(task, tuned.boosting, settings, i), data, tuned.rounds[name])
            for i in range(settings.seeds)
        )

    return DemandModel(dict(zip(TASKS, parallel_map(part, TASKS, settings.threads), strict=True)))


def dataset(task: Task, rows: TrainingRows, names: Sequence[str] = ()) -> lgb.Dataset:
    """Training rows and target of a task."""
    part = rows.take(task.rows(rows.log_amount))
    params = {"verbosity": -1, "feature_pre_filter": False}
    target = task.target(part.log_amount)
    return lgb.Dataset(part.x, target, weight=part.weight, feature_name=list(names) or "auto", params=params)


def parameters(
    task: Task, boosting: Boosting, settings: DemandSettings, fit_number: int = 0
) -> dict[str, Any]:
    """Parameters of LightGBM for one of the averaged fits."""
    chosen = boosting.model_dump()
    if task.borrowers_only:
        chosen["min_data_in_leaf"] = min(chosen["min_data_in_leaf"], MIN_BORROWERS_IN_LEAF)
    fixed = {"verbosity": -1, "bagging_freq": BAGGING_ROUNDS, "deterministic": True, "force_col_wise": True}
    return {
        **fixed,
        **chosen,
        "objective": task.objective,
        "num_threads": 1,
        "seed": settings.seed + fit_number,
    }
