"""The look-back of a feature: the one window that spans all that its aggregates read.

The label of a feature's window is derived here from its expression and is stated nowhere else:

- an aggregate reads its window, with one exception: the latest value over all of the past is the state in
  force, and reads nothing before the moment of observation;
- the look-back begins where the earliest of these windows begins and ends where the latest of them ends;
- it is labelled like any window, `latest` when every aggregate reads the state in force, and `` when the
  feature reads no rows at all.

An aggregate that looks a row up by another one's value (the employer of an account) reads what it is looked
up by in force, so keys change no look-back. Months and days are compared at the mean length of a month.
"""

from collections.abc import Collection

from features.calendar import MONTH_DAYS
from features.engine.aggregate import Aggregate, Op
from features.engine.window import ALL, Window

IN_FORCE = Window(0)
"""What the latest value reads: nothing before the moment of observation."""


def window_label(aggregates: Collection[Aggregate]) -> str:
    """The label of the look-back of a feature with these aggregates.

    >>> from features.engine.window import months, months_back
    >>> bill = Aggregate("statements", Op.LAST, "balance", window=months_back(4, 6))
    >>> window_label([bill]), window_label([bill, Aggregate("limits", Op.LAST, "limit")])
    ('m4-6', '6m')
    >>> window_label([Aggregate("limits", Op.LAST, "limit")])
    'latest'
    """
    if not aggregates:
        return ""
    read = lookback(aggregates)
    return "latest" if read == IN_FORCE else read.label


def lookback(aggregates: Collection[Aggregate]) -> Window:
    """The smallest window that spans what at least one aggregate reads."""
    windows = [_read_by(aggregate) for aggregate in aggregates]
    earliest = max(windows, key=_days_back)
    return Window(earliest.months, earliest.days, min(window.end_months for window in windows))


def _read_by(aggregate: Aggregate) -> Window:
    in_force = aggregate.op == Op.LAST and aggregate.window == ALL and aggregate.where is None
    return IN_FORCE if in_force else aggregate.window


def _days_back(window: Window) -> float:
    return float("inf") if window.months is None else window.months * MONTH_DAYS + window.days
