"""Half-open windows in calendar time, measured back from the moment of observation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import NULL, Ints
from features.calendar import DAY, plus_months


@dataclass(frozen=True)
class Window:
    """The span `[as_of − start, as_of − end)` of event time.

    Months are calendar months: the same day so many months before, the last day of the month when there is
    no such day. The upper end is open, so an event at the very moment of observation lies outside.

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
        """Short name: `90d`, `6m`, `m2` (the second month back), `m4-6`, `all`.

        >>> [window.label for window in (days(90), months(6), month_back(2), months_back(4, 6), ALL)]
        ['90d', '6m', 'm2', 'm4-6', 'all']
        """
        if self.months is None:
            return "all" if not self.end_months else f"before-{self.end_months}m"
        if not self.end_months:
            return f"{self.days}d" if self.days else f"{self.months}m"
        first = self.end_months + 1
        return f"m{first}" if first == self.months else f"m{first}-{self.months}"


ALL = Window(None)
"""All of the past."""


def days(n: int) -> Window:
    """The last n days.

    >>> days(30)
    Window(months=0, days=30, end_months=0)
    """
    return Window(0, n)


def months(n: int) -> Window:
    """The last n calendar months.

    >>> months(6)
    Window(months=6, days=0, end_months=0)
    """
    return Window(n)


def month_back(n: int) -> Window:
    """The n-th calendar month back, 1 being the one that ends at the moment of observation.

    >>> month_back(2)
    Window(months=2, days=0, end_months=1)
    """
    return Window(n, 0, n - 1)


def months_back(first: int, last: int) -> Window:
    """From the first-th to the last-th calendar month back, both included.

    >>> months_back(4, 6)
    Window(months=6, days=0, end_months=3)
    """
    return Window(last, 0, first - 1)


def bounds(moments: Ints, windows: Sequence[Window]) -> tuple[Ints, Ints]:
    """Lower (closed) and upper (open) end of each window at each moment.

    Args:
        moments: (n,) microseconds.
        windows: w windows.

    Returns:
        Both (n, w) microseconds; the lower end is `NULL`, below every event, where a window has none.

    >>> as_of = np.array(["2026-03-31T12:00"], "M8[us]").view(np.int64)
    >>> low, high = bounds(as_of, [months_back(2, 3)])
    >>> print(low.view("M8[us]").astype("M8[m]"), high.view("M8[us]").astype("M8[m]"))
    [['2025-12-31T12:00']] [['2026-02-28T12:00']]
    """
    k = len(windows)
    months_before = np.array([w.months or 0 for w in windows] + [w.end_months for w in windows])
    days_before = np.array([w.days for w in windows] + [0] * k)
    ends = plus_months(moments.reshape(-1, 1), -months_before, sticky=False) - days_before * DAY
    ends[:, :k][:, [w.months is None for w in windows]] = NULL
    return ends[:, :k], ends[:, k:]
