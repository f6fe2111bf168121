"""Windows that count events in place of days: the last three bills, the last twelve month ends.

A *clock* is a view whose events are counted. Its ticks for an observation are the distinct event times of the
rows that were known and had happened before the moment of observation, newest first: tick 1, tick 2, …. Tick
0 is the moment itself. "The last" is therefore the last one known, on any day of a month and however late the
rows of a feed arrive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

CLOCKS: Mapping[str, str] = MappingProxyType(
    {"issued": "statements", "due": "due_bills", "month_ends": "delinquency"}
)
"""Clocks with a name of their own, and the view that they count; every view is a clock by its own name."""


@dataclass(frozen=True)
class Cycles:
    """The span `[tick last, tick (first − 1))` of event time, which may be read in any view of the same key.

    In the clock's own view these are the first-th to the last-th newest events. With fewer than `last` events
    the span has no lower end; with fewer than `first` it is empty.

    Attributes:
        clock: a name of `CLOCKS`, or of a view.
        first: newest event, counted from 1.
        last: oldest event.
    """

    clock: str
    first: int
    last: int

    @property
    def view(self) -> str:
        """The view whose events are counted."""
        return CLOCKS.get(self.clock, self.clock)

    @property
    def label(self) -> str:
        """Short name: the clock and which of its events, newest first.

        >>> issued(1, 3).label, due(2).label
        ('issued:1-3', 'due:2')
        """
        return f"{self.clock}:{self.first}" + (f"-{self.last}" if self.last > self.first else "")


def issued(first: int, last: int | None = None) -> Cycles:
    """Of the bills issued and known, the first-th to the last-th newest, by default the first-th alone.

    >>> issued(1, 3)
    Cycles(clock='issued', first=1, last=3)
    """
    return Cycles("issued", first, last or first)


def due(first: int, last: int | None = None) -> Cycles:
    """Of the bills whose due day has passed, the first-th to the last-th newest.

    >>> due(2)
    Cycles(clock='due', first=2, last=2)
    """
    return Cycles("due", first, last or first)


def month_ends(first: int, last: int | None = None) -> Cycles:
    """Of the month ends whose status is known, the first-th to the last-th newest."""
    return Cycles("month_ends", first, last or first)


def known(view: str, first: int, last: int | None = None) -> Cycles:
    """Of the events of a view that are known, the first-th to the last-th newest.

    >>> known("social_security", 1, 12).label
    'social_security:1-12'
    """
    return Cycles(view, first, last or first)
