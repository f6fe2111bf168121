"""The demand model: will they borrow, how much if they do, and both at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np

from experiments.demand.panel import Panel
from experiments.demand.parallel import side_by_side
from experiments.demand.settings import Boosting, Settings
from features.arrays import Floats, Positions

MIN_BORROWERS_IN_LEAF = 50
ROUNDS_A_BAG = 5
"""A bag drawn anew every round takes more than half of a training's time, and is worth nothing measurable."""


@dataclass(frozen=True)
class Task:
    """One of the three parts.

    Attributes:
        objective: of LightGBM.
        metric: watched for the number of rounds.
        borrowers_only: whether it learns from those who borrowed alone.
    """

    objective: str
    metric: str
    borrowers_only: bool = False

    def target(self, log_amount: Floats) -> Floats:
        """What this part learns."""
        return (log_amount > 0).astype(np.float64) if self.objective == "binary" else log_amount

    def rows(self, log_amount: Floats) -> Positions:
        """Positions of the rows it learns from."""
        return np.flatnonzero(log_amount > 0) if self.borrowers_only else np.arange(len(log_amount))


TASKS: Mapping[str, Task] = {
    "any": Task("binary", "binary_logloss"),
    "amount": Task("regression", "rmse", borrowers_only=True),
    "both": Task("regression", "rmse"),
}


@dataclass(frozen=True)
class Tuned:
    """What cross-validation chose.

    Attributes:
        boosting: the candidate.
        rounds: rounds of each part.
        rmse: cross-validated, of `both` alone, by candidate.
    """

    boosting: Boosting
    rounds: Mapping[str, int]
    rmse: tuple[float, ...]


@dataclass(frozen=True)
class Predicted:
    """What the model says of n users.

    Attributes:
        any_loan: (n,) probability of any loan within the horizon.
        log_amount: (n,) expected log5(yuan + 1); the mean of P(any) · E(amount | any) and of the direct fit,
            which err in different places.
    """

    any_loan: Floats
    log_amount: Floats


@dataclass(frozen=True)
class DemandModel:
    """Boosters of each part, one a seed."""

    boosters: Mapping[str, tuple[lgb.Booster, ...]]

    def predict(self, x: Floats) -> Predicted:
        """Predictions for (n, f) features."""
        part = {
            name: np.mean([np.asarray(booster.predict(x)) for booster in found], axis=0)
            for name, found in self.boosters.items()
        }
        return Predicted(part["any"], (part["any"] * part["amount"] + part["both"]) / 2.0)

    def gain(self) -> Floats:
        """(f,) share of the loss saved by each feature, over the boosters that predict the amount at once."""
        total = np.sum([b.feature_importance("gain") for b in self.boosters["both"]], axis=0)
        return np.asarray(total / total.sum(), dtype=np.float64)


def fit(panel: Panel, tuned: Tuned, settings: Settings, names: Sequence[str] = ()) -> DemandModel:
    """Fits all parts with a fixed number of rounds, parts side by side."""

    def part(name: str) -> tuple[lgb.Booster, ...]:
        task = TASKS[name]
        data = dataset(task, panel, names)
        return tuple(
            lgb.train(parameters(task, tuned.boosting, settings, i), data, tuned.rounds[name])
            for i in range(settings.seeds)
        )

    return DemandModel(dict(zip(TASKS, side_by_side(part, TASKS, settings.threads), strict=True)))


def dataset(task: Task, panel: Panel, names: Sequence[str] = ()) -> lgb.Dataset:
    """The rows that a part learns from, with its target."""
    part = panel.take(task.rows(panel.log_amount))
    params = {"verbosity": -1, "feature_pre_filter": False}
    target = task.target(part.log_amount)
    return lgb.Dataset(part.x, target, weight=part.weight, feature_name=list(names) or "auto", params=params)


def parameters(task: Task, boosting: Boosting, settings: Settings, fit_number: int = 0) -> dict[str, Any]:
    """Of LightGBM, for one of the averaged fits."""
    chosen = boosting.model_dump()
    if task.borrowers_only:
        chosen["min_data_in_leaf"] = min(chosen["min_data_in_leaf"], MIN_BORROWERS_IN_LEAF)
    fixed = {"verbosity": -1, "bagging_freq": ROUNDS_A_BAG, "deterministic": True, "force_col_wise": True}
    return {
        **fixed,
        **chosen,
        "objective": task.objective,
        "num_threads": 1,
        "seed": settings.seed + fit_number,
    }
