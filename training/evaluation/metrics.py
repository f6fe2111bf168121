"""Discrimination and calibration metrics of a probability of bad, with bootstrap confidence intervals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from features.arrays import Bools, Floats, Ints, Positions
from training.model.calibrate import logistic_line

EPS = 1e-9


@dataclass(frozen=True)
class Interval:
    """A 95 % confidence interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Ranking:
    """Rows ranked by score, for cumulative shares of goods and bads; ties are one step.

    Ranked once, it gives AUC and KS for any weights of the rows in O(n).

    Attributes:
        order: (n,) rows by rising score.
        ends: positions in `order` at which a run of equal scores ends.
        bad: (n,) outcomes in that order.
    """

    order: Positions
    ends: Positions
    bad: Bools

    @classmethod
    def of(cls, bad: Bools, score: Floats) -> "Ranking":
        """Ranks (n,) scores."""
        order = np.argsort(score, kind="stable")
        ordered = score[order]
        ends = np.append(np.flatnonzero(np.diff(ordered) != 0), len(score) - 1)
        return cls(order, ends, bad[order])

    def curves(self, weights: Floats | None = None) -> tuple[Floats, Floats]:
        """Cumulative shares of goods and of bads, from 0 to 1, lowest score first."""
        w = np.ones(len(self.order)) if weights is None else weights[self.order]
        bads = np.cumsum(w * self.bad)[self.ends]
        goods = np.cumsum(w * ~self.bad)[self.ends]
        return np.append(0.0, goods / goods[-1]), np.append(0.0, bads / bads[-1])

    def auc_ks(self, weights: Floats | None = None) -> tuple[float, float]:
        """Area under the ROC curve (ties count half) and the largest gap of the two curves."""
        goods, bads = self.curves(weights)
        auc = 1.0 - float(np.sum(np.diff(goods) * (bads[1:] + bads[:-1]) / 2))
        return auc, float(np.max(goods - bads))


def auc(bad: Bools, score: Floats) -> float:
    """Probability that a bad case scores above a good one, ties counting half."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n_bad = int(bad.sum())
    return float((ranks[bad].sum() - n_bad * (n_bad + 1) / 2) / (n_bad * (len(bad) - n_bad)))


def calibration_line(bad: Bools, pd: Floats) -> tuple[float, float]:
    """Slope and intercept of `logit P(bad) = slope · logit(pd) + intercept` (Cox 1958)."""
    return logistic_line(logit(np.clip(pd, EPS, 1 - EPS)), bad.astype(np.float64))


def calibration_bins(bad: Bools, pd: Floats, n: int = 10) -> tuple[Floats, Floats, Ints]:
    """Mean pd, bad rate and count in (at most) n bins of equal count."""
    groups = [g for g in np.array_split(np.argsort(pd, kind="stable"), n) if len(g)]
    means = np.array([pd[g].mean() for g in groups])
    rates = np.array([bad[g].mean() for g in groups])
    return means, rates, np.array([len(g) for g in groups], dtype=np.int64)


def ece(bad: Bools, pd: Floats, n: int = 10) -> float:
    """Expected calibration error: mean |bad rate − mean pd| over n bins of equal count."""
    means, rates, counts = calibration_bins(bad, pd, n)
    return float(np.sum(np.abs(rates - means) * counts) / counts.sum())


def measure(bad: Bools, pd: Floats) -> dict[str, float]:
    """All metrics of one set of rows: (n,) outcomes and (n,) probabilities."""
    area, ks = Ranking.of(bad, pd).auc_ks()
    slope, intercept = calibration_line(bad, pd)
    clipped = np.clip(pd, EPS, 1 - EPS)
    return {
        "auc": area,
        "gini": 2 * area - 1,
        "ks": ks,
        "brier": float(np.mean((pd - bad) ** 2)),
        "logloss": float(-np.mean(np.where(bad, np.log(clipped), np.log1p(-clipped)))),
        "calibration_slope": slope,
        "calibration_intercept": intercept,
        "ece": ece(bad, pd),
    }


def cluster_weights(groups: Ints, seed: int) -> Callable[[], Floats]:
    """Bootstrap weights of rows, resampled by account: rows of one account stay together."""
    _, inverse = np.unique(groups, return_inverse=True)
    n_groups = int(inverse.max()) + 1
    rng = np.random.default_rng(seed)

    def draw() -> Floats:
        counts = np.bincount(rng.integers(0, n_groups, n_groups), minlength=n_groups)
        return counts.astype(np.float64)[inverse]

    return draw


def intervals(
    bad: Bools, pd: Floats, groups: Ints, *, n: int = 500, seed: int = 2026
) -> Mapping[str, Interval]:
    """Percentile bootstrap over accounts for AUC and KS (Efron and Tibshirani 1993, ch. 13)."""
    ranking, draw = Ranking.of(bad, pd), cluster_weights(groups, seed)
    draws = np.array([ranking.auc_ks(draw()) for _ in range(n)])
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    return {name: Interval(float(low[i]), float(high[i])) for i, name in enumerate(("auc", "ks"))}


def paired_auc_difference(
    bad: Bools, ours: Floats, theirs: Floats, groups: Ints, *, n: int = 500, seed: int = 2026
) -> tuple[float, Interval]:
    """AUC of `ours` less AUC of `theirs` on the same rows, with the interval of the same resamples."""
    a, b = Ranking.of(bad, ours), Ranking.of(bad, theirs)
    draw = cluster_weights(groups, seed)
    weights = (draw() for _ in range(n))
    draws = np.array([a.auc_ks(w)[0] - b.auc_ks(w)[0] for w in weights])
    low, high = np.percentile(draws, [2.5, 97.5])
    return auc(bad, ours) - auc(bad, theirs), Interval(float(low), float(high))
