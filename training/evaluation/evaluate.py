"""Evaluation through serving's own scorer: what is measured is what will answer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from features.arrays import Floats
from serving.model.bundle import ModelBundle
from serving.model.scorer import Scorer
from serving.model.types import Scored
from training.config.schema import GateConfig
from training.data.cohort import Cohort
from training.evaluation.metrics import Interval, intervals, measure


@dataclass(frozen=True)
class MonthFigures:
    """The test rows of one as-of month.

    Attributes:
        month: `YYYY-MM`.
        n: rows.
        bad_rate: observed.
        mean_pd: predicted.
        metrics: as `metrics.measure` gives them; empty when only one outcome occurs.
    """

    month: str
    n: int
    bad_rate: float
    mean_pd: float
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class Evaluation:
    """What the test set says.

    Attributes:
        cohort: the test rows.
        scored: serving's answers for them.
        metrics: figures of all rows.
        intervals: 95 % intervals of AUC and KS, by bootstrap over accounts.
        months: figures by as-of month, rising.
        additivity_gap: largest |base + Σ theme points − score| and |logit(pd) − log-odds of the margin|.
    """

    cohort: Cohort
    scored: Scored
    metrics: Mapping[str, float]
    intervals: Mapping[str, Interval]
    months: tuple[MonthFigures, ...]
    additivity_gap: float


def evaluate(bundle: ModelBundle, test: Cohort, config: GateConfig) -> Evaluation:
    """Scores the test rows and measures."""
    scored = Scorer(bundle).score(test.matrix.frame)
    return Evaluation(
        cohort=test,
        scored=scored,
        metrics=measure(test.bad, scored.pd),
        intervals=intervals(test.bad, scored.pd, test.groups, n=config.bootstrap, seed=config.seed),
        months=by_month(test, scored.pd),
        additivity_gap=_gap(scored, bundle),
    )


def by_month(test: Cohort, pd: Floats) -> tuple[MonthFigures, ...]:
    """Figures of each as-of month."""
    names = test.as_of.dt.strftime("%Y-%m").to_numpy()
    return tuple(_month(str(name), test.bad[names == name], pd[names == name]) for name in np.unique(names))


def _month(name: str, bad: NDArray[np.bool_], pd: Floats) -> MonthFigures:
    metrics = measure(bad, pd) if bad.any() and not bad.all() else {}
    return MonthFigures(name, len(bad), float(bad.mean()), float(pd.mean()), metrics)


def _gap(scored: Scored, bundle: ModelBundle) -> float:
    points = np.abs(scored.base_points + scored.theme_points.sum(axis=1) - scored.score).max()
    log_odds = bundle.spec.calibration.log_odds(scored.margin)
    return float(max(points, np.abs(logit(scored.pd) - log_odds).max()))
