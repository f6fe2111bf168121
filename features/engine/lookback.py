"""The look-back of a feature: the windows that span all that its aggregates read.

The label of a feature's window is derived here from its expression and is stated nowhere else:

- an aggregate reads its window, with one exception: the latest value over all of the past is the state in
  force, and reads nothing before the moment of observation;
- of the windows in days the look-back begins where the earliest begins and ends where the latest ends; of the
  cycles of each clock it has the newest to the oldest event that is counted;
- it is labelled like any window, several joined by `+` (`due:1-3+180d`), `latest` when every aggregate reads
  the state in force, and `` when the feature reads no rows at all.

An aggregate that looks a row up by another one's value (the employer of an account) reads what it is looked
up by in force, so keys change no look-back.
"""

from collections.abc import Collection, Iterable

from features.engine.aggregate import Aggregate, Op
from features.engine.cycles import Cycles
from features.engine.window import ALL, Window

IN_FORCE = Window(0)
"""What the latest value reads: nothing before the moment of observation."""


def window_label(aggregates: Collection[Aggregate]) -> str:
    """The label of the look-back of a feature with these aggregates.

    >>> from features.engine.cycles import due
    >>> from features.engine.window import days_back
    >>> bill = Aggregate("due_bills", Op.LAST, "balance", window=due(1, 3))
    >>> limit = Aggregate("limits", Op.TIME_MEAN, "limit", window=days_back(91, 180))
    >>> window_label([bill]), window_label([bill, limit])
    ('due:1-3', 'due:1-3+d91-180')
    >>> window_label([Aggregate("limits", Op.LAST, "limit")])
    'latest'
    """
    if not aggregates:
        return ""
    read = lookback(aggregates)
    return "latest" if read == (IN_FORCE,) else "+".join(window.label for window in read)


def lookback(aggregates: Collection[Aggregate]) -> tuple[Window | Cycles, ...]:
    """The smallest windows that span what at least one aggregate reads: cycles by clock, then days."""
    read = [_read_by(aggregate) for aggregate in aggregates]
    cycles = _by_clock(window for window in read if isinstance(window, Cycles))
    spans = [window for window in read if isinstance(window, Window)]
    if cycles and set(spans) <= {IN_FORCE}:
        return tuple(cycles)
    return (*cycles, _span(spans))


def _read_by(aggregate: Aggregate) -> Window | Cycles:
    in_force = aggregate.op == Op.LAST and aggregate.window == ALL and aggregate.where is None
    return IN_FORCE if in_force else aggregate.window


def _by_clock(windows: Iterable[Cycles]) -> list[Cycles]:
    found: dict[str, Cycles] = {}
    for w in windows:
        one = found.get(w.clock, w)
        found[w.clock] = Cycles(w.clock, min(w.first, one.first), max(w.last, one.last))
    return [found[clock] for clock in sorted(found)]


def _span(windows: Collection[Window]) -> Window:
    lengths = [window.days for window in windows if window.days is not None]
    everything = len(lengths) < len(windows)
    return Window(None if everything else max(lengths), min(window.end_days for window in windows))
