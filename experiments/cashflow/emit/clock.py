"""Days and months as moments, and the random draws of what is observed, apart from those of what happens."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.cashflow import kernels
from experiments.cashflow.config import BURN_IN, LOOKAHEAD, CashflowConfig
from experiments.cashflow.simulation import Trajectories
from features.arrays import Bools, Floats, Ints
from features.calendar import DAY

HOUR = DAY // 24
SECOND = DAY // 86_400
NEVER = int(np.iinfo(np.int64).min)


@dataclass(frozen=True)
class Clock:
    """Start of every simulated day and month, in microseconds since 1970."""

    config: CashflowConfig

    @cached_property
    def origin(self) -> int:
        """First instant of day 0."""
        return int(np.datetime64(self.config.month_start(0), "us").astype(np.int64))

    @cached_property
    def starts(self) -> Ints:
        """(T + 1,) first instant of each month."""
        days = [self.config.month_start(t) for t in range(self.config.span + LOOKAHEAD + 1)]
        return np.array(days, dtype="datetime64[us]").astype(np.int64)

    @cached_property
    def first_shown(self) -> int:
        """First day that the tables show."""
        return self.config.day_index(self.config.month_start(BURN_IN))

    @cached_property
    def shown_until(self) -> int:
        """First instant after the last month simulated."""
        return int(self.starts[self.config.span])

    def day(self, index: NDArray[np.integer]) -> Ints:
        """First instant of days."""
        return np.asarray(self.origin + index.astype(np.int64) * DAY)

    def month_of(self, at: Ints) -> Ints:
        """Month of the simulation of each moment."""
        return np.asarray(np.searchsorted(self.starts, at, side="right") - 1)


@dataclass(frozen=True)
class Cells:
    """Some account-months, with their keys.

    Attributes:
        row: (k,) row of the account.
        month: (k,) month of the simulation.
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
    """The account-months where `mask` (n, T) holds, accounts in order and months within them."""
    row, month = np.nonzero(mask)
    keys = kernels.account_keys(trajectories.config.seed, trajectories.accounts)
    return Cells(row, month, trajectories.accounts[row], keys[row])


def everyone(trajectories: Trajectories) -> Cells:
    """One cell an account, for draws that are made once."""
    return pick(trajectories, np.ones((len(trajectories.accounts), 1), bool))


def months(trajectories: Trajectories) -> Ints:
    """(T,) months of the simulation."""
    return np.arange(trajectories.config.span)


def moments(microseconds: Ints) -> pl.Series:
    """Microseconds as moments; the smallest integer stands for none."""
    raw = pl.Series(microseconds.astype(np.int64))
    return raw.set(raw == NEVER, None).cast(pl.Datetime("us"))


def dates(microseconds: Ints) -> pl.Series:
    """Microseconds at midnight as dates."""
    return moments(microseconds).cast(pl.Date)


def yuan(fen: Floats) -> Floats:
    """Fen to CNY, rounded to the nearest representable cent."""
    return np.asarray(np.round(fen) / 100.0)
