"""Calendar arithmetic: whole months, month ends, and the month that a moment lies in.

Arrays of moments are microseconds since 1970 in local wall-clock time.
"""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.arrays import Ints

DAY = 86_400_000_000
"""Microseconds in a day."""
MONTH_DAYS = 365.25 / 12
"""Days in a month on average."""


def plus_months(moments: Ints, months: Ints | int, *, sticky: bool = True) -> Ints:
    """Moments moved on by calendar months, back where `months` is negative; the shapes broadcast.

    The day of the month stays, capped at the last day of a shorter month. With `sticky`, the last day of a
    month stays a last day (the end-of-month rule of bond and loan schedules).

    >>> february = np.array(["2026-02-28T12:00"], "M8[us]").view(np.int64)
    >>> plus_months(february, 1).view("M8[us]").astype("M8[m]")
    array(['2026-03-31T12:00'], dtype='datetime64[m]')
    >>> plus_months(february, 1, sticky=False).view("M8[us]").astype("M8[m]")
    array(['2026-03-28T12:00'], dtype='datetime64[m]')
    """
    moment = np.asarray(moments, np.int64).astype("M8[us]")
    day = moment.astype("M8[D]")
    month = moment.astype("M8[M]")
    in_month = (day - month.astype("M8[D]")).astype(np.int64)
    target = month + np.asarray(months, np.int64).astype("m8[M]")
    last = _length(target) - 1
    kept = np.minimum(in_month, last)
    if sticky:
        kept = np.where(in_month == _length(month) - 1, last, kept)
    in_day = (moment - day).astype("m8[us]").astype(np.int64)
    result: Ints = (target.astype("M8[D]").astype(np.int64) + kept) * DAY + in_day
    return result


def _length(month: NDArray[np.datetime64]) -> Ints:
    first = month.astype("M8[D]").astype(np.int64)
    following: Ints = (month + np.timedelta64(1, "M")).astype("M8[D]").astype(np.int64)
    return following - first


def months_back(moments: Ints, as_of: int, most: int) -> Ints:
    """Which month before `as_of` each moment lies in: 0 = the one ending there, `most` = older, −1 = later.

    >>> day = np.array(["2026-01-31", "2026-02-01", "2026-03-01"], "M8[us]").view(np.int64)
    >>> months_back(day, int(day[2]), most=12)
    array([ 1,  0, -1])
    """
    starts = plus_months(np.full(most, as_of), -np.arange(1, most + 1), sticky=False)
    later = np.searchsorted(starts[::-1], moments, side="right")
    return np.where(moments >= as_of, -1, most - later).astype(np.int64)


def month_number(moments: Ints) -> Ints:
    """Calendar months since January 1970.

    >>> month_number(np.array(["1971-02-28"], "M8[us]").view(np.int64))
    array([13])
    """
    return moments.astype("M8[us]").astype("M8[M]").astype(np.int64)


def day_number(moments: Ints) -> Ints:
    """Days since 1 January 1970, rounded down.

    >>> day_number(np.array(["1970-01-03T23:59"], "M8[us]").view(np.int64))
    array([2])
    """
    return moments // DAY


def add_months(moment: datetime, months: int) -> datetime:
    """The same day so many months on; the last day of the month when there is no such day.

    >>> add_months(datetime(2026, 1, 31, 8), 1)
    datetime.datetime(2026, 2, 28, 8, 0)
    """
    start = np.array([moment], "M8[us]").view(np.int64)
    result: datetime = plus_months(start, months, sticky=False).view("M8[us]")[0].item()
    return result


def month_ends(start: datetime, end: datetime) -> list[date]:
    """Month ends in `(start, end]`, a month end counting as midnight of its day.

    >>> month_ends(datetime(2026, 1, 31), datetime(2026, 3, 31))
    [datetime.date(2026, 2, 28), datetime.date(2026, 3, 31)]
    """
    first = start.date().replace(day=1)
    firsts = pl.date_range(first, end.date(), "1mo", eager=True)
    return [d for d in firsts.dt.month_end() if start < datetime(d.year, d.month, d.day) <= end]


def last_full_month_end(last_seen: date) -> date:
    """The last month end at or before a day.

    >>> last_full_month_end(date(2026, 3, 30))
    datetime.date(2026, 2, 28)
    """
    tomorrow = last_seen + timedelta(days=1)
    return tomorrow.replace(day=1) - timedelta(days=1)
