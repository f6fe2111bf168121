"""Text columns as typed values: special codes become null, columns become numbers or categories."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from features.adapters.flat.config import FlatConfig, Scalar
from features.errors import DataError
from features.spec import Kind

MOSTLY = 0.8
"""Share of numeric values from which the others are taken for undeclared special codes."""


@dataclass(frozen=True)
class ColumnFinding:
    """A warning or note on a column of the file.

    Attributes:
        level: a `warning` needs review, a `note` states what was done.
        column: the column, or `` for the whole file.
        text: a sentence.
    """

    level: Literal["warning", "note"]
    column: str
    text: str


@dataclass(frozen=True)
class Values:
    """One feature column, ready for the matrix.

    Attributes:
        name: column name.
        kind: number or category.
        series: Float64 or String, null = absent.
        unseen: special codes declared for it alone that never occur.
        absence_of: the column whose special codes it holds; empty for a column of the file.
    """

    name: str
    kind: Kind
    series: pl.Series
    unseen: tuple[str, ...]
    absence_of: str = ""


def equals_any(column: pl.Series, codes: tuple[Scalar, ...]) -> pl.Series:
    """Where a text column holds one of these values: `1`, `1.0` and `"1"` are equal; case matters."""
    texts = [_text(code) for code in codes]
    numbers = [number for code in texts if (number := _number(code)) is not None]
    by_text = column.is_in(pl.Series(texts, dtype=pl.String))
    by_number = column.cast(pl.Float64, strict=False).is_in(pl.Series(numbers, dtype=pl.Float64))
    return (by_text | by_number).fill_null(False)


def _text(code: Scalar) -> str:
    return str(code).lower() if isinstance(code, bool) else str(code)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def convert(column: pl.Series, config: FlatConfig) -> Values:
    """One text column as values.

    Raises:
        DataError: it is declared a number and is not, or its type is unclear.
    """
    about = config.about(column.name)
    unseen = tuple(_text(code) for code in about.missing if not equals_any(column, (code,)).any())
    absent = equals_any(column, (*config.missing, *about.missing))
    known = column.set(absent, None)
    numbers = known.cast(pl.Float64, strict=False).fill_nan(None)
    kind = about.kind or _kind(known, numbers)
    if kind == "category":
        return Values(column.name, kind, known, unseen)
    _all_numbers(known, numbers)
    return Values(column.name, kind, numbers, unseen)


def _kind(known: pl.Series, numbers: pl.Series) -> Kind:
    n_known = known.len() - known.null_count()
    n_numbers = numbers.len() - numbers.null_count() + _not_a_number(known)
    if n_known and n_numbers < n_known and n_numbers >= MOSTLY * n_known:
        raise DataError(
            f"column {known.name}: {n_known - n_numbers} of {n_known} values are not numbers, such as "
            f"{_non_numbers(known, numbers)}; if they are special codes, list them in missing; if the column "
            'is a category, set kind = "category"'
        )
    return "number" if n_numbers == n_known else "category"


def _not_a_number(known: pl.Series) -> int:
    return int(known.str.to_lowercase().is_in(["nan", "-nan"]).sum())


def _all_numbers(known: pl.Series, numbers: pl.Series) -> None:
    others = _non_numbers(known, numbers)
    if others:
        raise DataError(
            f'column {known.name}: kind = "number", but it holds {others}; list them in missing, or set '
            'kind = "category"'
        )
    endless = int(numbers.is_infinite().sum())
    if endless:
        raise DataError(
            f"column {known.name}: {endless} values are infinite; list them in missing or correct them"
        )


def _non_numbers(known: pl.Series, numbers: pl.Series) -> list[str]:
    others = known.filter(numbers.is_null() & ~known.str.to_lowercase().is_in(["nan", "-nan"]))
    return others.drop_nulls().unique(maintain_order=True).head(3).to_list()
