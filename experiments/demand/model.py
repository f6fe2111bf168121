"""The demand model: will they borrow, how much if they do, and both at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold

from experiments.demand.settings import Boosting, Settings

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Progress = Callable[[int, int], None]
MAX_ROUNDS = 600
PATIENCE = 40
MIN_BORROWERS_IN_LEAF = 50


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

    def rows(self, log_amount: Floats) -> Rows:
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


def fit(
    x: Floats, log_amount: Floats, tuned: Tuned, settings: Settings, names: Sequence[str] = ()
) -> DemandModel:
    """Fits all parts on (n, f) features and (n,) demand, with a fixed number of rounds."""
    boosters = {}
    for name, task in TASKS.items():
        rows = task.rows(log_amount)
        data = _dataset(x[rows], task.target(log_amount)[rows], names)
        boosters[name] = tuple(
            lgb.train(_params(task, tuned.boosting, settings, settings.seed + i), data, tuned.rounds[name])
            for i in range(settings.seeds)
        )
    return DemandModel(boosters)


def tune(x: Floats, log_amount: Floats, settings: Settings, progress: Progress) -> Tuned:
    """Chooses a candidate and the rounds of each part by cross-validation over users."""
    steps = len(settings.candidates) + len(TASKS) - 1
    found = []
    for i, candidate in enumerate(settings.candidates):
        found.append(_curve(x, log_amount, TASKS["both"], candidate, settings))
        progress(i + 1, steps)
    losses = tuple(float(np.sqrt(curve.min())) for curve in found)
    best = int(np.argmin(losses))
    rounds = {"both": int(found[best].argmin()) + 1}
    for i, name in enumerate(("any", "amount")):
        curve = _curve(x, log_amount, TASKS[name], settings.candidates[best], settings)
        rounds[name] = int(curve.argmin()) + 1
        progress(len(settings.candidates) + i + 1, steps)
    return Tuned(settings.candidates[best], rounds, losses)


def cross_predict(
    x: Floats, log_amount: Floats, tuned: Tuned, settings: Settings, progress: Progress
) -> Predicted:
    """Predictions of each user by a model that has not seen that user; rounds are fixed beforehand."""
    any_loan, amount = np.empty(len(x)), np.empty(len(x))
    for i, (train, held) in enumerate(user_folds(len(x), settings)):
        predicted = fit(x[train], log_amount[train], tuned, settings).predict(x[held])
        any_loan[held], amount[held] = predicted.any_loan, predicted.log_amount
        progress(i + 1, settings.folds)
    return Predicted(any_loan, amount)


def user_folds(n: int, settings: Settings) -> Iterator[tuple[Rows, Rows]]:
    """Folds over users: a row is a user."""
    yield from KFold(settings.folds, shuffle=True, random_state=settings.seed).split(np.arange(n))


def _curve(x: Floats, log_amount: Floats, task: Task, boosting: Boosting, settings: Settings) -> Floats:
    """Mean loss over folds by round; squared for regression, so that its root is the RMSE over all users."""
    rows = task.rows(log_amount)
    target = task.target(log_amount)
    curves = []
    for train, held in user_folds(len(x), settings):
        inside, outside = np.intersect1d(train, rows), np.intersect1d(held, rows)
        data = _dataset(x[inside], target[inside])
        valid = lgb.Dataset(x[outside], target[outside], reference=data, params=data.params).construct()
        seen: dict[str, Any] = {}
        watch: list[Callable[..., Any]] = [
            lgb.record_evaluation(seen),
            lgb.early_stopping(PATIENCE, verbose=False),
        ]
        params = {**_params(task, boosting, settings, settings.seed), "metric": task.metric}
        lgb.train(params, data, MAX_ROUNDS, valid_sets=[valid], callbacks=watch)
        curves.append(np.asarray(seen["valid_0"][task.metric]))
    shortest = min(len(curve) for curve in curves)
    losses = np.array([curve[:shortest] for curve in curves])
    return np.asarray((losses**2 if task.metric == "rmse" else losses).mean(axis=0))


def _dataset(x: Floats, target: Floats, names: Sequence[str] = ()) -> lgb.Dataset:
    params = {"verbosity": -1, "feature_pre_filter": False}
    return lgb.Dataset(x, target, feature_name=list(names) or "auto", params=params)


def _params(task: Task, boosting: Boosting, settings: Settings, seed: int) -> dict[str, Any]:
    chosen = boosting.model_dump()
    if task.borrowers_only:
        chosen["min_data_in_leaf"] = min(chosen["min_data_in_leaf"], MIN_BORROWERS_IN_LEAF)
    fixed = {"verbosity": -1, "bagging_freq": 1, "deterministic": True, "force_col_wise": True}
    return {**fixed, **chosen, "objective": task.objective, "num_threads": settings.threads, "seed": seed}
