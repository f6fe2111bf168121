"""The tables as a panel: account-by-cycle matrices that every check of the report reads.

Column t is the cycle of month t (`cycles`): it begins on the day after the bill of calendar month t,
holds the end of that month, and ends with the next bill.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.portfolio.config import BURN_IN, SimulationConfig
from features.arrays import Floats, Ints, Ints32, Positions
from features.calendar import DAY
from features.tables import Tables, TableStore

NEEDED = ("accounts", "limit_changes", "statements", "delinquency")
ARMS = {"control": 0, "plus20": 1, "plus50": 2}


@dataclass(frozen=True)
class Panel:
    """n accounts over the m cycles shown.

    Attributes:
        account: (n,) account numbers.
        opened: (n,) cycle of opening, 0 = first month shown, negative before it.
        initial: (n,) initial limit, CNY.
        balance: (n, m) bill, CNY; NaN where there is none.
        dpd: (n, m) days past due at the month end in the cycle, −1 where not open.
        limit: (n, m) fixed limit at the end of the cycle, CNY; NaN where not open.
        raised: (n, m) relative change by policy or request in the month, 0 where none.
        arm: (n, m) test arm set in the month, −1 where none.
    """

    account: Ints
    opened: Ints
    initial: Floats
    balance: Floats
    dpd: Ints32
    limit: Floats
    raised: Floats
    arm: NDArray[np.int8]


def read_panel(store: TableStore, config: SimulationConfig) -> Panel:
    """All buckets of a data set as one panel."""
    parts = [_bucket(store.read(bucket, NEEDED), config) for bucket in store.buckets()]
    names = Panel.__dataclass_fields__
    return Panel(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _bucket(tables: Tables, config: SimulationConfig) -> Panel:
    accounts = tables["accounts"].sort("account_id")
    ids, n, m = accounts["account_id"].to_numpy(), accounts.height, config.n_months
    balance, dpd = np.full((n, m), np.nan), np.full((n, m), -1, np.int32)
    bills, status = tables["statements"], tables["delinquency"]
    later = bills.filter(pl.col("statement_on") >= config.month_start(BURN_IN + 1))
    row, month = _cells(ids, later, "statement_on", config)
    balance[row, month - 1] = later["balance_cny"].to_numpy()
    dpd[_cells(ids, status, "month_end", config)] = status["days_past_due"].to_numpy()
    shift, changes = _bill_days(ids, bills), tables["limit_changes"]
    opened = _month(accounts["opened_on"].cast(pl.Datetime("us")) - shift, config)
    by_cycle = pl.col("effective_at") - shift.gather(_rows(ids, changes))
    initial = accounts["initial_limit_cny"].to_numpy()
    limit, raised, arm = _limits(ids, opened, initial, changes.with_columns(by_cycle), config)
    return Panel(ids, opened, initial, balance, dpd, limit, raised, arm)


def _limits(
    ids: Ints,
    opened: Ints,
    initial: Floats,
    changes: pl.DataFrame,
    config: SimulationConfig,
) -> tuple[Floats, Floats, NDArray[np.int8]]:
    shape = (len(ids), config.n_months)
    raised, arm = np.zeros(shape), np.full(shape, -1, np.int8)
    fixed = changes.filter(pl.col("kind") == "fixed").sort("account_id", "effective_at")
    steps = np.full((len(ids), config.n_months + BURN_IN), np.nan)
    row = _rows(ids, fixed)
    month = _month(fixed["effective_at"], config)
    old, new = fixed["old_limit_cny"].to_numpy(), fixed["new_limit_cny"].to_numpy()
    steps[np.arange(len(ids)), np.clip(opened + BURN_IN, 0, None)] = initial
    steps[row, month + BURN_IN] = new
    inside, tested = month >= 0, (fixed["cause"] == "test").to_numpy()
    policy, test = inside & ~tested, inside & tested
    raised[row[policy], month[policy]] = new[policy] / old[policy] - 1.0
    arms = fixed["test_arm"].replace_strict(ARMS, default=-1, return_dtype=pl.Int8).to_numpy()
    arm[row[test], month[test]] = arms[test]
    return _filled(steps)[:, BURN_IN:], raised, arm


def _filled(values: Floats) -> Floats:
    """The last value that is not NaN, along each row."""
    at = np.where(np.isnan(values), -1, np.arange(values.shape[1]))
    last = np.maximum.accumulate(at, axis=1)
    filled = np.take_along_axis(values, np.maximum(last, 0), axis=1)
    return np.asarray(np.where(last >= 0, filled, np.nan))


def _cells(ids: Ints, frame: pl.DataFrame, column: str, config: SimulationConfig) -> tuple[Positions, Ints]:
    return _rows(ids, frame), _month(frame[column], config)


def _rows(ids: Ints, frame: pl.DataFrame) -> Positions:
    return np.searchsorted(ids, frame["account_id"].to_numpy())


def _bill_days(ids: Ints, bills: pl.DataFrame) -> pl.Series:
    """(n,) from the start of a month to the start of the account's cycle; nothing for one without bills."""
    days = np.zeros(len(ids), np.int64)
    days[_rows(ids, bills)] = bills["statement_on"].dt.day().to_numpy()
    return pl.Series(days * DAY).cast(pl.Duration("us"))


def _month(days: pl.Series, config: SimulationConfig) -> Ints:
    first = config.month_start(BURN_IN)
    index = (days.dt.year().cast(pl.Int64) - first.year) * 12 + days.dt.month().cast(pl.Int64) - first.month
    return index.to_numpy()
