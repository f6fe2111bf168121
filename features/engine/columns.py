"""Contract columns as integer arrays: money in fen, moments in microseconds, null as `NULL`.

Money is converted once, here; everything after is exact integer arithmetic.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import polars as pl

from features.arrays import NULL, Floats, Ints
from features.calendar import DAY
from features.tables import Tables


@runtime_checkable
class ColumnArrays(Protocol):
    """Tables that give a column without making a data frame: moments in microseconds, texts hashed."""

    def height(self, table: str) -> int:
        """Rows of a table, 0 when it is absent."""

    def array(self, table: str, column: str) -> Ints | Floats:
        """A column, int64 with `NULL` or float64 with NaN."""


@dataclass
class ColumnReader:
    """Reads columns of some accounts' tables, each conversion once.

    Attributes:
        tables: the tables; one that is absent reads as having no rows.
    """

    tables: Tables
    _done: dict[tuple[str, str], Ints] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frames = self.tables.frames
        self._arrays = frames if isinstance(frames, ColumnArrays) else None

    def present(self, table: str) -> bool:
        """Whether the data set has the table at all."""
        return table in self.tables.frames

    def height(self, table: str) -> int:
        """Rows of a table, 0 when it is absent."""
        if self._arrays is not None:
            return self._arrays.height(table)
        frame = self.tables.frames.get(table)
        return 0 if frame is None else frame.height

    def moment(self, table: str, column: str) -> Ints:
        """A date or a moment, microseconds; a date is its midnight."""
        return self._numbers(table, column, moments)

    def whole(self, table: str, column: str) -> Ints:
        """A column of whole numbers, or of flags as 0 and 1."""
        return self._numbers(table, column, whole)

    def code(self, table: str, column: str) -> Ints:
        """A number for each distinct text: position in its enumeration, or a 64-bit hash."""
        return self._numbers(table, column, codes)

    def scaled(self, table: str, column: str, scale: int) -> Ints:
        """A real number times `scale`, rounded half to even: 100 turns CNY into fen."""
        key = (table, f"{column}×{scale}")
        if key not in self._done:
            self._done[key] = rounded(self.real(table, column), scale)
        return self._done[key]

    def real(self, table: str, column: str) -> Floats:
        """A column as float64, null as NaN."""
        if not self.height(table):
            return np.empty(0, np.float64)
        if self._arrays is not None:
            return self._arrays.array(table, column).astype(np.float64, copy=False)
        return reals(self.tables.frames[table][column])

    def _numbers(self, table: str, column: str, convert: Callable[[pl.Series], Ints]) -> Ints:
        key = (table, column)
        if key not in self._done:
            self._done[key] = self._read(table, column, convert)
        return self._done[key]

    def _read(self, table: str, column: str, convert: Callable[[pl.Series], Ints]) -> Ints:
        if not self.height(table):
            return np.empty(0, np.int64)
        if self._arrays is not None:
            return self._arrays.array(table, column).astype(np.int64, copy=False)
        return convert(self.tables.frames[table][column])


def rounded(column: Floats, scale: int) -> Ints:
    """Scaled to whole numbers, half to even; NaN becomes `NULL`."""
    known = ~np.isnan(column)
    result = np.full(len(column), NULL, np.int64)
    result[known] = np.rint(column[known] * scale).astype(np.int64)
    return result


def moments(series: pl.Series) -> Ints:
    """Dates or moments in microseconds."""
    if series.dtype == pl.Date:
        days = series.to_numpy().astype("M8[D]").view(np.int64)
        return np.where(days == NULL, NULL, days * DAY)
    return series.to_numpy().astype("M8[us]", copy=False).view(np.int64)


def whole(series: pl.Series) -> Ints:
    """Whole numbers or flags."""
    if series.null_count():
        series = series.cast(pl.Int64).fill_null(NULL)
    return series.to_numpy().astype(np.int64, copy=False)


def reals(series: pl.Series) -> Floats:
    """Real numbers, null as NaN."""
    return series.to_numpy().astype(np.float64, copy=False)


def codes(series: pl.Series) -> Ints:
    """Position in the enumeration, or a 64-bit hash of the text."""
    if isinstance(series.dtype, pl.Enum):
        return whole(series.to_physical())
    hashes = series.hash().to_numpy().view(np.int64)
    return np.where(series.is_null().to_numpy(), NULL, hashes) if series.null_count() else hashes
