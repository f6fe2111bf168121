"""Empirical monotonicity check: moves one feature over its quantiles and compares margins."""

from collections.abc import Sequence

import lightgbm as lgb
import numpy as np

from features.arrays import Floats

SLACK = 1e-9


def count_violations(
    booster: lgb.Booster, codes: Floats, directions: Sequence[int], *, rows: int = 60, steps: int = 12
) -> int:
    """Number of (row, feature) pairs whose margin moves against the direction as the feature rises.

    Args:
        booster: any booster.
        codes: (n, f) what it sees; rows are taken at even distances, grid points at quantiles.
        directions: (f,) +1, −1 or 0.
        rows: number of rows.
        steps: grid points a feature.
    """
    base = codes[np.linspace(0, len(codes) - 1, min(rows, len(codes))).astype(int)]
    return sum(
        _violations(booster, base, feature, direction, _grid(codes[:, feature], steps))
        for feature, direction in enumerate(directions)
        if direction
    )


def _grid(values: Floats, steps: int) -> Floats:
    known = values[~np.isnan(values)]
    return np.unique(np.quantile(known, np.linspace(0, 1, steps))) if len(known) else known


def _violations(booster: lgb.Booster, base: Floats, feature: int, direction: int, grid: Floats) -> int:
    if len(grid) < 2:
        return 0
    moved = np.repeat(base, len(grid), axis=0)
    moved[:, feature] = np.tile(grid, len(base))
    margin = np.asarray(booster.predict(moved, raw_score=True)).reshape(len(base), len(grid))
    return int((np.diff(margin, axis=1) * direction < -SLACK).any(axis=1).sum())
