"""What it costs never to link a source, and what it gains to withdraw one, by the model alone.

Never linking: the test accounts with the source masked, scored by the model, against a model that was trained
without the source. A difference of zero on average says that absence counts neither for nor against.
Withdrawing: the test accounts that have the source, with it and with it masked. What they hide may be bad, so
some look safer; what a limit may do then is a matter of rules, not of the model.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np
from scipy.special import expit

from features.arrays import Bools, Floats, Ints
from serving.decision.policy.tiers import TierScale
from serving.model.types import Scaling
from training.data.cohort import Cohort
from training.evaluation.metrics import auc, measure
from training.model.dropout import masked

LogOdds = Callable[[Cohort], Floats]
"""Calibrated log-odds of bad of a cohort's rows."""


@dataclass(frozen=True)
class NeverLinked:
    """Test accounts with a source masked, against a model that was trained without it.

    Attributes:
        rows: test rows.
        mean_points: mean score less that of the other model; below 0 where silence costs.
        mean_points_of_absent: the same over the rows that lack the source indeed.
        refused_by_silence: share of rows that the other model passes and this one refuses.
        passed_by_silence: share of rows that the other model refuses and this one passes.
        auc: of the masked rows.
        auc_without: of the other model.
        predicted_over_observed: mean probability of the masked rows over their bad rate.
    """

    rows: int
    mean_points: float
    mean_points_of_absent: float
    refused_by_silence: float
    passed_by_silence: float
    auc: float
    auc_without: float
    predicted_over_observed: float


@dataclass(frozen=True)
class Withdrawn:
    """Test accounts that have a source, after it is masked.

    Attributes:
        rows: test rows with the source.
        safer: share whose probability of bad falls.
        better_tier: share whose tier becomes safer.
        passing: share that was refused and passes.
        mean_points: mean change of the score.
    """

    rows: int
    safer: float
    better_tier: float
    passing: float
    mean_points: float


def never_linked(
    models: tuple[LogOdds, LogOdds], test: Cohort, source: str, scale: TierScale, scaling: Scaling
) -> NeverLinked:
    """Compares a model on masked rows with one that has only the other sources.

    Args:
        models: the model, and one that was trained without the source.
        test: rows as they are.
        source: the source that is masked.
        scale: tiers; its cut-off says who passes.
        scaling: log-odds to points.
    """
    model, other = models
    hidden, usual = model(_without_source(test, source)), other(test)
    points = -scaling.factor * (hidden - usual)
    absent, cutoff = ~_has(test, source), _log_odds(scale.cutoff_pd)
    return NeverLinked(
        rows=test.n,
        mean_points=float(points.mean()),
        mean_points_of_absent=float(points[absent].mean()) if absent.any() else 0.0,
        refused_by_silence=float(((usual <= cutoff) & (hidden > cutoff)).mean()),
        passed_by_silence=float(((usual > cutoff) & (hidden <= cutoff)).mean()),
        auc=auc(test.bad, hidden),
        auc_without=auc(test.bad, usual),
        predicted_over_observed=float(expit(hidden).sum() / test.bad.sum()),
    )


def withdrawn(
    model: LogOdds, test: Cohort, source: str, scale: TierScale, scaling: Scaling
) -> Withdrawn | None:
    """Compares the rows that have a source with themselves after it is masked; None where none has it."""
    there = _has(test, source)
    if not there.any():
        return None
    before, after = model(test)[there], model(_without_source(test, source))[there]
    cutoff = _log_odds(scale.cutoff_pd)
    return Withdrawn(
        rows=len(before),
        safer=float((after < before).mean()),
        better_tier=float((_tiers(after, scale) < _tiers(before, scale)).mean()),
        passing=float(((before > cutoff) & (after <= cutoff)).mean()),
        mean_points=float(-scaling.factor * (after - before).mean()),
    )


def price(model: LogOdds, undropped: LogOdds, test: Cohort) -> dict[str, float]:
    """AUC and log-loss of a model with source dropout and of the same without, on rows as they are."""
    sides = (("with_dropout", model), ("without_dropout", undropped))
    found = {name: measure(test.bad, expit(of(test))) for name, of in sides}
    return {f"{figure}_{name}": found[name][figure] for name in found for figure in ("auc", "ks", "logloss")}


def keys(source: str, *found: NeverLinked | Withdrawn | None) -> dict[str, float]:
    """Flat figures: `consent_<source>_never_<figure>` and `consent_<source>_withdrawn_<figure>`."""
    flat: dict[str, float] = {}
    for one in found:
        kind = "never" if isinstance(one, NeverLinked) else "withdrawn"
        for name, value in asdict(one).items() if one is not None else ():
            flat[f"consent_{source}_{kind}_{name}"] = value
    return flat


def _without_source(rows: Cohort, source: str) -> Cohort:
    return replace(rows, matrix=masked(rows.matrix, source, np.ones(rows.n, np.bool_)))


def _has(rows: Cohort, source: str) -> Bools:
    """(n,) whether any feature of the source is there."""
    names = [meta.name for meta in rows.matrix.catalogue.features if meta.source == source]
    known = np.column_stack([rows.matrix.frame[name].is_not_null().to_numpy() for name in names])
    return np.asarray(known.any(axis=1), np.bool_)


def _tiers(log_odds: Floats, scale: TierScale) -> Ints:
    return np.searchsorted(np.array(scale.cuts[:-1]), expit(log_odds), side="left").astype(np.int64)


def _log_odds(pd: float) -> float:
    return float(np.log(pd / (1.0 - pd)))
