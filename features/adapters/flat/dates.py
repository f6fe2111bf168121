"""Dates as a file writes them."""

import polars as pl

FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%Y%m%d",
)
"""Formats that an inspection tries; with both orders possible, day before month."""


FIRST = 200
"""Values that are tried before the whole column is."""


def parsed_dates(text: pl.Series, date_format: str = "") -> pl.Series:
    """Dates of a text column, null where there is none; a time of day after the date is ignored.

    Args:
        text: (n,) text.
        date_format: such as `%d.%m.%Y`; when empty, year, month and day with `-` or `/`.
    """
    if not date_format:
        return text.str.slice(0, 10).str.replace_all("/", "-").str.to_date("%Y-%m-%d", strict=False)
    return text.str.split(" ").list.first().str.split("T").list.first().str.to_date(date_format, strict=False)


def date_format_of(text: pl.Series, *, share: float = 0.98) -> str | None:
    """The format that at least this share of the known values have; None when they are no dates."""
    known = text.drop_nulls()
    for date_format in FORMATS:
        if _share(known.head(FIRST), date_format) >= share and _share(known, date_format) >= share:
            return date_format
    return None


def _share(known: pl.Series, date_format: str) -> float:
    if not len(known):
        return 0.0
    years = parsed_dates(known, date_format).dt.year()
    return int(years.is_between(1900, 2100).sum()) / len(known)
