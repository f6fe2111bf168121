"""What it costs to be explainable: the free booster, the monotone booster and the scorecard on one split."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from features.arrays import Floats
from serving.model.types import Scaling
from training.config.schema import TrainConfig
from training.data.cohort import Cohort
from training.data.splits import Split
from training.evaluation.metrics import Interval, intervals, measure
from training.model.fit import codes, fixed_for, grow
from training.model.scorecard import WoeScorecard, fit_scorecard
from training.model.tune import Tuned

FREE, MONOTONE, SCORECARD = "boosted, free", "boosted, monotone", "WOE scorecard"


@dataclass(frozen=True)
class ComparedModel:
    """One model of the price table, on the test rows."""

    name: str
    auc: float
    ks: float
    interval: Interval


@dataclass(frozen=True)
class ModelComparison:
    """The models side by side.

    Attributes:
        rows: free, monotone, scorecard (those that were asked for).
        scorecard: the fitted challenger, None when it is switched off.
    """

    rows: tuple[ComparedModel, ...]
    scorecard: WoeScorecard | None

    def auc(self, name: str) -> float | None:
        """AUC of one row, None when it is not there."""
        return next((row.auc for row in self.rows if row.name == name), None)

    def ks(self, name: str) -> float | None:
        """KS of one row, None when it is not there."""
        return next((row.ks for row in self.rows if row.name == name), None)


def price(cohort: Cohort, split: Split, tuned: Tuned, config: TrainConfig, pd: Floats) -> ModelComparison:
    """Fits the models that were not chosen; `pd` (n_test,) are the chosen model's."""
    test = cohort.take(split.test)
    other = expit(_other(cohort, split, tuned, config, test))
    pair = (other, pd) if config.model.monotone else (pd, other)
    rows = [_priced(name, test, p, config) for name, p in zip((FREE, MONOTONE), pair, strict=True)]
    if not config.scorecard.enabled:
        return ModelComparison(tuple(rows), None)
    scaling = Scaling(**config.scaling.model_dump())
    card = fit_scorecard(cohort.take(split.fit), config.scorecard, scaling)
    rows.append(_priced(SCORECARD, test, card.pd(test.matrix), config))
    return ModelComparison(tuple(rows), card)


def _other(cohort: Cohort, split: Split, tuned: Tuned, config: TrainConfig, test: Cohort) -> Floats:
    """Test margins of the same settings with the constraints turned round."""
    fixed = fixed_for(cohort, config, monotone=not config.model.monotone)
    booster, encoder = grow(cohort.take(split.fit), tuned, config, fixed)
    return np.asarray(booster.predict(codes(test, encoder), raw_score=True), dtype=np.float64)


def _priced(name: str, test: Cohort, pd: Floats, config: TrainConfig) -> ComparedModel:
    figures = measure(test.bad, pd)
    interval = intervals(test.bad, pd, test.groups, n=config.gate.bootstrap, seed=config.gate.seed)["auc"]
    return ComparedModel(name, figures["auc"], figures["ks"], interval)
