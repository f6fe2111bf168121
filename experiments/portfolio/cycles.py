"""Billing cycles: which month of the simulation an account is in at a moment.

The simulation goes month by month, and each month of it is one cycle of an account: month t begins on the day
after the account's bill in calendar month t, and ends with the bill of its bill day in the month after. So
every account has a cycle in each month, as long as that month, and bills on the same day of each month. What
happens to a person outside the account (income, employers, other lenders, the economy) stays on the calendar:
month t of it runs from the 1st to the last day.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.population import make_people
from features.arrays import Ints
from features.calendar import DAY, month_number


@dataclass(frozen=True)
class ObservedCycles:
    """Where the cycles of n accounts stand at a moment each, as months of the simulation; may lie outside.

    Attributes:
        in_progress: (n,) the cycle that the moment lies in; at the moment at which one begins, that one.
        unsettled: (n,) the first cycle whose bill is still to be settled: the one in progress until its due
            day is over, the next one after it. Nine payments in ten are made by the due day, so what was paid
            by then is known, and of a late payment it is taken to be known whether it comes.
    """

    in_progress: Ints
    unsettled: Ints

    @property
    def following(self) -> Ints:
        """(n,) the first cycle that what is done at the moment can change: its limit is set at its start."""
        return self.in_progress + 1


def observed_cycles(config: SimulationConfig, accounts: Ints, as_of: Ints) -> ObservedCycles:
    """The cycles of these accounts at these moments.

    Args:
        config: the simulation.
        accounts: (n,) account numbers, in any order, repeated or not.
        as_of: (n,) moments, microseconds since 1970.
    """
    everyone, index = np.unique(accounts, return_inverse=True)
    people = make_people(config, everyone)[index]
    first = month_number(np.array([config.month_start(0)], "M8[us]").astype(np.int64))
    in_cycle = as_of - people["bill_day"] * DAY
    begun = in_cycle.astype("M8[us]").astype("M8[M]").astype("M8[us]").astype(np.int64)
    current = month_number(in_cycle) - first
    return ObservedCycles(current, current + (in_cycle - begun >= people["due_day"] * DAY))


def microseconds(moments: pl.Series) -> Ints:
    """(n,) moments as microseconds since 1970."""
    return moments.cast(pl.Datetime("us")).cast(pl.Int64).to_numpy()
