"""Billing cycles: which month of the simulation an account is in at a moment.

The simulation goes month by month, and each month of it is one cycle of an account: month t begins on the day
after the account's bill in calendar month t, and ends with the bill of its bill day in the month after. So
every account has a cycle in each month, as long as that month, and bills on the same day of each month. What
happens to a person outside the account (income, employers, other lenders, the economy) stays on the calendar:
month t of it runs from the 1st to the last day.
"""

import numpy as np
import polars as pl

from experiments.portfolio.config import SimulationConfig
from features.arrays import Ints
from features.calendar import DAY, month_number


def cycle_at(config: SimulationConfig, bill_day: Ints, as_of: Ints) -> Ints:
    """(n,) the cycle in progress, as a month of the simulation; may lie outside of it.

    A change that begins at `as_of` shows from the next cycle on, `cycle_at(…) + 1`: limit and behaviour of a
    cycle are set at its start. At the very moment at which a cycle begins, it is in progress.

    Args:
        config: the simulation.
        bill_day: (n,) days of the month of the accounts' bills.
        as_of: (n,) moments, microseconds since 1970.
    """
    first = np.array([config.month_start(0)], "M8[us]").astype(np.int64)
    return np.asarray(month_number(as_of - bill_day * DAY) - month_number(first))


def microseconds(moments: pl.Series) -> Ints:
    """(n,) moments as microseconds since 1970."""
    return moments.cast(pl.Datetime("us")).cast(pl.Int64).to_numpy()
