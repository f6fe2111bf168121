"""The moments from which windows are measured, and where each window finds its two ends among them.

An observation has a row of moments: the moment of observation, `NULL` as the end that is open, then the ticks
of every clock that the plan reads, newest first. A window's ends are two of them, each less a number of days;
the loops over rows read them there, so no matrix of window ends is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Ints
from features.calendar import DAY
from features.engine.cycles import Cycles
from features.engine.window import Window

AS_OF, OPEN, N_FIXED = 0, 1, 2
"""Columns of the moments before those of the clocks."""


@dataclass(frozen=True)
class Clock:
    """A clock of a plan.

    Attributes:
        view: name of the view whose events it counts.
        place: column of its newest tick among the moments.
        depth: how many ticks the plan reads.
    """

    view: str
    place: int
    depth: int


def clocks_of(windows: Sequence[Window | Cycles]) -> Mapping[str, Clock]:
    """The clocks that windows read, by view, each with as many ticks as the deepest window needs."""
    depth: dict[str, int] = {}
    for window in windows:
        if isinstance(window, Cycles):
            depth[window.view] = max(depth.get(window.view, 0), window.last)
    places = np.cumsum([N_FIXED, *depth.values()]).tolist()
    return {view: Clock(view, place, n) for (view, n), place in zip(depth.items(), places, strict=False)}


def n_moments(clocks: Mapping[str, Clock]) -> int:
    """How many moments an observation has."""
    return N_FIXED + sum(clock.depth for clock in clocks.values())


def ends(windows: Sequence[Window | Cycles], clocks: Mapping[str, Clock]) -> Ints:
    """Where each window finds its ends, (5, w).

    Returns:
        Rows: column of the lower end, microseconds it lies before it; the same of the upper end; column that
        must not be null for the window to hold anything.
    """
    found = np.array([_ends(window, clocks) for window in windows], np.int64)
    return np.ascontiguousarray(found.reshape(-1, 5).T)


def _ends(window: Window | Cycles, clocks: Mapping[str, Clock]) -> tuple[int, int, int, int, int]:
    if isinstance(window, Window):
        low = (OPEN, 0) if window.days is None else (AS_OF, window.days * DAY)
        return *low, AS_OF, window.end_days * DAY, AS_OF
    before = clocks[window.view].place - 1
    high = AS_OF if window.first == 1 else before + window.first - 1
    return before + window.last, 0, high, 0, before + window.first
