"""The decimal marks and thousands separators of a file, told from its values."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from features.adapters.flat.numbers import NumberFormat

FORMATS = (
    NumberFormat(),
    NumberFormat(".", ","),
    NumberFormat(",", ""),
    NumberFormat(",", "."),
    *(NumberFormat(mark, group) for mark in ".," for group in (" ", "\u00a0", "\u202f", "'", "’")),
)
"""In the order of preference where several explain as much."""
SAMPLE = 20_000
MOSTLY = 0.8


@dataclass(frozen=True)
class FileNumbers:
    """How the numbers of a file are written.

    Attributes:
        common: in most columns.
        own: by column that is written otherwise.
        unclear: columns that another format would read as other numbers, with nothing to tell which is right.
    """

    common: NumberFormat
    own: Mapping[str, NumberFormat]
    unclear: tuple[str, ...]


def numbers_of(frame: pl.DataFrame, separator: str) -> FileNumbers:
    """The format in which most values are numbers, and columns that need another one.

    In a file separated by semicolons, `1,234` is more likely a decimal comma: programs write semicolons where
    the comma is the decimal mark.

    Args:
        frame: text columns.
        separator: of the file.
    """
    known = [frame[name].head(SAMPLE).drop_nulls().unique() for name in frame.columns]
    marked = [column.filter(column.str.contains(r"\d[.,' \u00A0\u202F’]|[.,]\d")) for column in known]
    texts = [column for column in marked if len(column)]
    order = (NumberFormat(","), *FORMATS) if separator == ";" else FORMATS
    shares = {found: [_explained(column, found) for column in texts] for found in FORMATS}
    common = max(order, key=lambda found: sum(shares[found]))
    own = {}
    for i, column in enumerate(texts):
        best = max(order, key=lambda found: shares[found][i])
        if shares[best][i] > shares[common][i] == 0.0:
            own[column.name] = best
    unclear = [column.name for column in texts if column.name not in own and _unclear(column, common, shares)]
    return FileNumbers(common, MappingProxyType(own), tuple(unclear))


def _explained(column: pl.Series, found: NumberFormat) -> float:
    """The share of values that are numbers in a format; 0 where it is too small for a column of numbers."""
    share = float(column.str.contains(found.pattern).mean())  # type: ignore[arg-type]
    return share if share >= MOSTLY else 0.0


def _unclear(column: pl.Series, common: NumberFormat, shares: Mapping[NumberFormat, list[float]]) -> bool:
    """Whether a format with the other decimal mark explains the file as well, and all of this column."""
    rivals = [found for found in FORMATS if found.decimal != common.decimal]
    equal = [found for found in rivals if sum(shares[found]) == sum(shares[common]) > 0.0]
    return any(column.str.contains(found.pattern).all() for found in equal)
