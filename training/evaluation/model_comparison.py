"""Model comparison: the boosted model with and without monotone constraints, and the WOE scorecard."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from features.arrays import Floats
from serving.model.types import Scaling
from training.config.schema import TrainConfig
from training.data.cohort import Cohort
from training.data.cohort_split import CohortSplit
from training.evaluation.metrics import Interval, intervals, measure
from training.model.cross_fitting import codes
from training.model.dropout import with_dropout
from training.model.fit import fit_settings, grow
from training.model.scorecard import WoeScorecard, fit_scorecard
from training.model.tuning_result import TuningResult

UNCONSTRAINED, MONOTONE, SCORECARD = "boosted, unconstrained", "boosted, monotone", "WOE scorecard"


@dataclass(frozen=True)
class ComparedModel:
    """Test metrics of one model.

    Attributes:
        name: one of `UNCONSTRAINED`, `MONOTONE`, `SCORECARD`.
        auc: on the test set.
        ks: on the test set.
        interval: 95 % interval of the AUC.
    """

    name: str
    auc: float
    ks: float
    interval: Interval


@dataclass(frozen=True)
class ModelComparison:
    """Test metrics of all models, side by side.

    Attributes:
        rows: unconstrained, monotone, scorecard (unless it is switched off).
        scorecard: the fitted challenger, None when it is switched off.
    """

    rows: tuple[ComparedModel, ...]
    scorecard: WoeScorecard | None

    def auc(self, name: str) -> float | None:
        """AUC of one model, None when it was not trained."""
        return next((row.auc for row in self.rows if row.name == name), None)

    def ks(self, name: str) -> float | None:
        """KS of one model, None when it was not trained."""
        return next((row.ks for row in self.rows if row.name == name), None)


def compare_models(
    split: CohortSplit, tuned: TuningResult, config: TrainConfig, pd: Floats
) -> ModelComparison:
    """Trains the models that were not chosen; `pd` (n_test,) is the chosen model's."""
    test = split.test
    other = expit(_other_margin(split, tuned, config))
    pair = (other, pd) if config.model.monotone else (pd, other)
    rows = [_compared(name, test, p, config) for name, p in zip((UNCONSTRAINED, MONOTONE), pair, strict=True)]
    if not config.scorecard.enabled:
        return ModelComparison(tuple(rows), None)
    scaling = Scaling(**config.scaling.model_dump())
    card = fit_scorecard(with_dropout(split.fit, config.model), config.scorecard, scaling)
    rows.append(_compared(SCORECARD, test, card.pd(test.matrix), config))
    return ModelComparison(tuple(rows), card)


def _other_margin(split: CohortSplit, tuned: TuningResult, config: TrainConfig) -> Floats:
    """Test margins of the model with the same parameters and the opposite choice of constraints."""
    settings = fit_settings(split.fit, config, monotone=not config.model.monotone)
    booster, encoder = grow(split.fit, tuned, config, settings)
    return np.asarray(booster.predict(codes(split.test, encoder), raw_score=True), dtype=np.float64)


def _compared(name: str, test: Cohort, pd: Floats, config: TrainConfig) -> ComparedModel:
    metrics = measure(test.bad, pd)
    interval = intervals(test.bad, pd, test.groups, n=config.gate.bootstrap, seed=config.gate.seed)["auc"]
    return ComparedModel(name, metrics["auc"], metrics["ks"], interval)
