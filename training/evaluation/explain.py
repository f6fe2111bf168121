"""SHAP values by feature for the global plots, from the compiled tables, verified against `shap`.

The only module that imports `shap`. The tables that give reasons by theme give values by feature when every
feature is a player of its own; they are exact for any number of reference rows and a thousand times as fast,
so the plots use them, and `shap`'s interventional explainer has to agree on a few rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from features.arrays import Floats
from features.errors import DataError
from serving.model.reasons.compile import compile_tables
from serving.model.reasons.explain import explain
from serving.model.reasons.trees import parse
from training.evaluation.rank_transform import rank_transform

MAX_REFERENCE = 100
TOLERANCE = 1e-6


@dataclass(frozen=True)
class FeatureEffects:
    """Interventional SHAP values on the margin.

    Attributes:
        codes: (n, f) what the booster saw.
        values: (n, f) SHAP values; with `base` they sum to the margin.
        base: mean margin of the reference.
    """

    codes: Floats
    values: Floats
    base: float


def feature_effects(
    booster: lgb.Booster, codes: Floats, reference: Floats, *, oracle_rows: int = 4
) -> FeatureEffects:
    """Exact values of (n, f) rows against (r, f) reference rows, verified against `shap` on a few of them.

    Raises:
        DataError: more than 100 reference rows, which `shap` would silently subsample, or they differ.
    """
    width = codes.shape[1]
    tables = compile_tables(parse(booster.model_to_string()), range(width), reference, width)
    computed = explain(tables, codes)
    gap = disagreement(booster, codes[:oracle_rows], reference, computed.values[:oracle_rows])
    if gap > TOLERANCE:
        raise DataError(f"the reason tables and shap differ by {gap:.2e}: one misreads these trees")
    return FeatureEffects(codes, computed.values, computed.base)


def disagreement(booster: lgb.Booster, codes: Floats, reference: Floats, values: Floats) -> float:
    """Largest difference of (n, f) values from those of `shap`, which reads the same trees on ranks.

    The transformed model must answer as the original does, and `shap` must add up to its margin on every row.

    Raises:
        DataError: they do not, or more than 100 reference rows.
    """
    transform = rank_transform(booster.model_to_string())
    oracle_booster = lgb.Booster(model_str=transform.booster_text)
    rows = transform.rows(codes)
    changed = np.abs(
        np.asarray(oracle_booster.predict(rows, raw_score=True)) - booster.predict(codes, raw_score=True)
    )
    if changed.max(initial=0.0) > TOLERANCE:
        raise DataError(
            f"the rank transform changes the margin by {changed.max():.2e}: it cannot verify these trees"
        )
    theirs = interventional(oracle_booster, rows, transform.rows(reference)).values
    return float(np.abs(values - theirs).max(initial=0.0))


def interventional(booster: lgb.Booster, codes: Floats, reference: Floats) -> FeatureEffects:
    """Values of (n, f) rows against (r, f) reference rows by `shap.TreeExplainer`.

    Raises:
        DataError: more than 100 reference rows, or values that do not sum to the margin.
    """
    import shap

    if len(reference) > MAX_REFERENCE:
        raise DataError(f"{len(reference)} reference rows: shap samples above {MAX_REFERENCE}, pass fewer")
    explainer = shap.TreeExplainer(booster, reference, feature_perturbation="interventional")
    values = np.asarray(explainer.shap_values(codes, check_additivity=False), dtype=np.float64)
    base = float(np.mean(np.asarray(booster.predict(reference, raw_score=True))))
    gap = np.abs(base + values.sum(axis=1) - np.asarray(booster.predict(codes, raw_score=True))).max()
    if gap > TOLERANCE:
        raise DataError(f"SHAP values miss the margin by {gap:.2e}: shap misreads the shape of these trees")
    return FeatureEffects(codes, values, base)


def oracle(booster: lgb.Booster, reference: Floats) -> Callable[[Floats], Floats]:
    """`shap`'s interventional explainer, built once: (n, f) rows to (n, f) values, unverified, for timing."""
    import shap

    explainer = shap.TreeExplainer(booster, reference, feature_perturbation="interventional")
    return lambda codes: np.asarray(explainer.shap_values(codes, check_additivity=False), dtype=np.float64)


def sample(codes: Floats, n: int, seed: int) -> Floats:
    """At most n rows, drawn without repeats."""
    if len(codes) <= n:
        return codes
    return codes[np.random.default_rng(seed).choice(len(codes), n, replace=False)]
