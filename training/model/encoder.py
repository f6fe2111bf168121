"""Target codes of categories: the smoothed log-odds of bad of each level, relative to all rows.

A code is a number on one scale, not a place in an order: two samples of the same population give a level
nearly the same code, so that codes learnt on other rows (`training.model.cross_fitting`) and the final ones
mean the same to a threshold. A level without information has a code near 0 in every sample.
"""

import polars as pl
from scipy.special import logit

from features.arrays import Bools
from features.matrix import FeatureMatrix
from serving.model.types import CategoryEncoder

PRIOR_CASES = 20.0
FEWEST_CASES = 10
"""Cases below which a level shares the code of all rare levels: with fewer, its code is mostly the prior."""
APART = 1e-9
"""Least distance of two codes, so that a code names one level; far below what a threshold can tell apart."""


def fit_encoder(
    matrix: FeatureMatrix, bad: Bools, prior: float = PRIOR_CASES, fewest: int = FEWEST_CASES
) -> CategoryEncoder:
    """Codes `logit((bads + prior · p) / (cases + prior)) − logit(p)`, where p is the bad rate of these rows.

    The smoothing (Micci-Barreca 2001) keeps a level seen a few times near 0. Levels with fewer than `fewest`
    cases are pooled: they share one code, learnt from all their cases, which levels never seen have too.
    Equal codes are ordered by name, so that they never depend on the order of rows.
    """
    names = [meta.name for meta in matrix.catalogue.features if meta.kind == "category"]
    found = {name: _codes(matrix.frame[name], bad, prior, fewest) for name in names}
    pools = {name: codes.pop(None) for name, codes in found.items() if None in codes}
    levels = {name: tuple(str(level) for level in codes) for name, codes in found.items()}
    return CategoryEncoder(levels, {name: tuple(codes.values()) for name, codes in found.items()}, pools)


def _codes(values: pl.Series, bad: Bools, prior: float, fewest: int) -> dict[str | None, float]:
    """Codes by level, rising; None is the pool of the rare levels, if there are any."""
    overall = (float(bad.sum()) + 0.5) / (len(bad) + 1.0)
    rate = (pl.col("bads") + prior * overall) / (pl.col("cases") + prior)
    ordered = _counts(values, bad, fewest).with_columns(rate=rate).sort("rate", "level")
    codes = logit(ordered["rate"].to_numpy()) - logit(overall)
    return dict(zip(ordered["level"].to_list(), _apart(codes.tolist()), strict=True))


def _counts(values: pl.Series, bad: Bools, fewest: int) -> pl.DataFrame:
    """Bads and cases by level, in which the level null stands for all with fewer than `fewest` cases."""
    frame = pl.DataFrame({"level": values, "bad": bad}).drop_nulls("level")
    own = pl.when(pl.len().over("level") >= fewest).then(pl.col("level"))
    return frame.group_by(own).agg(bads=pl.col("bad").sum(), cases=pl.len())


def _apart(rising: list[float]) -> list[float]:
    """The codes, each at least `APART` above the one before."""
    spaced: list[float] = []
    for code in rising:
        spaced.append(max(code, spaced[-1] + APART) if spaced else code)
    return spaced
