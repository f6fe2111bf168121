"""Packed rows, readable as data frames and as plain arrays for the engine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import polars as pl

from features.arrays import NULL, Floats, Ints
from features.contract.registry import TABLES
from features.store.codec import columns_of, decode, place_of, schema_of
from features.tables import Tables


@dataclass(frozen=True)
class PackedFrames(Mapping[str, pl.DataFrame]):
    """Some tables as matrices; a data frame is made only of a table that is asked for as one.

    Attributes:
        matrices: (n, c) rows by table, of every table that the data set has.
        texts: texts by code.
        hashes: hash of each text.
    """

    matrices: Mapping[str, Ints]
    texts: pl.Series
    hashes: Ints
    _frames: dict[str, pl.DataFrame] = field(default_factory=dict)

    def __getitem__(self, table: str) -> pl.DataFrame:
        if table not in self._frames:
            self._frames[table] = decode(self.matrices[table], table, self.texts)
        return self._frames[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self.matrices)

    def __len__(self) -> int:
        return len(self.matrices)

    def __contains__(self, table: object) -> bool:
        return table in self.matrices

    def height(self, table: str) -> int:
        """Rows of a table, 0 when it is absent."""
        packed = self.matrices.get(table)
        return 0 if packed is None else len(packed)

    def array(self, table: str, column: str) -> Ints | Floats:
        """A column as the engine reads it: int64, or float64 for real numbers."""
        packed = self.matrices[table][:, place_of(table, column)]
        dtype = schema_of(table)[column]
        if dtype == pl.Float64:
            return np.ascontiguousarray(packed).view(np.float64)
        if dtype == pl.String:
            known = packed != NULL
            return np.where(known, self.hashes[np.where(known, packed, 0)], NULL) if len(packed) else packed
        return np.ascontiguousarray(packed)


def known_rows(tables: Tables, as_of: datetime) -> Tables:
    """The stored rows of an account that were known before a moment, read in the same way.

    Args:
        tables: as `AccountStore.tables` gives them.
        as_of: the moment.
    """
    frames = tables.frames
    assert isinstance(frames, PackedFrames), "only stored rows are packed"
    moment = int(np.datetime64(as_of, "us").astype(np.int64))
    known = {table: known_before(rows, table, moment) for table, rows in frames.matrices.items()}
    return Tables(PackedFrames(known, frames.texts, frames.hashes))


def known_before(packed: Ints, table: str, as_of: int) -> Ints:
    """The rows known before a moment, with what is revealed only later blanked out."""
    names = columns_of(table)
    kept = packed[packed[:, names.index("known_at")] < as_of]
    for column in TABLES[table].revealed:
        place = names.index(column)
        kept[kept[:, place] >= as_of, place] = NULL
    return kept
