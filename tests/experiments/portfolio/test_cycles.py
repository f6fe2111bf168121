"""Where the cycles of an account stand at a moment, against the bills that the tables show."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from experiments.portfolio.config import BURN_IN, SimulationConfig
from experiments.portfolio.cycles import ObservedCycles, observed_cycles
from experiments.portfolio.simulation import Trajectories
from tests.scalars import scalar

TICK = timedelta(microseconds=1)


def at(config: SimulationConfig, account: int, moment: datetime) -> ObservedCycles:
    as_of = np.array([moment], "M8[us]").astype(np.int64)
    return observed_cycles(config, np.array([account]), as_of)


def test_a_cycle_begins_the_day_after_a_bill_and_ends_with_the_next(
    config: SimulationConfig, tables: dict[str, pl.DataFrame]
) -> None:
    bills = tables["statements"].filter(pl.col("account_id") <= 40).sample(200, seed=1)
    for account, billed, due in bills.select("account_id", "statement_on", "due_on").iter_rows():
        begins = datetime(billed.year, billed.month, billed.day) + timedelta(days=1)
        before, now = at(config, account, begins - TICK), at(config, account, begins)
        month = config.month_index(date(billed.year, billed.month, 1))
        assert now.in_progress[0] == now.unsettled[0] == month
        assert before.in_progress[0] == month - 1
        assert now.following[0] == month + 1
        over = datetime(due.year, due.month, due.day) + timedelta(days=1)
        assert at(config, account, over - TICK).unsettled[0] == month
        assert at(config, account, over).unsettled[0] == month + 1


def test_every_account_bills_once_a_month_on_a_day_of_its_own(tables: dict[str, pl.DataFrame]) -> None:
    bills = tables["statements"].with_columns(day=pl.col("statement_on").dt.day())
    assert bills.group_by("account_id").agg(pl.col("day").n_unique())["day"].max() == 1
    assert set(bills["day"]) == set(range(1, 29))
    gap = bills.sort("account_id", "statement_on").select(
        pl.col("statement_on").diff().over("account_id").dt.total_days()
    )
    assert set(gap.to_series().drop_nulls()) == {28, 29, 30, 31}
    wait = (bills["due_on"] - bills["statement_on"]).dt.total_days()
    assert scalar(wait.min(), int) == 10
    assert scalar(wait.max(), int) == 24
    assert bills.select("account_id", wait=wait).unique().height == bills["account_id"].n_unique()


def test_the_tables_show_whole_calendar_months(
    config: SimulationConfig, tables: dict[str, pl.DataFrame], trajectories: Trajectories
) -> None:
    first, end = config.month_start(BURN_IN), config.month_start(config.span)
    for table, column in (("statements", "statement_on"), ("orders", "placed_at"), ("repayments", "paid_at")):
        days = tables[table][column].cast(pl.Date)
        assert first <= scalar(days.min(), date) < first + timedelta(days=3), table
        assert scalar(days.max(), date) >= end - timedelta(days=4), table
        assert scalar(tables[table]["known_at"].max(), datetime) < datetime(end.year, end.month, 1), table
    assert (trajectories.people["bill_day"] >= 1).all()
