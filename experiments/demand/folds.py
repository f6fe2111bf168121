"""Folds over users: to choose settings, and to predict each user by models that have not seen that user."""

from collections.abc import Callable, Iterator
from typing import Any

import lightgbm as lgb
import numpy as np
from sklearn.model_selection import KFold

from experiments.demand.model import TASKS, Predicted, Task, Tuned, dataset, fit, parameters
from experiments.demand.panel import Panel
from experiments.demand.parallel import side_by_side
from experiments.demand.settings import Boosting, Settings
from features.arrays import Floats, Positions

Progress = Callable[[int, int], None]
MAX_ROUNDS = 1500
PATIENCE = 100


def user_folds(n: int, settings: Settings) -> Iterator[tuple[Positions, Positions]]:
    """Training and held positions of n users, fold by fold: a row is a user."""
    yield from KFold(settings.folds, shuffle=True, random_state=settings.seed).split(np.arange(n))


def tune(panel: Panel, settings: Settings, progress: Progress) -> Tuned:
    """Chooses a candidate and the rounds of each part by cross-validation over users."""
    steps = len(settings.candidates) + len(TASKS) - 1
    found = []
    for i, candidate in enumerate(settings.candidates):
        found.append(_curve(panel, TASKS["both"], candidate, settings))
        progress(i + 1, steps)
    losses = tuple(float(np.sqrt(curve.min())) for curve in found)
    best = int(np.argmin(losses))
    rounds = {"both": int(found[best].argmin()) + 1}
    for i, name in enumerate(("any", "amount")):
        curve = _curve(panel, TASKS[name], settings.candidates[best], settings)
        rounds[name] = int(curve.argmin()) + 1
        progress(len(settings.candidates) + i + 1, steps)
    return Tuned(settings.candidates[best], rounds, losses)


def cross_predict(
    now: Panel, earlier: Panel, tuned: Tuned, settings: Settings, progress: Progress
) -> Predicted:
    """Predictions of each user by a model that has seen that user at no moment; rounds are fixed beforehand.

    Args:
        now: one row a user.
        earlier: the same users in the same order at an earlier moment, further rows to learn from.
        tuned: what was chosen on other outcomes.
        settings: the folds.
        progress: told of every fold.
    """
    any_loan, amount = np.empty(len(now)), np.empty(len(now))
    for i, (train, held) in enumerate(user_folds(len(now), settings)):
        rows = now.take(train).above(earlier.take(train))
        predicted = fit(rows, tuned, settings).predict(now.x[held])
        any_loan[held], amount[held] = predicted.any_loan, predicted.log_amount
        progress(i + 1, settings.folds)
    return Predicted(any_loan, amount)


def _curve(panel: Panel, task: Task, boosting: Boosting, settings: Settings) -> Floats:
    """Mean loss over folds by round; squared for regression, so that its root is the RMSE over all users."""
    params = {**parameters(task, boosting, settings), "metric": task.metric}

    def of_fold(fold: tuple[Positions, Positions]) -> Floats:
        train, held = (panel.take(rows) for rows in fold)
        data, seen = dataset(task, train), dict[str, Any]()
        outside = held.take(task.rows(held.log_amount))
        valid = data.create_valid(outside.x, task.target(outside.log_amount), params=data.params)
        watch: list[Callable[..., Any]] = [
            lgb.record_evaluation(seen),
            lgb.early_stopping(PATIENCE, verbose=False),
        ]
        lgb.train(params, data, MAX_ROUNDS, valid_sets=[valid], callbacks=watch)
        return np.asarray(seen["valid_0"][task.metric])

    curves = side_by_side(of_fold, user_folds(len(panel), settings), settings.threads)
    shortest = min(len(curve) for curve in curves)
    losses = np.array([curve[:shortest] for curve in curves])
    return np.asarray((losses**2 if task.metric == "rmse" else losses).mean(axis=0))
