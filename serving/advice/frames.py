"""Frames in the shape of the contract's tables, and moments as integer microseconds."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import polars as pl

from features.arrays import Ints
from features.contract.check import empty
from features.contract.registry import TABLES

NEVER = np.iinfo(np.int64).min
"""Stands for no moment in integer microseconds."""


def microseconds(series: pl.Series) -> Ints:
    """Dates or moments as microseconds since 1970."""
    return series.cast(pl.Datetime("us")).to_numpy().astype("M8[us]").view(np.int64)


def moments(values: Ints) -> pl.Series:
    """Microseconds as a column of moments, `NEVER` as null."""
    raw = pl.Series(np.asarray(values, np.int64))
    return raw.set(raw == NEVER, None).cast(pl.Datetime("us"))


def dates(values: Ints) -> pl.Series:
    """Microseconds at midnight as a column of dates."""
    return moments(values).cast(pl.Date)


def contract_frame(table: str, columns: Mapping[str, object]) -> pl.DataFrame:
    """A frame with the columns and types of a table of the contract."""
    return pl.DataFrame(columns).select(
        pl.col(name).cast(dtype) for name, dtype in contract_types(table).items()
    )


@cache
def contract_types(table: str) -> Mapping[str, pl.DataType]:
    """Polars type of every column of a table of the contract."""
    return MappingProxyType(dict(empty(TABLES[table].schema).schema))


def with_plan(frame: pl.DataFrame, plan: Ints) -> pl.DataFrame:
    """Adds the column `plan`, the index of the plan that each row belongs to."""
    return frame.with_columns(plan=pl.Series(np.asarray(plan, np.int64)))


def for_plans(frame: pl.DataFrame, plans: Ints) -> pl.DataFrame:
    """All rows once for each of the plans, with the column `plan`."""
    return with_plan(frame[np.tile(np.arange(frame.height), len(plans))], np.repeat(plans, frame.height))
