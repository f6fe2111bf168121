"""Consent to a linked source, and the weeks in which its feed fails for an account."""

from dataclasses import dataclass

import numpy as np

from experiments.cashflow.emit.clock import NEVER, Clock, pick
from experiments.cashflow.simulation import Trajectories
from features.arrays import Bools, Ints
from features.calendar import DAY


@dataclass(frozen=True)
class Consent:
    """Consent of n accounts to one source, in microseconds; NEVER = not granted, or not withdrawn.

    Attributes:
        granted: (n,) when it was given.
        revoked: (n,) when it was withdrawn.
    """

    granted: Ints
    revoked: Ints

    def covers(self, rows: Ints, at: Ints) -> Bools:
        """(k,) whether consent holds at these moments."""
        granted, revoked = self.granted[rows], self.revoked[rows]
        return np.asarray((granted != NEVER) & (granted <= at) & ((revoked == NEVER) | (at < revoked)))


@dataclass(frozen=True)
class Outages:
    """Outages of one source's feed by account, in microseconds.

    Attributes:
        start: (n, T) start of the outage that begins in a month, NEVER = none.
        end: (n, T) its end.
        clock: of the simulation.
    """

    start: Ints
    end: Ints
    clock: Clock

    def ends(self, rows: Ints, at: Ints) -> Ints:
        """(k,) when the feed works again at these moments: `at` itself where it does not fail."""
        month, until = self.clock.month_of(at), at.copy()
        for back in range(4):
            column = np.clip(month - back, 0, self.start.shape[1] - 1)
            start, end = self.start[rows, column], self.end[rows, column]
            hit = (start != NEVER) & (start <= at) & (at < end)
            until = np.where(hit, np.maximum(until, end), until)
        return until

    def fails(self, rows: Ints, at: Ints) -> Bools:
        """(k,) whether the feed fails at these moments."""
        return np.asarray(self.ends(rows, at) > at)


def outages(trajectories: Trajectories, clock: Clock, number: int) -> Outages:
    """The outages of the source of this number in the registry."""
    seen = trajectories.config.parameters.observed
    cells = pick(trajectories, np.ones(trajectories.months.shape, bool))
    start = clock.starts[cells.month] + np.floor(cells.uniform(26, number) * 27).astype(np.int64) * DAY
    span = seen.outage_days_high - seen.outage_days_low
    days = seen.outage_days_low + np.floor(span * cells.uniform(27, number))
    start = np.where(cells.uniform(25, number) < seen.outage, start, NEVER)
    end = np.where(start == NEVER, NEVER, start + days.astype(np.int64) * DAY)
    shape = trajectories.months.shape
    return Outages(start.reshape(shape), end.reshape(shape), clock)
