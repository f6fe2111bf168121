"""Columns that rise and fall together are one theme."""

import numpy as np
import polars as pl

from features.adapters.flat.alike import alike
from features.adapters.flat.values import Values


def column(name: str, values: np.ndarray) -> Values:
    return Values(name, "number", pl.Series(name, values), ())


def test_columns_that_move_together_or_against_each_other_are_one_group() -> None:
    rng = np.random.default_rng(3)
    size, other = rng.normal(size=(2, 2000))
    columns = [
        column("first", size),
        column("other", other),
        column("second", np.exp(size + 0.4 * rng.normal(size=2000))),
        column("against", -size + 0.4 * rng.normal(size=2000)),
        column("weak", 0.4 * size + rng.normal(size=2000)),
    ]
    assert alike(columns) == (("first", "second", "against"),)


def test_columns_that_are_seldom_present_together_or_constant_are_not_compared() -> None:
    rng = np.random.default_rng(4)
    size = rng.normal(size=1000)
    half = np.where(np.arange(1000) < 450, size, np.nan)
    assert alike([column("a", size), column("b", half)]) == ()
    assert alike([column("a", size), column("b", np.ones(1000))]) == ()
    assert alike([column("a", size)]) == ()


def test_categories_are_left_alone() -> None:
    levels = Values("level", "category", pl.Series("level", ["a", "b"] * 50), ())
    assert alike([levels, levels]) == ()
