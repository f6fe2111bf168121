"""Projected cycles: days, instalments, arrears and month ends as the account's own rows would have them."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from features.engine import build
from features.matrix import Observations
from features.tables import Tables
from serving.advice import Lever, Plan
from serving.advice.projection import project
from serving.advice.search.moments import moments_of
from serving.advice.settings_file import packaged
from tests.serving.advice.cycles import (
    Billed,
    account_tables,
    always_in_full,
    bill_days,
    ends_of,
    known,
)
from tests.serving.advice.toy import ACCOUNT, FEATURES

AS_OF = datetime(2025, 6, 20, 9)
LAST = date(2025, 6, 12)
ON_TIME, IN_FULL = (Lever("on_time"),), (Lever("in_full"),)


def features_at(tables: Tables, account: int, at: datetime) -> dict[str, object]:
    frame = pl.DataFrame(
        {"account_id": [account], "as_of": [at]},
        schema={"account_id": pl.Int64(), "as_of": pl.Datetime("us")},
    )
    return build(tables, Observations(frame), FEATURES).frame.drop("account_id").row(0, named=True)


def added(tables: Tables, table: str, plan: Plan = (), as_of: datetime = AS_OF) -> pl.DataFrame:
    """Projected rows of a table under one plan, in order of time."""
    made = project(known(tables, as_of), [plan], packaged()).added[table]
    return made.drop("plan").sort("known_at")


def purchases(days: list[date], spent: float = 600.0) -> list[tuple[datetime, float]]:
    """One purchase five days before each bill."""
    return [(datetime(day.year, day.month, day.day, 10) - timedelta(days=5), spent) for day in days]


def test_one_cycle_of_the_same_behaviour_gives_the_features_of_rows_written_by_hand() -> None:
    days = bill_days(LAST, 14)
    ends = [(day, 0) for day in ends_of(date(2024, 5, 1), 13)]
    before = account_tables(always_in_full(LAST, 14), purchases=purchases(days), month_ends=ends)
    following = date(2025, 7, 12)
    after = account_tables(
        always_in_full(following, 15),
        purchases=purchases([*days, following]),
        month_ends=[*ends, (date(2025, 6, 30), 0)],
    )
    made = project(known(before, AS_OF), [()], packaged()).tables
    for at in (datetime(2025, 7, 3), datetime(2025, 7, 14), datetime(2025, 7, 28)):
        hand, mine = features_at(after, ACCOUNT, at), features_at(made, 0, at)
        assert mine == {**hand, "as_of": at}, {k: (hand[k], v) for k, v in mine.items() if hand[k] != v}


def test_bills_come_on_the_same_day_and_are_due_as_many_days_later() -> None:
    bills = added(account_tables(always_in_full(LAST, 14)), "statements")
    assert bills["statement_on"].to_list()[:3] == [date(2025, 7, 12), date(2025, 8, 12), date(2025, 9, 12)]
    assert bills["due_on"].to_list()[:3] == [date(2025, 8, 1), date(2025, 9, 1), date(2025, 10, 2)]
    assert bills["known_at"][0] == datetime(2025, 7, 12, 22)


def test_payments_of_a_plan_that_governs_payment_are_dated_before_the_due_day() -> None:
    late = [
        Billed(b.on, b.balance, b.due, b.minimum, tuple((at + timedelta(days=6), cny) for at, cny in b.paid))
        for b in always_in_full(LAST, 14)
    ]
    tables = account_tables(late)
    due = {LAST: date(2025, 7, 2), date(2025, 7, 12): date(2025, 8, 1)}
    usual, in_time = (added(tables, "repayments", plan) for plan in ((), ON_TIME))
    for on, last_day in due.items():
        assert usual.filter(pl.col("statement_on") == on)["paid_at"][0].date() == last_day + timedelta(days=5)
        assert in_time.filter(pl.col("statement_on") == on)["paid_at"][0].date() < last_day


def test_instalments_fall_due_with_the_bills_of_their_plan_and_are_not_asked_before() -> None:
    split = [Billed(b.on, 600.0, 600.0, 60.0, b.paid) for b in always_in_full(LAST, 13)]
    last = Billed(LAST, 600.0 + 1_200.0, 600.0 + 300.0, 360.0)
    tables = account_tables([*split[:-1], last], plans=[(date(2025, 6, 1), 1_200.0, 4)])
    bills, paid = added(tables, "statements", IN_FULL), added(tables, "repayments", IN_FULL)
    later = [round(row["balance_cny"] - row["due_cny"], 2) for row in bills.iter_rows(named=True)][:4]
    assert later == [600.0, 300.0, 0.0, 0.0]
    assert paid["amount_cny"][0] == 900.0


def test_an_instalment_plan_that_is_not_on_record_is_spread_evenly() -> None:
    last = Billed(LAST, 600.0 + 1_200.0, 600.0, 60.0)
    tables = account_tables([*always_in_full(LAST, 13)[:-1], last])
    bills = added(tables, "statements")
    later = [round(row["balance_cny"] - row["due_cny"], 2) for row in bills.iter_rows(named=True)][:6]
    assert later == [1_000.0, 800.0, 600.0, 400.0, 200.0, 0.0]


def test_purchases_in_instalments_that_go_on_ask_for_the_same_every_month() -> None:
    """Each month ¥1,200 in four parts: every bill asks for ¥1,200 and leaves ¥1,800 for later."""
    days = bill_days(LAST, 14)
    steady = [Billed(b.on, 3_000.0, 1_200.0, 1_200.0, b.paid) for b in always_in_full(LAST, 14, 1_200.0)]
    plans = [(day - timedelta(days=5), 1_200.0, 4) for day in bill_days(LAST, 18)]
    tables = account_tables(steady, purchases=purchases(days, 1_200.0), plans=plans)
    bills = added(tables, "statements")
    assert bills["due_cny"].to_list() == [1_200.0] * 13
    assert bills["balance_cny"].to_list() == [3_000.0] * 13
    assert bills["minimum_due_cny"].to_list() == [1_200.0] * 13


def in_arrears() -> Tables:
    """The bill of 12 May is unpaid; that of 12 June holds its minimum."""
    bills = always_in_full(LAST, 13)
    missed = Billed(date(2025, 5, 12), 600.0, 600.0, 60.0)
    last = Billed(LAST, 1_200.0, 1_200.0, 174.0)
    ends = [(day, 0) for day in ends_of(date(2024, 6, 1), 12)]
    return account_tables([*bills[:-2], missed, last], month_ends=ends)


def test_arrears_are_paid_first_and_end_where_a_plan_governs_payment() -> None:
    account = known(in_arrears(), AS_OF)
    assert account.overdue_cny == 60.0
    paid = added(in_arrears(), "repayments", ON_TIME)
    assert paid["amount_cny"].to_list()[:2] == [60.0, 1_140.0]
    assert paid["paid_at"][0] == AS_OF + timedelta(days=1)
    assert added(in_arrears(), "delinquency", ON_TIME)["days_past_due"].to_list()[:3] == [0, 0, 0]


def test_arrears_stand_and_age_where_nothing_is_done() -> None:
    rows = added(in_arrears(), "delinquency")
    oldest_due = date(2025, 6, 1)
    for row in rows.head(3).iter_rows(named=True):
        assert row["days_past_due"] == (row["month_end"] - oldest_due).days
    assert added(in_arrears(), "repayments").height == 0


def test_a_month_end_status_is_known_with_the_usual_lag_of_its_feed() -> None:
    rows = added(in_arrears(), "delinquency")
    assert rows["month_end"].to_list()[:2] == [date(2025, 6, 30), date(2025, 7, 31)]
    assert rows["known_at"][0] == datetime(2025, 7, 1, 2)


def test_what_was_paid_down_to_the_minimum_is_carried_and_is_no_arrears() -> None:
    bills = always_in_full(LAST, 13)
    carried = Billed(LAST, 600.0, 600.0, 60.0, ((datetime(2025, 7, 1, 12), 60.0),))
    days, later = bill_days(LAST, 13), datetime(2025, 7, 5, 9)
    tables = account_tables([*bills[:-1], carried], purchases=purchases(days))
    account = known(tables, later)
    assert account.overdue_cny == 0.0
    assert added(tables, "repayments", IN_FULL, later)["statement_on"][0] == date(2025, 7, 12)
    assert added(tables, "statements", IN_FULL, later)["due_cny"][0] == 540.0 + 600.0


def test_plans_are_evaluated_once_a_due_day_is_over_and_a_bill_is_known() -> None:
    moments = moments_of(known(account_tables(always_in_full(LAST, 14)), AS_OF), packaged())
    assert moments.after_due[:2] == (datetime(2025, 7, 3), datetime(2025, 8, 2))
    assert moments.after_bill[:2] == (datetime(2025, 7, 13), datetime(2025, 8, 13))
    assert len(moments.after_due) == packaged().longest


@pytest.mark.parametrize("late", [0, 95])
def test_an_account_without_bills_keeps_its_month_end_status(late: int) -> None:
    ends = [(day, late) for day in ends_of(date(2025, 4, 1), 2)]
    rows = added(account_tables([], month_ends=ends), "delinquency")
    assert rows["month_end"].to_list()[:2] == [date(2025, 6, 30), date(2025, 7, 31)]
    assert rows["days_past_due"].to_list()[:2] == ([0, 0] if late == 0 else [95 + 30, 95 + 61])
    assert rows["known_at"][0] == datetime(2025, 7, 1, 2)


def test_no_status_is_made_up_where_the_lender_keeps_none() -> None:
    assert added(account_tables(always_in_full(LAST, 14)), "delinquency").height == 0
