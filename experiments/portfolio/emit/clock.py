"""Months as moments, and the random draws of what is observed, apart from those of what happens."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.portfolio import kernels
from experiments.portfolio.config import BURN_IN, SimulationConfig
from experiments.portfolio.economy import LOOKAHEAD_MONTHS
from experiments.portfolio.simulation import Trajectories
from features.arrays import Bools, Floats, Ints
from features.calendar import DAY

HOUR = DAY // 24


@dataclass(frozen=True)
class Clock:
    """Start and end of every simulated month, in microseconds since 1970."""

    config: SimulationConfig

    @cached_property
    def starts(self) -> Ints:
        """(T + 1,) first instant of each month."""
        days = [self.config.month_start(t) for t in range(self.config.span + LOOKAHEAD_MONTHS + 1)]
        return np.array(days, dtype="datetime64[us]").astype(np.int64)

    @cached_property
    def shown_from(self) -> int:
        """First instant of the first month shown."""
        return int(self.starts[BURN_IN])

    @cached_property
    def last_days(self) -> Ints:
        """(T,) midnight at which the last day of each month begins."""
        return np.asarray(self.starts[1:] - DAY)

    @cached_property
    def shown_until(self) -> int:
        """First instant after the last month simulated."""
        return int(self.starts[self.config.span])


@dataclass(frozen=True)
class Cells:
    """Some account-months picked from a `Trajectories`, with their keys.

    Attributes:
        row: (k,) row of the account.
        month: (k,) month of the world.
        account: (k,) account number.
        key: (k,) random key of the account.
    """

    row: Ints
    month: Ints
    account: Ints
    key: NDArray[np.uint64]

    def where(self, kept: Bools) -> "Cells":
        """Those of them that are kept, (k,) flags."""
        return Cells(self.row[kept], self.month[kept], self.account[kept], self.key[kept])

    def uniform(self, stream: int, k: int = 0) -> Floats:
        """(k,) draws in (0, 1) of an observation stream."""
        return np.asarray(kernels.uniforms(self.key, self.month, 100 + stream, k))


def pick(trajectories: Trajectories, mask: Bools) -> Cells:
    """The account-months where `mask` (n, m) holds, accounts in order and months within them."""
    row, column = np.nonzero(mask)
    keys = kernels.account_keys(trajectories.config.seed, trajectories.accounts)
    return Cells(row, column + trajectories.start, trajectories.accounts[row], keys[row])


def cycle_start(trajectories: Trajectories, clock: Clock, row: Ints, cycle: Ints) -> Ints:
    """(k,) first instant of an account's cycle, the day after a bill; see `cycles`."""
    return np.asarray(clock.starts[cycle] + trajectories.people["bill_day"][row] * DAY)


def open_before(trajectories: Trajectories) -> Bools:
    """(n, m) months that the tables show, of accounts opened in an earlier month that is held."""
    months = trajectories.start + np.arange(trajectories.months.shape[1])
    return np.asarray(
        (months >= BURN_IN)
        & (months > trajectories.people["opened"][:, None])
        & (months > trajectories.start)
    )


def arrival(trajectories: Trajectories, table: str, at: Ints) -> Ints:
    """(k,) when the lender learns of what happened `at`, by the delay of the table's feed."""
    hours = float(getattr(trajectories.config.parameters.feeds, table))
    return np.asarray(at + round(hours * HOUR))


def moments(microseconds: Ints) -> pl.Series:
    """Microseconds as moments; the smallest integer stands for none."""
    raw = pl.Series(microseconds.astype(np.int64))
    return raw.set(raw == np.iinfo(np.int64).min, None).cast(pl.Datetime("us"))


def dates(microseconds: Ints) -> pl.Series:
    """Microseconds at midnight as dates."""
    return moments(microseconds).cast(pl.Date)


NEVER = int(np.iinfo(np.int64).min)


def yuan(fen: Floats) -> Floats:
    """Fen to CNY, rounded to the nearest representable cent."""
    return np.asarray(np.round(fen) / 100.0)
