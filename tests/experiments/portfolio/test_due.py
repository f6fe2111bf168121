"""What of a bill is due, against the instalment plans, the payments and the next bill in the tables."""

import polars as pl
import pytest

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.parameters import Parameters
from experiments.portfolio.simulation import Trajectories
from tests.experiments.portfolio.test_ledger import bill_days, fen, later_bills
from tests.scalars import number

Frames = dict[str, pl.DataFrame]


def month_number(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64)


def by_bill(tables: Frames) -> pl.DataFrame:
    """Every bill with what its account's plans still owe: in all, and not before a later bill.

    A plan of n parts puts one part on each bill from the first after its start; the last takes the remainder.
    """
    plans = tables["instalment_plans"].join(bill_days(tables), on="account_id")
    started, amount = pl.col("started_on"), fen("amount_cny")
    first = month_number(started) + (started.dt.day() > pl.col("bill_day"))
    plans = plans.select("account_id", "instalments", first=first, amount=amount)
    bills = tables["statements"].select(
        "account_id", "statement_on", number=month_number(pl.col("statement_on"))
    )
    billed = pl.col("number") - pl.col("first")
    part, n = pl.col("amount") // pl.col("instalments"), pl.col("instalments")
    left = pl.col("amount") - part * billed
    pairs = bills.join(plans, on="account_id").filter((billed >= 0) & (billed < n))
    later = pl.when(billed + 1 < n).then(left - part).otherwise(0)
    sums = pairs.group_by("account_id", "statement_on").agg(open=left.sum(), later=later.sum())
    return tables["statements"].join(sums, on=["account_id", "statement_on"], how="left").fill_null(0)


def test_what_is_not_due_of_a_bill_are_the_instalments_of_later_bills_to_the_cent(tables: Frames) -> None:
    """A credit balance is set off against instalments: there nothing is due, and no more is owed."""
    bills = by_bill(tables)
    rest = fen("balance_cny") - fen("due_cny")
    due = bills.filter(pl.col("due_cny") > 0)
    assert due.filter(pl.col("later") > 0).height > 10_000
    assert due.filter(rest != pl.col("later")).is_empty()
    nothing = bills.filter(pl.col("due_cny") == 0)
    assert nothing.filter(rest > pl.col("later")).is_empty()
    assert bills.filter((rest < 0) & (pl.col("due_cny") > 0)).is_empty()


def test_the_minimum_is_no_more_than_what_is_due(tables: Frames) -> None:
    bills = tables["statements"]
    assert bills.filter(pl.col("minimum_due_cny") > pl.col("due_cny")).is_empty()
    assert number((bills["minimum_due_cny"] < bills["due_cny"]).mean()) > 0.2


def test_paying_what_is_due_leaves_nothing_carried_on(
    tables: Frames, trajectories: Trajectories, config: SimulationConfig
) -> None:
    """The next bill is then made of instalments, their fee and new purchases alone: no interest."""
    bills = later_bills(tables, trajectories).join(
        by_bill(tables).select("account_id", "statement_on", "open", "later"),
        on=["account_id", "statement_on"],
    )
    rate = config.parameters.economics.instalment_fee
    following = [pl.col(name).shift(-1).over("account_id") for name in ("bill", "bought", "returned", "paid")]
    bill, bought, returned, paid = following
    fee = (pl.col("open") * rate + 0.5).floor()
    found = bills.with_columns(
        next_paid=paid, change=bill - pl.col("later") - bought + returned - fee
    ).drop_nulls()
    full = found.filter((pl.col("next_paid") == fen("due_cny")) & (pl.col("next_paid") > 0))
    assert full.height > 10_000
    assert full.filter(pl.col("change") != 0).is_empty()
    part = found.filter((pl.col("next_paid") < fen("due_cny")) & (pl.col("next_paid") > 0))
    assert part.height > 1_000
    assert (part["change"] > 0).mean() == pytest.approx(1.0, abs=0.01)


def test_accepted_offers_that_are_split_are_plans_of_their_own_terms(tables: Frames) -> None:
    split = tables["orders"].filter(pl.col("instalments") > 1)
    same = [pl.col("placed_at").dt.date().alias("started_on"), "account_id", "amount_cny", "instalments"]
    missing = split.select(same).join(
        tables["instalment_plans"], on=["account_id", "started_on", "amount_cny", "instalments"], how="anti"
    )
    assert split.height > 1_000
    assert missing.is_empty()
    assert tables["instalment_plans"].height > split.height


def test_the_fee_of_a_plan_is_the_monthly_rate_on_what_is_open(
    tables: Frames, config: SimulationConfig
) -> None:
    plan = tables["instalment_plans"].filter(pl.col("instalments") == 3).row(0, named=True)
    parameters: Parameters = config.parameters
    expected = parameters.economics.instalment_fee * plan["amount_cny"] * (1 + 2 / 3 + 1 / 3)
    assert plan["fee_cny"] == pytest.approx(expected, abs=0.005)
