"""Outcomes drawn from a known risk: how strong the signal is, and how many are bad, is then a choice.

Rows that were drawn twice have outcomes of their own, so no test row tells the outcome of a training row.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.random import Generator
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import norm, rankdata

from features.arrays import Bools, Floats


def drawn(frame: pl.DataFrame, weights: Mapping[str, float], bad_rate: float, rng: Generator) -> Bools:
    """Outcomes of which a share is bad.

    Args:
        frame: numbers, null = absent, which counts as the middle.
        weights: log-odds that a standard deviation of the normal score of a column adds.
        bad_rate: expected share of bads.
        rng: draws the outcomes.
    """
    odds = np.sum([weight * _scores(frame[name]) for name, weight in weights.items()], axis=0)
    level = brentq(lambda shift: float(expit(odds + shift).mean()) - bad_rate, -20.0, 20.0)
    return np.asarray(rng.random(frame.height) < expit(odds + level), np.bool_)


def _scores(column: pl.Series) -> Floats:
    values = column.cast(pl.Float64).to_numpy()
    known = ~np.isnan(values)
    scores = np.zeros(len(values))
    scores[known] = norm.ppf(rankdata(values[known]) / (known.sum() + 1))
    return scores
