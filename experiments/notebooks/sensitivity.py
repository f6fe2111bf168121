"""How the model answers when features change: one feature of one row, or one feature over a grid."""

from collections.abc import Mapping
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import polars as pl

from experiments.notebooks.champion import OpenedChampion
from features.arrays import Floats, Positions
from features.errors import ConfigError
from serving.model.encoder import Value, encode

GRID = 25


@dataclass(frozen=True)
class PartialDependence:
    """Probability of bad over a grid of one feature, all other features as they are.

    Attributes:
        feature: its name.
        grid: (g,) values, rising.
        curves: (k, g) individual conditional expectation of k rows (Goldstein et al. 2015).
        mean: (g,) partial dependence, the mean of the curves (Friedman 2001).
    """

    feature: str
    grid: Floats
    curves: Floats
    mean: Floats


def by_gain(opened: OpenedChampion) -> pl.DataFrame:
    """Features that some tree splits on, by total gain, the largest first."""
    booster = lgb.Booster(model_str=opened.bundle.booster_text)
    gain = booster.feature_importance("gain")
    metas = opened.bundle.spec.catalogue.features
    table = pl.DataFrame(
        {
            "feature": [meta.name for meta in metas],
            "kind": [meta.kind for meta in metas],
            "theme": [meta.theme for meta in metas],
            "direction": [meta.direction for meta in metas],
            "gain": gain,
        }
    )
    return table.filter(pl.col("gain") > 0).sort("gain", descending=True)


def typical(opened: OpenedChampion, feature: str) -> float:
    """Median of a number among the reference accounts.

    Raises:
        ConfigError: the model has no numeric feature of this name.
    """
    column = opened.bundle.reference[:, _column(opened, feature)]
    return float(np.nanmedian(column))


def change_one(opened: OpenedChampion, row: Mapping[str, Value], feature: str, value: Value) -> pl.DataFrame:
    """What moves when one feature of one row takes another value: a line a theme, points before and after.

    The base points are equal on both sides, so the differences of the themes add up to that of the score.

    Raises:
        ConfigError: the model has no feature of this name.
    """
    if feature not in row:
        raise ConfigError(f"feature {feature!r} is not one of this model's; `by_gain` lists those it uses")
    before, after = opened.engine.predict([row, {**row, feature: value}])
    lines = {"(score)": (before.score, after.score)}
    lines |= {key: (points, after.theme_points[key]) for key, points in before.theme_points.items()}
    table = pl.DataFrame(
        [(name, *pair) for name, pair in lines.items()], schema=["theme", "before", "after"], orient="row"
    )
    return table.with_columns(difference=pl.col("after") - pl.col("before"))


def partial_dependence(opened: OpenedChampion, positions: Positions, feature: str) -> PartialDependence:
    """Probability of bad of k test rows as one numeric feature runs from its 1st to its 99th percentile.

    Raises:
        ConfigError: the model has no numeric feature of this name.
    """
    column = _column(opened, feature)
    spec = opened.bundle.spec
    everyone = encode(opened.test.matrix.frame, spec.catalogue, spec.encoder)
    rows, grid = everyone[positions], _grid(everyone[:, column])
    repeated = np.repeat(rows, len(grid), axis=0)
    repeated[:, column] = np.tile(grid, len(rows))
    curves = opened.scorer.score(repeated).pd.reshape(len(rows), len(grid))
    return PartialDependence(feature, grid, curves, curves.mean(axis=0))


def _column(opened: OpenedChampion, feature: str) -> int:
    numeric = [meta.name for meta in opened.bundle.spec.catalogue.features if meta.kind == "number"]
    if feature not in numeric:
        raise ConfigError(f"{feature!r} is no numeric feature of this model; `by_gain` lists what it uses")
    return opened.bundle.spec.catalogue.names.index(feature)


def _grid(values: Floats) -> Floats:
    """At most `GRID` distinct quantiles of the values that are present."""
    present = values[~np.isnan(values)]
    return np.unique(np.quantile(present, np.linspace(0.01, 0.99, GRID)))
