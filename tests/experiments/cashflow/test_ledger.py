"""The ledger, recomputed from bills, payments and plans by plain loops."""

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from experiments.cashflow.config import BURN_IN
from experiments.cashflow.emit.tables import account_tables
from experiments.cashflow.simulation import Trajectories
from tests.experiments.cashflow.conftest import CONFIG

Row = dict[str, Any]
FIRST_DAY = CONFIG.month_start(BURN_IN)


@pytest.fixture(scope="module")
def tables(factual: Trajectories) -> dict[str, pl.DataFrame]:
    return account_tables(factual)


@pytest.fixture(scope="module")
def young(tables: dict[str, pl.DataFrame]) -> list[int]:
    """Accounts of which the tables show everything."""
    return tables["accounts"].filter(pl.col("opened_on") >= FIRST_DAY)["account_id"].to_list()


def by_account(frame: pl.DataFrame) -> dict[int, list[Row]]:
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        rows[row["account_id"]].append(row)
    return rows


def fen(value: float) -> int:
    return round(100 * value)


def status(bills: list[Row], payments: list[Row], day: date) -> int:
    """Days past due at the end of a day: minimum amounts are settled oldest first."""
    owed: list[list[Any]] = []
    for bill in (b for b in bills if b["statement_on"] < day):
        arrears = sum(fen_owed for _, fen_owed in owed)
        owed.append([bill["due_on"], max(0, fen(bill["minimum_due_cny"]) - arrears)])
        for paid in payments:
            if paid["statement_on"] != bill["statement_on"] or paid["paid_at"].date() > day:
                continue
            rest = fen(paid["amount_cny"])
            for item in owed:
                used = min(rest, item[1])
                item[1], rest = item[1] - used, rest - used
        owed = [item for item in owed if item[1] > 0]
    late = [item[0] for item in owed if item[0] < day]
    return max([(day - due).days for due in late], default=0)


def test_month_end_status_follows_from_bills_and_payments(
    tables: dict[str, pl.DataFrame], young: list[int]
) -> None:
    bills, payments = by_account(tables["statements"]), by_account(tables["repayments"])
    seen = by_account(tables["delinquency"])
    overdue = 0
    for account in young:
        for row in seen[account]:
            expected = status(bills[account], payments[account], row["month_end"])
            if expected <= 150:  # a credit balance or the write-off ends a case later on
                assert row["days_past_due"] == expected, (account, row["month_end"])
            overdue += expected > 0
    assert overdue > 20


def test_what_is_due_and_the_instalments_to_come_make_the_balance(
    tables: dict[str, pl.DataFrame], young: list[int]
) -> None:
    bills, plans = by_account(tables["statements"]), by_account(tables["instalment_plans"])
    with_plans = 0
    for account in young:
        days = [bill["statement_on"] for bill in bills[account]]
        for bill in bills[account]:
            to_come = 0
            for plan in plans[account]:
                if plan["started_on"] <= bill["statement_on"]:
                    billed = sum(plan["started_on"] <= day <= bill["statement_on"] for day in days)
                    parts, amount = plan["instalments"], fen(plan["amount_cny"])
                    to_come += amount - amount // parts * billed if billed < parts else 0
            due = fen(bill["due_cny"])
            if fen(bill["balance_cny"]) > to_come:
                assert due + to_come == fen(bill["balance_cny"]), (account, bill["statement_on"])
            with_plans += to_come > 0
    assert with_plans > 50


def test_bills_come_on_the_own_day_and_are_due_twenty_days_later(tables: dict[str, pl.DataFrame]) -> None:
    bills = tables["statements"].with_columns(day=pl.col("statement_on").dt.day())
    assert bills.group_by("account_id").agg(pl.col("day").n_unique())["day"].max() == 1
    assert bills["day"].min() == 1
    assert bills["day"].max() == 28
    assert ((bills["due_on"] - bills["statement_on"]).dt.total_days() == 20).all()
    assert (bills["minimum_due_cny"] <= bills["due_cny"]).all()


def test_nobody_pays_more_than_is_due_or_towards_a_later_bill(tables: dict[str, pl.DataFrame]) -> None:
    bills, keys = tables["statements"], ["account_id", "statement_on"]
    paid = tables["repayments"].join(bills, on=keys)
    total = paid.group_by(keys).agg(pl.col("amount_cny").sum(), pl.col("due_cny").first())
    assert (total["amount_cny"] <= total["due_cny"] + 0.005).all()
    assert (paid["paid_at"].dt.date() > paid["statement_on"]).all()
    late = paid.filter(pl.col("paid_at").dt.date() > pl.col("due_on"))
    assert 0.01 < late.height / paid.height < 0.2
    assert tables["repayments"]["paid_at"].dt.hour().n_unique() > 12


def test_nothing_is_bought_on_credit_while_a_bill_is_overdue(factual: Trajectories) -> None:
    orders = factual.events.orders[factual.events.orders["on_credit"] == 1]
    month = np.searchsorted(
        [CONFIG.day_index(CONFIG.month_start(t)) for t in range(CONFIG.span)], orders["day"], side="right"
    )
    later = month < CONFIG.span
    overdue = factual.months["dpd"][orders["row"][later], month[later]] > 60
    assert overdue.sum() == 0
