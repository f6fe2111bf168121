"""Evaluation on the test set through serving's own scorer, so that no training/serving skew can hide."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from features.arrays import Bools, Floats
from serving.model.bundle import ModelBundle
from serving.model.scorer import Scorer
from serving.model.types import Scored
from training.config.schema import GateConfig
from training.data.cohort import Cohort
from training.evaluation.metrics import Interval, intervals, measure
from training.evaluation.parts import PartMetrics, parts_of
from training.evaluation.tier_mix import TierMix, tier_mix


@dataclass(frozen=True)
class MonthMetrics:
    """Metrics of the test set in one as-of month.

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
    """Results on the test set.

    Attributes:
        cohort: the test set.
        scored: its scores by serving's scorer.
        metrics: metrics of all rows, as `metrics.measure` gives them.
        intervals: 95 % intervals of AUC and KS, by bootstrap over accounts.
        months: metrics by as-of month, rising.
        parts: metrics by third of the month and of accounts that no hard rule decides, where there are such.
        tiers: tiers by day of the month; None where the rows do not lie on every day.
        additivity_error: largest |base + Σ theme points − score| and |logit(pd) − log-odds of the margin|.
    """

    cohort: Cohort
    scored: Scored
    metrics: Mapping[str, float]
    intervals: Mapping[str, Interval]
    months: tuple[MonthMetrics, ...]
    parts: tuple[PartMetrics, ...]
    tiers: TierMix | None
    additivity_error: float


def evaluate(bundle: ModelBundle, test: Cohort, config: GateConfig) -> Evaluation:
    """Scores the test set and measures it."""
    scorer = Scorer(bundle)
    scored = scorer.score(test.matrix.frame)
    return Evaluation(
        cohort=test,
        scored=scored,
        metrics=measure(test.bad, scored.pd),
        intervals=intervals(test.bad, scored.pd, test.groups, n=config.bootstrap, seed=config.seed),
        months=by_month(test, scored.pd),
        parts=parts_of(test, scored.pd, config),
        tiers=tier_mix(test, scored.pd, bundle.spec.info.config, scorer.worst_reference_pd()),
        additivity_error=_additivity_error(scored, bundle),
    )


def by_month(test: Cohort, pd: Floats) -> tuple[MonthMetrics, ...]:
    """Metrics of each as-of month."""
    names = test.as_of.dt.strftime("%Y-%m").to_numpy()
    return tuple(_month(str(name), test.bad[names == name], pd[names == name]) for name in np.unique(names))


def _month(name: str, bad: Bools, pd: Floats) -> MonthMetrics:
    metrics = measure(bad, pd) if bad.any() and not bad.all() else {}
    return MonthMetrics(name, len(bad), float(bad.mean()), float(pd.mean()), metrics)


def _additivity_error(scored: Scored, bundle: ModelBundle) -> float:
    points = np.abs(scored.base_points + scored.theme_points.sum(axis=1) - scored.score).max()
    log_odds = bundle.spec.calibration.log_odds(scored.margin)
    return float(max(points, np.abs(logit(scored.pd) - log_odds).max()))
