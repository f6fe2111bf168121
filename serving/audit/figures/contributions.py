"""What social security and housing fund have in common: a contribution a month."""

from datetime import date

from serving.audit.account_rows import KnownRows, Row, at
from serving.audit.figures.plain import DAY, MONTH, Figure, age


def contributions(known: KnownRows, source: str, n: int | None = None) -> list[Row]:
    """Contributions for the n newest months known, the newest first; all of them without a number."""
    rows = known.happened(source)[::-1] if known.consented(source) else []
    months = sorted({row["month"] for row in rows}, reverse=True)[:n]
    return [row for row in rows if row["month"] in months]


def within_year(known: KnownRows, source: str) -> list[Row]:
    """Contributions for months that began within the last 365 days, the newest first."""
    begin = known.as_of - 365 * DAY
    return [row for row in contributions(known, source) if at(row["month"]) >= begin]


def _number(month: date) -> int:
    return month.year * 12 + month.month


def on_record(source: str) -> Figure:
    """How many months have a contribution."""

    def figure(known: KnownRows) -> float | None:
        months = {_number(row["month"]) for row in contributions(known, source)}
        return float(len(months)) if months else None

    return figure


def missed(source: str, n: int) -> Figure:
    """Months without a contribution between the n newest ones."""

    def figure(known: KnownRows) -> float | None:
        months = {_number(row["month"]) for row in contributions(known, source, n)}
        return float(max(months) - min(months) + 1 - len(months)) if months else None

    return figure


def since_latest(source: str) -> Figure:
    """Days since the first day of the newest month."""

    def figure(known: KnownRows) -> float | None:
        rows = contributions(known, source)
        return age(known, rows[0]["month"], DAY) if rows else None

    return figure


def since_first(source: str) -> Figure:
    """Months since the first month on record."""

    def figure(known: KnownRows) -> float | None:
        rows = contributions(known, source)
        return age(known, rows[-1]["month"], MONTH) if rows else None

    return figure
