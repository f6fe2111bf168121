"""Small boosters and the plain definition of the values, to hold the compiled tables against."""

from functools import cache
from math import comb

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats

BASE = {"objective": "binary", "verbosity": -1, "num_threads": 1, "seed": 7, "deterministic": True}


def rows(n: int, features: int, seed: int, absent: float = 0.0) -> Floats:
    """Coarse normal values, so that thresholds fall on values that occur; some absent, some zero."""
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(n, features)).round(1)
    values[draw.random(values.shape) < absent] = np.nan
    return values


def outcomes(values: Floats, seed: int) -> NDArray[np.bool_]:
    """Bad depends on pairs of features and on absence, so that themes interact."""
    known = np.nan_to_num(values)
    signal = (
        known[:, 0] * known[:, 1] + known[:, 2] + np.isnan(values[:, 3]) - known[:, 4] * (known[:, 5] > 0)
    )
    return np.asarray(signal + np.random.default_rng(seed).normal(size=len(values)) > 0)


@cache
def booster(
    features: int = 12, absent: float = 0.15, trees: int = 25, depth: int = 6, **extra: float | str
) -> lgb.Booster:
    """Trained on 2,000 rows, 63 leaves, as deep as asked for."""
    values = rows(2000, features, 1, absent)
    params = {
        **BASE,
        "num_leaves": 63,
        "max_depth": depth,
        "learning_rate": 0.2,
        "min_data_in_leaf": 5,
        **extra,
    }
    return lgb.train(params, lgb.Dataset(values, outcomes(values, 2), free_raw_data=False), trees)


def brute_force(model: lgb.Booster, groups: tuple[int, ...], reference: Floats, row: Floats) -> Floats:
    """Shapley's own formula over all coalitions, each worth the mean margin of the mixed reference rows."""
    player, n = np.array(groups), max(groups) + 1
    mixed = []
    for coalition in range(1 << n):
        known = ((coalition >> player) & 1).astype(bool)
        mixed.append(np.where(known, row, reference))
    margins = model.predict(np.concatenate(mixed), raw_score=True, num_threads=1)
    worth = np.asarray(margins).reshape(1 << n, len(reference)).mean(axis=1)
    values = np.zeros(n)
    for i in range(n):
        for coalition in range(1 << n):
            if not (coalition >> i) & 1:
                size = coalition.bit_count()
                gain = worth[coalition | (1 << i)] - worth[coalition]
                values[i] += gain / (n * comb(n - 1, size))
    return values
