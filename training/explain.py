"""SHAP values by feature: source of the global plots and oracle of the tests; the only `shap` module."""

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import shap
from numpy.typing import NDArray

from features.errors import DataError

Floats = NDArray[np.float64]
MAX_REFERENCE = 100
TOLERANCE = 1e-6


@dataclass(frozen=True)
class FeatureEffects:
    """Interventional SHAP values on the margin.

    Attributes:
        codes: (n, f) what the booster saw.
        values: (n, f) effects; with `base` they sum to the margin.
        base: mean margin of the reference.
    """

    codes: Floats
    values: Floats
    base: float


def interventional(booster: lgb.Booster, codes: Floats, reference: Floats) -> FeatureEffects:
    """Exact interventional values of (n, f) rows against (r, f) reference rows.

    Raises:
        DataError: more than 100 reference rows, which `shap` would sub-sample in silence, or values that do
            not sum to the margin.
    """
    if len(reference) > MAX_REFERENCE:
        raise DataError(f"{len(reference)} reference rows: shap samples above {MAX_REFERENCE}, pass fewer")
    explainer = shap.TreeExplainer(booster, reference, feature_perturbation="interventional")
    values = np.asarray(explainer.shap_values(codes, check_additivity=False), dtype=np.float64)
    base = float(np.mean(np.asarray(booster.predict(reference, raw_score=True))))
    gap = np.abs(base + values.sum(axis=1) - np.asarray(booster.predict(codes, raw_score=True))).max()
    if gap > TOLERANCE:
        raise DataError(
            f"SHAP values miss the margin by {gap:.2e}: the model's shape is not one shap explains"
        )
    return FeatureEffects(codes, values, base)


def sample(codes: Floats, n: int, seed: int) -> Floats:
    """At most n rows, drawn without repeats."""
    if len(codes) <= n:
        return codes
    return codes[np.random.default_rng(seed).choice(len(codes), n, replace=False)]
