"""Metrics of parts of the test set: thirds of the month, and accounts that no hard rule decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Floats, Ints
from serving.decision.policy import packaged
from training.config.schema import GateConfig
from training.data.cohort import Cohort
from training.data.rules import held_by_rules
from training.evaluation.metrics import Interval, Ranking, cluster_weights

FEWEST = 10
"""Bads and goods below which a part has counts alone."""
THIRDS = {"day_1_10": (1, 10), "day_11_20": (11, 20), "day_21_31": (21, 31)}
"""Parts of a month by day of the month, both ends included."""
NO_RULE = "no_rule"
"""The part of the accounts that no hard rule holds: the score alone decides them."""


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % interval by bootstrap over accounts."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class PartMetrics:
    """Metrics of some test rows.

    Attributes:
        name: one of `THIRDS`, or `NO_RULE`.
        n: rows.
        n_bad: bad ones.
        mean_pd: predicted.
        estimates: `auc`, `ks` and `predicted_over_observed` (mean probability over bad rate, 1 = calibrated);
            empty where there are fewer than `FEWEST` bads or goods.
    """

    name: str
    n: int
    n_bad: int
    mean_pd: float
    estimates: Mapping[str, Estimate]


def parts_of(test: Cohort, pd: Floats, config: GateConfig) -> tuple[PartMetrics, ...]:
    """Metrics of every part that the test set has.

    Args:
        test: the test set.
        pd: (n,) probabilities of bad.
        config: number and seed of the bootstrap draws.
    """
    masks = {**_thirds(test), **_without_rules(test)}
    return tuple(_part(name, test, pd, mask, config) for name, mask in masks.items() if mask.any())


def _thirds(test: Cohort) -> dict[str, Bools]:
    day = test.as_of.dt.day().to_numpy()
    if len(np.unique(day)) == 1:
        return {}
    return {name: (day >= first) & (day <= last) for name, (first, last) in THIRDS.items()}


def _without_rules(test: Cohort) -> dict[str, Bools]:
    if test.facts is None or test.facts.drop("as_of", strict=False).is_empty():
        return {}
    return {NO_RULE: ~held_by_rules(test.facts, packaged())}


def _part(name: str, test: Cohort, pd: Floats, mask: Bools, config: GateConfig) -> PartMetrics:
    bad, kept = test.bad[mask], pd[mask]
    n_bad = int(bad.sum())
    enough = min(n_bad, len(bad) - n_bad) >= FEWEST
    estimates = _estimates(bad, kept, test.groups[mask], config) if enough else {}
    return PartMetrics(name, len(bad), n_bad, float(kept.mean()), estimates)


def _estimates(bad: Bools, pd: Floats, groups: Ints, config: GateConfig) -> dict[str, Estimate]:
    ranking, draw = Ranking.of(bad, pd), cluster_weights(groups, config.seed)
    figures = _figures(ranking, bad, pd)
    values = figures(np.ones(len(bad)))
    draws = np.array([figures(draw()) for _ in range(config.bootstrap)])
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    names = ("auc", "ks", "predicted_over_observed")
    return {
        name: Estimate(values[i], Interval(float(low[i]), float(high[i]))) for i, name in enumerate(names)
    }


def _figures(ranking: Ranking, bad: Bools, pd: Floats) -> Callable[[Floats], tuple[float, float, float]]:
    """AUC, KS and predicted over observed for (n,) weights."""

    def of(weights: Floats) -> tuple[float, float, float]:
        return *ranking.auc_ks(weights), float(weights @ pd / (weights @ bad))

    return of
