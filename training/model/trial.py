"""One trial: trains and validates on the folds, with intermediate reports so that it may be pruned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from features.arrays import Floats
from training.model.boosting import FitSettings, Params, parse_score
from training.model.cross_fitting import FoldRows

Report = Callable[[int, float], None]
EVERY = 25
"""Boosting rounds between two reports of a trial on one fold."""


@dataclass(frozen=True)
class FoldData:
    """Train and validation parts of one fold, binned once and shared by all trials."""

    train: lgb.Dataset
    valid: lgb.Dataset


@dataclass(frozen=True)
class TrialOutcome:
    """Result of a trial.

    Attributes:
        value: mean validation metric at the best common number of rounds.
        rounds: that number.
    """

    value: float
    rounds: int


def prepare(settings: FitSettings, folds: Sequence[FoldRows], *, copies: int) -> list[list[FoldData]]:
    """Bins each fold, once for each parallel trial.

    LightGBM renames the columns of a Dataset whenever a training starts on it: two trainings that start at
    once on the same one may crash the process, so every worker has its own.
    """
    return [[_binned(settings, fold) for fold in folds] for _ in range(copies)]


def _binned(settings: FitSettings, fold: FoldRows) -> FoldData:
    train = settings.dataset(fold.train, fold.train_bad)
    return FoldData(train, settings.dataset(fold.valid, fold.valid_bad, like=train))


def run(settings: FitSettings, chosen: Params, data: Sequence[FoldData], report: Report) -> TrialOutcome:
    """Trains every fold; `report(step, value)` may raise to prune.

    A single fold reports every `EVERY` rounds; several folds report their running mean after each.
    """
    curves: list[Floats] = []
    for i, fold in enumerate(data):
        curves.append(_curve(settings, chosen, fold, report if len(data) == 1 else None))
        if len(data) > 1:
            report(i, _best(settings, curves).value)
    return _best(settings, curves)


def _curve(settings: FitSettings, chosen: Params, fold: FoldData, report: Report | None) -> Floats:
    tuning, curve = settings.tuning, []

    def watch(env: lgb.callback.CallbackEnv) -> None:
        results = env.evaluation_result_list or []
        curve.append(parse_score(results[0]))
        if report is not None and len(curve) % EVERY == 0:
            report(len(curve), _extreme(settings, np.array(curve)))

    stop = lgb.early_stopping(tuning.patience, verbose=False)
    params = settings.params(chosen)
    lgb.train(params, fold.train, tuning.max_rounds, valid_sets=[fold.valid], callbacks=[watch, stop])
    return np.array(curve)


def _best(settings: FitSettings, curves: Sequence[Floats]) -> TrialOutcome:
    length = max(len(curve) for curve in curves)
    padded = [np.pad(curve, (0, length - len(curve)), mode="edge") for curve in curves]
    mean = np.mean(padded, axis=0)
    best = int(np.argmax(mean) if settings.tuning.metric == "auc" else np.argmin(mean))
    return TrialOutcome(float(mean[best]), best + 1)


def _extreme(settings: FitSettings, curve: Floats) -> float:
    return float(curve.max() if settings.tuning.metric == "auc" else curve.min())
