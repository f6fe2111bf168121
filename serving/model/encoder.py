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
    """(n, f) numbers in the catalogue's order: null → NaN, a level → its code, any other level → its pool's.

    Raises:
        DataError: a feature is not a column of the frame.
    """
    missing = [name for name in catalogue.names if name not in frame.columns]
    if missing:
        raise DataError(f"features {missing[:5]} are not among the {frame.width} columns to encode")
    codes = np.empty((frame.height, len(catalogue.features)))
    for j, meta in enumerate(catalogue.features):
        category = meta.kind == "category"
        column = frame[meta.name]
        codes[:, j] = _of_levels(column, encoder) if category else _numbers(column)
    return codes


def _numbers(column: pl.Series) -> Floats:
    return np.asarray(column.cast(pl.Float64).fill_null(NAN).to_numpy(), dtype=np.float64)


def _of_levels(column: pl.Series, encoder: CategoryEncoder) -> Floats:
    codes, pool = encoder.codes(column.name), encoder.pool(column.name)
    levels, values = (
        pl.Series(list(codes), dtype=pl.String),
        pl.Series(list(codes.values()), dtype=pl.Float64),
    )
    placed = column.cast(pl.String).replace_strict(levels, values, default=pool, return_dtype=pl.Float64)
    return np.where(column.is_null().to_numpy(), NAN, _numbers(placed))


@dataclass(frozen=True)
class RowEncoder:
    """The same encoding for one row at a time, without a frame, which would cost a decision milliseconds."""

    spec: ModelSpec

    @cached_property
    def _plan(self) -> tuple[tuple[str, dict[str, float] | None, float], ...]:
        encoder = self.spec.encoder
        return tuple(
            (
                meta.name,
                encoder.codes(meta.name) if meta.kind == "category" else None,
                encoder.pool(meta.name),
            )
            for meta in self.spec.catalogue.features
        )

    def rows(self, rows: Sequence[Mapping[str, Value]]) -> Floats:
        """(n, f) numbers of rows that name every feature; None is absent."""
        codes = np.empty((len(rows), len(self._plan)))
        for i, row in enumerate(rows):
            codes[i] = [_code(row[name], levels, pool) for name, levels, pool in self._plan]
        return codes

    def unknown_levels(self, row: Mapping[str, Value]) -> tuple[str, ...]:
        """Category features whose value has no code of its own: the model reads the pool's, or absence."""
        return tuple(
            name
            for name, levels, _ in self._plan
            if levels is not None and row[name] is not None and row[name] not in levels
        )


def _code(value: Value, levels: dict[str, float] | None, pool: float) -> float:
    if value is None:
        return NAN
    if levels is None:
        return float(value)
    return levels.get(value, pool) if isinstance(value, str) else NAN
