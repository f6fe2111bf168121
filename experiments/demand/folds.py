"""Cross-validation by user: for tuning, and for out-of-fold predictions."""

from collections.abc import Callable, Iterator
from typing import Any

import lightgbm as lgb
import numpy as np
from sklearn.model_selection import KFold

from experiments.demand.model import TASKS, DemandPrediction, Task, TunedParameters, dataset, fit, parameters
from experiments.demand.parallel import parallel_map
from experiments.demand.settings import Boosting, DemandSettings
from experiments.demand.training_rows import TrainingRows
from features.arrays import Floats, Positions

Progress = Callable[[int, int], None]
MAX_ROUNDS = 1500
PATIENCE = 100


def user_folds(n: int, settings: DemandSettings) -> Iterator[tuple[Positions, Positions]]:
    """Training and held-out positions of n users, fold by fold: a row is a user."""
    yield from KFold(settings.folds, shuffle=True, random_state=settings.seed).split(np.arange(n))


def tune(rows: TrainingRows, settings: DemandSettings, progress: Progress) -> TunedParameters:
    """Chooses a candidate and the rounds of each part by cross-validation over users."""
    steps = len(settings.candidates) + len(TASKS) - 1
    found = []
    for i, candidate in enumerate(settings.candidates):
        found.append(_curve(rows, TASKS["both"], candidate, settings))
        progress(i + 1, steps)
    losses = tuple(float(np.sqrt(curve.min())) for curve in found)
    best = int(np.argmin(losses))
    rounds = {"both": int(found[best].argmin()) + 1}
    for i, name in enumerate(("any", "amount")):
        curve = _curve(rows, TASKS[name], settings.candidates[best], settings)
        rounds[name] = int(curve.argmin()) + 1
        progress(len(settings.candidates) + i + 1, steps)
    return TunedParameters(settings.candidates[best], rounds, losses)


def cross_predict(
    now: TrainingRows,
    earlier: TrainingRows,
    tuned: TunedParameters,
    settings: DemandSettings,
    progress: Progress,
) -> DemandPrediction:
    """Out-of-fold predictions: no model has seen its users at any moment; rounds are fixed beforehand.

    Args:
        now: one row a user.
        earlier: the same users in the same order at an earlier moment, as further training rows.
        tuned: parameters chosen on other outcomes.
        settings: the folds.
        progress: called after every fold.
    """
    any_loan, amount = np.empty(len(now)), np.empty(len(now))
    for i, (train, held) in enumerate(user_folds(len(now), settings)):
        training = now.take(train).above(earlier.take(train))
        predicted = fit(training, tuned, settings).predict(now.x[held])
        any_loan[held], amount[held] = predicted.any_loan, predicted.log_amount
        progress(i + 1, settings.folds)
    return DemandPrediction(any_loan, amount)


def _curve(rows: TrainingRows, task: Task, boosting: Boosting, settings: DemandSettings) -> Floats:
    """Mean loss over folds by round; squared for regression, so that its root is the RMSE over all users."""
    params = {**parameters(task, boosting, settings), "metric": task.metric}

    def of_fold(fold: tuple[Positions, Positions]) -> Floats:
        train, held = (rows.take(part) for part in fold)
        data, seen = dataset(task, train), dict[str, Any]()
        outside = held.take(task.rows(held.log_amount))
        valid = data.create_valid(outside.x, task.target(outside.log_amount), params=data.params)
        watch: list[Callable[..., Any]] = [
            lgb.record_evaluation(seen),
            lgb.early_stopping(PATIENCE, verbose=False),
        ]
        lgb.train(params, data, MAX_ROUNDS, valid_sets=[valid], callbacks=watch)
        return np.asarray(seen["valid_0"][task.metric])

    curves = parallel_map(of_fold, user_folds(len(rows), settings), settings.threads)
    shortest = min(len(curve) for curve in curves)
    losses = np.array([curve[:shortest] for curve in curves])
    return np.asarray((losses**2 if task.metric == "rmse" else losses).mean(axis=0))
