"""Calendar arithmetic on moments: whole months, and the month that a moment lies in."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
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
