"""Target-ordered category codes: levels in the order of their smoothed bad rate."""

from collections.abc import Sequence

import polars as pl

from features.arrays import Bools
from features.matrix import FeatureMatrix
from serving.model.types import CategoryEncoder

PRIOR_CASES = 20.0


def fit_encoder(matrix: FeatureMatrix, bad: Bools, prior: float = PRIOR_CASES) -> CategoryEncoder:
    """Levels by rising smoothed bad rate, `(bads + prior · overall) / (cases + prior)`, on the fit set.

    The smoothing (Micci-Barreca 2001) keeps a level seen twice near the middle. Equal rates are
    ordered by name, so that the codes never depend on the order of rows.
    """
    names = [meta.name for meta in matrix.catalogue.features if meta.kind == "category"]
    return CategoryEncoder({name: _levels(matrix.frame[name], bad, prior) for name in names})


def _levels(values: pl.Series, bad: Bools, prior: float) -> tuple[str, ...]:
    frame = pl.DataFrame({"level": values, "bad": bad}).drop_nulls("level")
    rate = (pl.col("bad").sum() + prior * float(bad.mean())) / (pl.len() + prior)
    ordered: Sequence[str] = (
        frame.group_by("level").agg(rate.alias("rate")).sort("rate", "level")["level"].to_list()
    )
    return tuple(ordered)
