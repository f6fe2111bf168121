"""Half-open windows in calendar time, measured back from the moment of observation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Ints
from features.calendar import DAY

NULL = np.iinfo(np.int64).min
"""The value that stands for null in every integer column of the engine; it is numpy's NaT as well."""


@dataclass(frozen=True)
class Window:
    """The span `[as_of − start, as_of − end)` on a view's event column.

    Months are calendar months: the same day so many months before, the last day of the month when there is
    no such day. The upper end is open, so an event at the very moment of observation is not seen.

    Attributes:
        months: calendar months from its start to the moment of observation, None for all of the past.
        days: days from its start, added to the months.
        end_months: calendar months from its end to the moment of observation.
    """

    months: int | None = 0
    days: int = 0
    end_months: int = 0

    @property
    def label(self) -> str:
        """Short name: `90d`, `6m`, `m2` (the second month back), `m4-6`, `all`."""
        if self.months is None:
            return "all" if not self.end_months else f"before-{self.end_months}m"
        if not self.end_months:
            return f"{self.days}d" if self.days else f"{self.months}m"
        first = self.end_months + 1
        return f"m{first}" if first == self.months else f"m{first}-{self.months}"


ALL = Window(None)


def days(n: int) -> Window:
    """The last n days."""
    return Window(0, n)


def months(n: int) -> Window:
    """The last n calendar months."""
    return Window(n)


def month_back(n: int) -> Window:
    """The n-th calendar month back, 1 being the one that ends at the moment of observation."""
    return Window(n, 0, n - 1)


def months_back(first: int, last: int) -> Window:
    """From the first-th to the last-th calendar month back, both counted in."""
    return Window(last, 0, first - 1)


def shifted(moments: Ints, back_months: Ints, back_days: Ints) -> Ints:
    """Moments moved back by calendar months, then days; the day is capped at the month's last.

    Args:
        moments: (n, 1) microseconds since 1970 in local wall-clock time.
        back_months: (w,) calendar months.
        back_days: (w,) days.

    Returns:
        (n, w) microseconds.
    """
    moment = moments.astype("M8[us]")
    day = moment.astype("M8[D]")
    month = moment.astype("M8[M]")
    in_month = (day - month.astype("M8[D]")).astype(np.int64)
    target = month - back_months.astype("m8[M]")
    first = target.astype("M8[D]").astype(np.int64)
    last = (target + np.timedelta64(1, "M")).astype("M8[D]").astype(np.int64) - first - 1
    in_day = (moment - day).astype("m8[us]").astype(np.int64)
    shifted_day: Ints = (first + np.minimum(in_month, last) - back_days) * DAY + in_day
    return shifted_day


def bounds(moments: Ints, windows: Sequence[Window]) -> tuple[Ints, Ints]:
    """Lower (closed) and upper (open) ends of each window at each moment, both (n, w) microseconds."""
    k = len(windows)
    months_before = np.array([w.months or 0 for w in windows] + [w.end_months for w in windows])
    days_before = np.array([w.days for w in windows] + [0] * k)
    ends = shifted(moments.reshape(-1, 1), months_before, days_before)
    ends[:, :k][:, [w.months is None for w in windows]] = NULL
    return ends[:, :k], ends[:, k:]
