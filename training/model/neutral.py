"""Neutral absence: one stump a linked source moves the margin of accounts without it to the right level.

Source dropout teaches the trees the order of accounts without a source, but not quite their level: a split on
a feature of the source sends absent values along with its low or its high ones. On the simulated portfolio
everybody with a hidden credit report looked 4 points safer on average than to a model that never had reports.
So each source gets a tree of one split, absent or not, whose value makes the mean probability of the training
rows with the source masked that of the same rows as they are: without a source, people in general are as
risky as people in general. Reasons and bundle see a tree like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from scipy.special import expit

from features.arrays import Bools, Floats
from serving.model.reasons.sources import LinkedSources
from training.model.ensemble import with_trees
from training.model.recalibration import shift_to

ROWS = 6_000
"""Rows at even distances that the levels are taken from: both sides of each mean are of the same rows."""
PASSES = 10
"""Rounds over the sources: the level of one hangs on the others, which many rows lack for a fact."""
STUMP = """num_leaves=2
num_cat=0
split_feature={column}
split_gain=0
threshold=1.7976931348623157e+308
decision_type=8
left_child=-1
right_child=-2
leaf_value=0 {value!r}
leaf_weight=0 0
leaf_count=0 0
internal_value=0
internal_weight=0
internal_count=0
is_linear=0
shrinkage=1


"""
"""LightGBM's text of a tree that adds `value` where a column is absent; `decision_type` 8: NaN goes right."""


@dataclass(frozen=True)
class _Side:
    """A source masked in all rows.

    Attributes:
        margin: (n,) margins with the source masked.
        own: position of the source.
    """

    margin: Floats
    own: int


def with_neutral_absence(booster: lgb.Booster, codes: Floats, sources: LinkedSources) -> lgb.Booster:
    """The booster with a stump for each linked source that some rows have.

    Args:
        booster: trained with source dropout.
        codes: (n, f) encoded training rows as they are, nothing masked.
        sources: the linked sources of the model.
    """
    rows = codes[np.linspace(0, len(codes) - 1, min(ROWS, len(codes))).astype(np.intp)]
    columns = presence_columns(rows, sources)
    if not columns:
        return booster
    stumps = [
        STUMP.format(column=column, value=value)
        for column, value in zip(columns.values(), _levels(booster, rows, sources, columns), strict=True)
    ]
    return with_trees(booster, stumps)


def presence_columns(rows: Floats, sources: LinkedSources) -> Mapping[str, int]:
    """For each source that some of (n, f) rows have, the feature that is there most often when it is."""
    found = {}
    for source, columns in sources.columns.items():
        known = ~np.isnan(rows[:, columns])
        if known.any():
            found[source] = int(columns[known.sum(axis=0).argmax()])
    return found


def _levels(
    booster: lgb.Booster, rows: Floats, sources: LinkedSources, columns: Mapping[str, int]
) -> Sequence[float]:
    """Log-odds to add where each source is absent."""
    absent = np.isnan(rows[:, list(columns.values())])
    usual = _margin(booster, rows)
    sides = [
        _Side(_margin(booster, _masked(rows, sources, source)), own) for own, source in enumerate(columns)
    ]
    levels = np.zeros(len(columns))
    for _ in range(PASSES):
        for side in sides:
            mean = float(expit(usual + absent @ levels).mean())
            levels[side.own] = shift_to(side.margin + _others(absent, side.own) @ levels, mean)
    return [float(level) for level in levels]


def _margin(booster: lgb.Booster, rows: Floats) -> Floats:
    return np.asarray(booster.predict(rows, raw_score=True), np.float64)


def _masked(rows: Floats, sources: LinkedSources, source: str) -> Floats:
    hidden = rows.copy()
    hidden[:, sources.columns[source]] = np.nan
    return hidden


def _others(absent: Bools, own: int) -> Floats:
    """(n, s) which sources but this one are absent."""
    others = absent.astype(np.float64)
    others[:, own] = 0.0
    return others
