"""Contract columns as integer arrays: money in fen, moments in microseconds, null as `NULL`.

Money is converted once, here; everything after is exact integer arithmetic.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.engine.window import DAY, NULL
from features.tables import Tables

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass
class Reader:
    """Reads columns of some accounts' tables, each conversion once.

    Attributes:
        tables: the tables; one that is absent reads as having no rows.
    """

    tables: Tables
    _done: dict[tuple[str, str], Ints] = field(default_factory=dict)

    @property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        """The tables present."""
        return self.tables.frames

    def height(self, table: str) -> int:
        """Rows of a table, 0 when it is absent."""
        frame = self.frames.get(table)
        return 0 if frame is None else frame.height

    def moment(self, table: str, column: str) -> Ints:
        """A date or a moment, microseconds; a date is its midnight."""
        return self._once(table, column, _moments)

    def whole(self, table: str, column: str) -> Ints:
        """A column of whole numbers."""
        return self._once(table, column, _whole)

    def code(self, table: str, column: str) -> Ints:
        """A number for each distinct text: position in its enumeration, or a 64-bit hash."""
        return self._once(table, column, _codes)

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
        return self.frames[table][column].to_numpy().astype(np.float64, copy=False)

    def flag(self, table: str, column: str) -> Bools:
        """A boolean column without nulls."""
        if not self.height(table):
            return np.empty(0, np.bool_)
        return self.frames[table][column].to_numpy().astype(np.bool_, copy=False)

    def _once(self, table: str, column: str, convert: Callable[[pl.Series], Ints]) -> Ints:
        key = (table, column)
        if key not in self._done:
            empty = not self.height(table)
            self._done[key] = np.empty(0, np.int64) if empty else convert(self.frames[table][column])
        return self._done[key]


def rounded(column: Floats, scale: int) -> Ints:
    """Scaled to whole numbers, half to even; NaN becomes `NULL`."""
    known = ~np.isnan(column)
    result = np.full(len(column), NULL, np.int64)
    result[known] = np.rint(column[known] * scale).astype(np.int64)
    return result


def _moments(series: pl.Series) -> Ints:
    if series.dtype == pl.Date:
        days = series.to_numpy().astype("M8[D]").view(np.int64)
        return np.where(days == NULL, NULL, days * DAY)
    return series.to_numpy().astype("M8[us]", copy=False).view(np.int64)


def _whole(series: pl.Series) -> Ints:
    if series.null_count():
        series = series.cast(pl.Int64).fill_null(NULL)
    return series.to_numpy().astype(np.int64, copy=False)


def _codes(series: pl.Series) -> Ints:
    if isinstance(series.dtype, pl.Enum):
        return _whole(series.to_physical())
    codes = series.hash().to_numpy().view(np.int64)
    return np.where(series.is_null().to_numpy(), NULL, codes) if series.null_count() else codes
