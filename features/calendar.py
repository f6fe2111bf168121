"""Calendar arithmetic: whole months, month ends, and the month that a moment lies in.

Arrays of moments are microseconds since 1970 in local wall-clock time.
"""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.arrays import Ints

DAY = 86_400_000_000


def plus_months(moments: Ints, months: Ints | int, *, sticky: bool = True) -> Ints:
    """Moments moved on by calendar months.

    A month's last day stays a last day when `sticky`; any other day is capped at the target month's last.
    """
    moment = np.asarray(moments, np.int64).astype("M8[us]")
    day = moment.astype("M8[D]")
    month = moment.astype("M8[M]")
    in_month = (day - month.astype("M8[D]")).astype(np.int64)
    length = _length(month)
    target = month + np.asarray(months, np.int64).astype("m8[M]")
    last = _length(target) - 1
    at_end = (in_month == length - 1) & sticky
    kept = np.where(at_end, last, np.minimum(in_month, last))
    in_day = (moment - day).astype("m8[us]").astype(np.int64)
    result: Ints = (target.astype("M8[D]").astype(np.int64) + kept) * DAY + in_day
    return result


def _length(month: NDArray[np.datetime64]) -> Ints:
    first = month.astype("M8[D]").astype(np.int64)
    following: Ints = (month + np.timedelta64(1, "M")).astype("M8[D]").astype(np.int64)
    return following - first


def months_back(moments: Ints, as_of: int, most: int) -> Ints:
    """Which calendar month before `as_of` each moment lies in: 0 = the one ending there, `most` = older."""
    starts = plus_months(np.full(most, as_of), -np.arange(1, most + 1), sticky=False)
    later = np.searchsorted(starts[::-1], moments, side="right")
    return np.where(moments >= as_of, -1, most - later).astype(np.int64)


def add_months(moment: datetime, months: int) -> datetime:
    """The same day so many months on; the last day of the month when there is no such day."""
    shifted = pl.Series([moment], dtype=pl.Datetime("us")).dt.offset_by(f"{months}mo")[0]
    assert isinstance(shifted, datetime)
    return shifted


def month_ends(start: datetime, end: datetime) -> list[date]:
    """Month ends in `(start, end]`, a month end counting as midnight of its day."""
    first = start.date().replace(day=1)
    firsts = pl.date_range(first, end.date(), "1mo", eager=True)
    return [d for d in firsts.dt.month_end() if start < datetime(d.year, d.month, d.day) <= end]


def last_full_month_end(last_seen: date) -> date:
    """The last month end at or before a day."""
    tomorrow = last_seen + timedelta(days=1)
    return tomorrow.replace(day=1) - timedelta(days=1)
