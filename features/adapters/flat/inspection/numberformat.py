"""The decimal mark and thousands separator of a file, told from its values."""

from collections.abc import Iterator

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


def number_format_of(frame: pl.DataFrame, separator: str) -> tuple[NumberFormat, tuple[str, ...]]:
    """The format in which most values are numbers.

    In a file separated by semicolons, `1,234` is more likely a decimal comma: programs write semicolons where
    the comma is the decimal mark.

    Args:
        frame: text columns.
        separator: of the file.

    Returns:
        The format, and columns that another format would read as other numbers.
    """
    known = [frame[name].head(SAMPLE).drop_nulls().unique() for name in frame.columns]
    marked = [column.filter(column.str.contains(r"\d[.,' \u00A0\u202F’]|[.,]\d")) for column in known]
    texts = [column for column in marked if len(column)]
    scores = {found: sum(_explained(texts, found)) for found in FORMATS}
    order = [NumberFormat(","), *FORMATS] if separator == ";" else FORMATS
    best = max(order, key=lambda found: scores[found])
    return best, tuple(_ambiguous(texts, best, scores))


def _explained(texts: list[pl.Series], found: NumberFormat) -> Iterator[float]:
    for column in texts:
        share = float(column.str.contains(found.pattern).mean())  # type: ignore[arg-type]
        yield share if share >= MOSTLY else 0.0


def _ambiguous(
    texts: list[pl.Series], best: NumberFormat, scores: dict[NumberFormat, float]
) -> Iterator[str]:
    rivals = [
        found for found in FORMATS if found.decimal != best.decimal and scores[found] == scores[best] > 0.0
    ]
    for column in texts:
        if any(column.str.contains(found.pattern).all() for found in rivals):
            yield column.name
