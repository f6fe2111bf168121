"""Rows for the files: drawn from two public credit files, their numbers moved a little."""

import polars as pl
from numpy.random import Generator

from features import paths
from features.errors import DataError

TAIWAN = "uci_taiwan/UCI_Credit_Card.csv"
LOANS = "credit_data/credit_data.csv"
MONTHS = ("sep", "aug", "jul", "jun", "may", "apr")
"""Months of the Taiwanese file, the latest first."""
SPREAD = 0.1
"""Standard deviation of the logarithm of the factor that a number is multiplied by."""
CODED = 12
"""Numbers of fewer different values are classes or counts, which stay as they are."""


def taiwan() -> pl.DataFrame:
    """Card holders with six months of repayment states, bills and payments; `bad` is the outcome (0, 1).

    States and bills below 0 count as 0. Columns are named by their month, so each is a theme of its own.
    """
    frame = _read(TAIWAN).drop("ID").rename({"default.payment.next.month": "bad", "LIMIT_BAL": "limit"})
    lagged = [
        column.clip(0).alias(f"{name}_{month}")
        for i, month in enumerate(MONTHS, start=1)
        for name, column in (
            ("late", pl.col(f"PAY_{0 if i == 1 else i}")),
            ("bill", pl.col(f"BILL_AMT{i}")),
            ("paid", pl.col(f"PAY_AMT{i}")),
        )
    ]
    return frame.select("limit", "SEX", "EDUCATION", "MARRIAGE", "AGE", *lagged, "bad")


def loans() -> pl.DataFrame:
    """Applications for loans; `bad` is the outcome (0, 1)."""
    frame = _read(LOANS).drop("rownames").with_columns(bad=(pl.col("Status") == "bad").cast(pl.Int64))
    return frame.drop("Status")


def resampled(frame: pl.DataFrame, n: int, rng: Generator) -> pl.DataFrame:
    """N rows drawn with repetition, each number but classes and counts moved by a random factor."""
    rows = frame[rng.integers(0, frame.height, n)]
    return rows.with_columns(
        _moved(column, rng)
        for column in rows.iter_columns()
        if column.dtype.is_numeric() and column.n_unique() >= CODED
    )


def _moved(column: pl.Series, rng: Generator) -> pl.Series:
    moved = column.cast(pl.Float64) * rng.lognormal(0.0, SPREAD, len(column))
    return moved.round().cast(pl.Int64).alias(column.name)


def _read(name: str) -> pl.DataFrame:
    path = paths.raw(name)
    if not path.is_file():
        raise DataError(f"{path} is missing: set HEADROOM_DATA to the folder that {name} lies under")
    return pl.read_csv(path, null_values=["NA", ""])
