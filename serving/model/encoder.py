"""Encodes features as the numbers that the trees read. Pure: the codes are fitted in training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from features.arrays import Floats
from features.errors import DataError
from features.spec import FeatureCatalogue
from serving.model.types import CategoryEncoder, ModelSpec

NAN = float("nan")
Value = float | str | None


def encode(frame: pl.DataFrame, catalogue: FeatureCatalogue, encoder: CategoryEncoder) -> Floats:
    """(n, f) numbers in the catalogue's order: null → NaN, a level → its position, an unknown level → NaN.

    Raises:
        DataError: a feature is not a column of the frame.
    """
    missing = [name for name in catalogue.names if name not in frame.columns]
    if missing:
        raise DataError(f"features {missing[:5]} are not among the {frame.width} columns to encode")
    codes = np.empty((frame.height, len(catalogue.features)))
    for j, meta in enumerate(catalogue.features):
        category = meta.kind == "category"
        levels = encoder.levels.get(meta.name, ())
        codes[:, j] = _positions(frame[meta.name], levels) if category else _numbers(frame[meta.name])
    return codes


def _numbers(column: pl.Series) -> Floats:
    return np.asarray(column.cast(pl.Float64).fill_null(NAN).to_numpy(), dtype=np.float64)


def _positions(column: pl.Series, levels: Sequence[str]) -> Floats:
    codes = list(range(len(levels)))
    placed = column.replace_strict(list(levels), codes, default=None, return_dtype=pl.Float64)
    return _numbers(placed)


@dataclass(frozen=True)
class RowEncoder:
    """The same encoding for one row at a time, without a frame, which would cost a decision milliseconds."""

    spec: ModelSpec

    @cached_property
    def _plan(self) -> tuple[tuple[str, dict[str, float] | None], ...]:
        levels = self.spec.encoder.levels
        return tuple(
            (meta.name, _codes(levels.get(meta.name, ())) if meta.kind == "category" else None)
            for meta in self.spec.catalogue.features
        )

    def rows(self, rows: Sequence[Mapping[str, Value]]) -> Floats:
        """(n, f) numbers of rows that name every feature; None is absent."""
        codes = np.empty((len(rows), len(self._plan)))
        for i, row in enumerate(rows):
            codes[i] = [_code(row[name], levels) for name, levels in self._plan]
        return codes

    def unknown_levels(self, row: Mapping[str, Value]) -> tuple[str, ...]:
        """Category features whose value is none of the known levels: the model reads them as absent."""
        return tuple(
            name
            for name, levels in self._plan
            if levels is not None and row[name] is not None and row[name] not in levels
        )


def _codes(levels: Sequence[str]) -> dict[str, float]:
    return {level: float(i) for i, level in enumerate(levels)}


def _code(value: Value, levels: dict[str, float] | None) -> float:
    if value is None:
        return NAN
    if levels is None:
        return float(value)
    return levels.get(value, NAN) if isinstance(value, str) else NAN
