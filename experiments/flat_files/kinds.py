"""The six kinds of file, each with what makes it hard."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.random import Generator

from experiments.flat_files import public
from experiments.flat_files.outcomes import drawn

LEVELS = (2_000, 5_000, 9_000, 14_500)
"""Numbers of random levels of the four columns that say nothing."""


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: of the file and of its configuration.
        what: what it is like.
        target: column with the outcome.
        make: its rows.
        write: writes them.
    """

    name: str
    what: str
    target: str
    make: Callable[[Generator], pl.DataFrame]
    write: Callable[[pl.DataFrame, Path], None]


def plain(frame: pl.DataFrame, path: Path) -> None:
    """Commas and decimal points."""
    frame.write_csv(path)


def numbered(frame: pl.DataFrame, path: Path) -> None:
    """A row number in front, whose header is empty."""
    frame.with_row_index("", offset=1).write_csv(path)


def semicolons(frame: pl.DataFrame, path: Path) -> None:
    """Semicolons and decimal commas."""
    frame.write_csv(path, separator=";", decimal_comma=True)


def high_bad_rate(rng: Generator) -> pl.DataFrame:
    """10,000 real cases, 52 % bad; -9 in a whole row or -8 in one column: nothing is known."""
    rows = public.taiwan()
    bad = np.flatnonzero(rows["bad"].to_numpy())
    good = np.flatnonzero(rows["bad"].to_numpy() == 0)
    chosen = np.concatenate([rng.choice(bad, 5_200, replace=False), rng.choice(good, 4_800, replace=False)])
    rows = rows[np.sort(chosen)]
    nothing = pl.Series(rng.random(rows.height) < 0.05)
    codes = [_coded(rows[name], nothing, rng) for name in rows.columns if name != "bad"]
    return pl.DataFrame([*codes, _named(rows["bad"].to_numpy() > 0).alias("Performance")])


def strong_signal(rng: Generator) -> pl.DataFrame:
    """6,000 cases, 20 % bad, which few columns tell nearly perfectly; a tenth of every column is absent."""
    rows = public.resampled(public.loans().drop("bad"), 6_000, rng)
    weights = {"Income": -4.5, "Debt": 2.2, "Seniority": -3.2, "Amount": 3.0, "Price": -1.5, "Time": 2.0}
    bad = drawn(rows, weights, 0.20, rng)
    return _with_gaps(rows, 0.1, rng).with_columns(BAD=pl.Series(bad).cast(pl.Int64))


def empty_header(rng: Generator) -> pl.DataFrame:
    """50,000 cases, 6.7 % bad; the first column has no name."""
    rows = public.resampled(public.taiwan().drop("bad"), 50_000, rng)
    weights = {"late_sep": 1.0, "late_aug": 0.7, "limit": -0.7, "paid_sep": -0.5, "bill_sep": 0.6}
    bad = drawn(rows, weights, 0.067, rng)
    return rows.with_columns(Delinquent=pl.Series(bad).cast(pl.Int64))


def many_levels(rng: Generator) -> pl.DataFrame:
    """50,000 cases, 26 % bad, a weak signal; four columns of thousands of levels that say nothing."""
    rows = public.resampled(public.taiwan().drop("bad"), 50_000, rng)
    bad = drawn(rows, {"late_sep": 0.4, "limit": -0.3, "paid_sep": -0.2}, 0.26, rng)
    noise = [
        pl.Series(f"place{i}", rng.integers(0, n, rows.height)).cast(pl.String).str.pad_start(6, "L")
        for i, n in enumerate(LEVELS, start=1)
    ]
    return rows.with_columns(*noise, default=pl.Series(bad).cast(pl.Int64))


def weak_signal(rng: Generator) -> pl.DataFrame:
    """10,000 cases, 5 % bad, an AUC near 0.74."""
    rows = public.resampled(public.loans().drop("bad"), 10_000, rng)
    weights = {"Income": -0.65, "Debt": 0.3, "Seniority": -0.6, "Amount": 0.5, "Assets": -0.4, "Time": 0.3}
    bad = drawn(rows, weights, 0.05, rng)
    return _with_gaps(rows, 0.03, rng).with_columns(outcome=_named(bad))


def few_cases(rng: Generator) -> pl.DataFrame:
    """1,200 real cases, 26 % bad."""
    rows = public.loans()
    bad = rng.choice(np.flatnonzero(rows["bad"].to_numpy()), 312, replace=False)
    good = rng.choice(np.flatnonzero(rows["bad"].to_numpy() == 0), 888, replace=False)
    chosen = rows[np.sort(np.concatenate([bad, good]))]
    ratio = (pl.col("Amount") / pl.col("Price")).round(3).alias("Share")
    return chosen.with_columns(ratio).rename({"bad": "Ausfall"})


KINDS = (
    Kind("a_high_bad_rate", "10,000 rows, 52 % bad, codes -9 and -8", "Performance", high_bad_rate, plain),
    Kind("b_strong_signal", "6,000 rows, 20 % bad, strong signal", "BAD", strong_signal, plain),
    Kind(
        "c_empty_header", "50,000 rows, 6.7 % bad, first header empty", "Delinquent", empty_header, numbered
    ),
    Kind("d_many_levels", "50,000 rows, 26 % bad, thousands of levels", "default", many_levels, plain),
    Kind("e_weak_signal", "10,000 rows, 5 % bad, weak signal", "outcome", weak_signal, plain),
    Kind("f_semicolons", "1,200 rows, 26 % bad, semicolons", "Ausfall", few_cases, semicolons),
)


def _coded(column: pl.Series, nothing: pl.Series, rng: Generator) -> pl.Series:
    """The column with -9 in rows of which nothing is known, and -8 in 4 % of the others."""
    own = pl.Series(rng.random(len(column)) < 0.04)
    return column.cast(pl.Int64).set(own, -8).set(nothing, -9)


def _with_gaps(rows: pl.DataFrame, share: float, rng: Generator) -> pl.DataFrame:
    gaps = {name: pl.Series(rng.random(rows.height) < share) for name in rows.columns}
    return rows.with_columns(pl.when(~gaps[name]).then(pl.col(name)).alias(name) for name in rows.columns)


def _named(bad: np.ndarray) -> pl.Series:
    return pl.Series(np.where(bad, "Bad", "Good"))
