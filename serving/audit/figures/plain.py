"""What several figures need: windows in days, the latest versions of revised rows, spans of time."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from serving.audit.account_rows import KnownRows, Row, at

Figure = Callable[[KnownRows], float | None]
"""Recomputes a figure; None where the rows do not support one."""

DAY = timedelta(days=1)
MONTH = DAY * (365.25 / 12)


def last_days(known: KnownRows, table: str, event: str, n: int) -> list[Row]:
    """Rows whose event lies within the n days before the moment."""
    begin = known.as_of - n * DAY
    return [row for row in known.happened(table) if at(row[event]) >= begin]


def by_event(rows: Iterable[Row], event: str, *, corrected: bool = True) -> list[Row]:
    """One row an event by rising event: the version learned last, or the one learned first."""
    chosen: dict[date, Row] = {}
    for row in sorted(rows, key=lambda row: row["known_at"], reverse=not corrected):
        chosen[row[event]] = row
    return [chosen[moment] for moment in sorted(chosen)]


def age(known: KnownRows, moment: date, unit: timedelta) -> float:
    """Time from a moment to that of observation."""
    return (known.as_of - at(moment)) / unit


def share(part: float, whole: float) -> float | None:
    """A ratio, none where there is nothing to divide by."""
    return part / whole if whole > 0 else None


def mean(values: Sequence[float]) -> float | None:
    """The mean, none of no values."""
    return sum(values) / len(values) if values else None


def average_level(steps: Sequence[tuple[datetime, float]], begin: datetime, end: datetime) -> float | None:
    """The mean over time of a level that stays until the next step, from the first step on."""
    if not steps:
        return None
    total, seconds = 0.0, 0.0
    for (start, level), until in zip(steps, [*(moment for moment, _ in steps[1:]), end], strict=True):
        lasted = max(0.0, (until - max(start, begin)).total_seconds())
        total, seconds = total + level * lasted, seconds + lasted
    return total / seconds if seconds else steps[-1][1]
