"""Rows as matrices of 64-bit numbers, so that one account is read and computed in milliseconds.

Every column of the contract becomes one column of an (n, c) int64 matrix: moments and dates in microseconds,
whole numbers and flags as they are, enumerations by position, texts by their code (see `text_codes`), real
numbers by the bits of their float64. Null is `NULL`, or NaN among real numbers. Nothing is rounded: decoding
gives back the very rows.
"""

import hashlib
from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl

from features.arrays import NULL, Ints
from features.calendar import DAY
from features.contract.check import empty
from features.contract.registry import TABLES
from features.engine.columns import moments, reals, whole

TextEncoder = Callable[[pl.Series], Ints]
"""Gives the codes of a column of texts."""
FORMAT = 2
"""Version of the packed format: raised whenever what is stored, or how, changes."""


@cache
def schema_of(table: str) -> dict[str, pl.DataType]:
    """Column types of a table in the contract's order."""
    return dict(empty(TABLES[table].schema).schema)


@cache
def place_of(table: str, column: str) -> int:
    """Position of a column."""
    return columns_of(table).index(column)


@cache
def columns_of(table: str) -> tuple[str, ...]:
    """Column names of a table in the contract's order."""
    return tuple(schema_of(table))


def layout() -> str:
    """SHA-256 of format, columns and types: packed rows are read only under the layout of their writing."""
    text = f"{FORMAT};" + ";".join(f"{table}:{schema_of(table)}" for table in TABLES)
    return hashlib.sha256(text.encode()).hexdigest()


def encode(frame: pl.DataFrame, table: str, texts: TextEncoder) -> Ints:
    """Rows as an (n, c) matrix.

    Args:
        frame: rows that keep the contract.
        table: its name.
        texts: gives the codes of a column of texts.
    """
    packed = np.empty((frame.height, len(columns_of(table))), np.int64)
    for place, name in enumerate(columns_of(table)):
        packed[:, place] = _numbers(frame[name], texts)
    return packed


def _numbers(series: pl.Series, texts: TextEncoder) -> Ints:
    if isinstance(series.dtype, pl.Enum):
        return whole(series.to_physical())
    if series.dtype in (pl.Date, pl.Datetime):
        return moments(series)
    if series.dtype == pl.String:
        return texts(series)
    if series.dtype == pl.Float64:
        return np.ascontiguousarray(reals(series)).view(np.int64)
    return whole(series)


def decode(packed: Ints, table: str, texts: pl.Series) -> pl.DataFrame:
    """The rows of a matrix, with the contract's types; `texts` by code."""
    schema = schema_of(table)
    columns = zip(schema.items(), packed.T, strict=True)
    return pl.DataFrame([_series(name, dtype, column, texts) for (name, dtype), column in columns])


def _series(name: str, dtype: pl.DataType, column: Ints, texts: pl.Series) -> pl.Series:
    if dtype == pl.Float64:
        return pl.Series(name, np.ascontiguousarray(column).view(np.float64)).fill_nan(None)
    known = column != NULL
    numbers = pl.Series(name, np.where(known, column, 0))
    if not known.all():
        numbers = pl.select(pl.when(pl.Series(known)).then(numbers)).to_series().alias(name)
    if isinstance(dtype, pl.Enum):
        return dtype.categories.gather(numbers).cast(dtype).alias(name)
    if dtype == pl.String:
        return texts.gather(numbers).alias(name)
    if dtype == pl.Date:
        return (numbers // DAY).cast(pl.Int32).cast(pl.Date)
    return numbers.cast(dtype)
