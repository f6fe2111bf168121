"""Bills, payments and statuses on every kind of day: mid-month, bill day, due day, the midnight after."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.definitions import PORTFOLIO
from features.engine import build_live
from features.tables import Tables
from tests.features.worlds import typed

TICK = timedelta(microseconds=1)
OPENED = datetime(2024, 1, 1)
LIMIT = 1000.0
Bill = tuple[date, float, float, float | None, datetime]
"""Bill date, balance, minimum, due amount, when it was known; payment is due 20 days after."""
Payment = tuple[datetime, float, date]
"""When, how much, bill date."""
MARCH: Bill = (date(2026, 3, 12), 600.0, 60.0, 300.0, datetime(2026, 3, 12, 2))
APRIL: Bill = (date(2026, 4, 12), 500.0, 50.0, 200.0, datetime(2026, 4, 12, 2))


def tables(bills: list[Bill], payments: list[Payment], arrives: timedelta = timedelta(0)) -> Tables:
    """One account of 1,000 CNY with these rows; payments are known so long after they were made."""
    account = {
        "account_id": [1], "known_at": [OPENED], "opened_on": [OPENED.date()], "initial_limit_cny": [LIMIT],
    }  # fmt: skip
    on, asked = [b[0] for b in bills], [b[3] for b in bills]
    billed = {
        "account_id": [1] * len(bills), "known_at": [b[4] for b in bills], "statement_on": on,
        "due_on": [day + timedelta(days=20) for day in on], "balance_cny": [b[1] for b in bills],
        "minimum_due_cny": [b[2] for b in bills], "due_cny": pl.Series(asked, dtype=pl.Float64),
    }  # fmt: skip
    at, amount, against = [p[0] for p in payments], [p[1] for p in payments], [p[2] for p in payments]
    paid = {
        "account_id": [1] * len(payments), "known_at": [t + arrives for t in at],
        "paid_at": pl.Series(at, dtype=pl.Datetime("us")), "amount_cny": pl.Series(amount, dtype=pl.Float64),
        "statement_on": pl.Series(against, dtype=pl.Date),
    }  # fmt: skip
    contents = {"accounts": account, "statements": billed, "repayments": paid}
    return Tables({name: typed(content, name) for name, content in contents.items()})


def figures(found: Tables, as_of: datetime) -> dict[str, float | None]:
    """Every feature of the account."""
    return build_live(found, 1, as_of, PORTFOLIO).frame.row(0, named=True)


@pytest.mark.parametrize(
    ("as_of", "latest", "before"),
    [
        (datetime(2026, 4, 1, 23, 59), None, None),
        (datetime(2026, 4, 2), 0.2, None),
        (datetime(2026, 4, 12), 0.2, None),
        (datetime(2026, 4, 20, 11), 0.2, None),
        (datetime(2026, 5, 2, 23, 59), 0.2, None),
        (datetime(2026, 5, 3), 0.2, 0.2),
        (datetime(2026, 5, 17, 8), 0.2, 0.2),
    ],
)
def test_a_bill_is_unpaid_from_the_midnight_after_its_due_day(
    as_of: datetime, latest: float | None, before: float | None
) -> None:
    """100 of 300 and nothing of 200 were paid: 200 are unpaid of either; 300 and 300 are not due yet."""
    found = figures(tables([MARCH, APRIL], [(datetime(2026, 3, 20), 100.0, MARCH[0])]), as_of)
    assert (found["carried_m1"], found["carried_m2"]) == (latest, before)


@pytest.mark.parametrize(("hour", "in_time"), [(0, 1.0), (23, 1.0), (24, 0.0)])
def test_a_payment_is_in_time_up_to_the_end_of_the_due_day_and_counts_since_then_all_the_same(
    hour: int, in_time: float
) -> None:
    paid = datetime(2026, 4, 1) + timedelta(hours=hour)
    found = figures(tables([MARCH], [(paid, 300.0, MARCH[0])]), datetime(2026, 4, 9))
    assert found["due_in_time_share_6m"] == in_time
    assert (found["carried_m1"], found["payment_ratio_m1"], found["due_share_3m"]) == (0.0, 1.0, 1.0)
    assert (found["unpaid_bills_6m"], found["full_payments_5m"]) == (0.0, 1.0)
    assert found["late_payments_12m"] == 1.0 - in_time


def test_a_bill_counts_as_issued_after_its_day_begins_and_once_it_is_known() -> None:
    rows = tables([MARCH, APRIL], [])
    known = APRIL[4]
    for as_of, owed in ((known, 0.6), (known + TICK, 0.5), (datetime(2026, 4, 30), 0.5)):
        assert figures(rows, as_of)["utilisation_m1"] == owed


def test_a_bill_known_late_takes_its_place_once_it_is_known() -> None:
    arrives = datetime(2026, 5, 9)
    rows = tables([MARCH, (*APRIL[:4], arrives)], [(datetime(2026, 4, 30), 200.0, APRIL[0])])
    before, after = figures(rows, arrives), figures(rows, arrives + TICK)
    assert (before["carried_m1"], before["carried_m2"], before["balance_m2"]) == (0.3, None, None)
    assert (after["carried_m1"], after["carried_m2"], after["balance_m2"]) == (0.0, 0.3, 600.0)


def test_a_payment_known_late_counts_once_it_is_known() -> None:
    rows = tables([MARCH], [(datetime(2026, 3, 30), 300.0, MARCH[0])], timedelta(days=5))
    arrives = datetime(2026, 4, 4)
    assert figures(rows, arrives)["carried_m1"] == 0.3
    assert figures(rows, arrives + TICK)["carried_m1"] == 0.0
    assert figures(rows, arrives + TICK)["due_in_time_share_6m"] == 1.0


def test_a_bill_whose_due_amount_is_not_stated_has_no_figures_and_leaves_its_place() -> None:
    rows = tables([MARCH, (*APRIL[:3], None, APRIL[4])], [(datetime(2026, 4, 20), 90.0, APRIL[0])])
    found = figures(rows, datetime(2026, 5, 20))
    assert (found["carried_m1"], found["payment_ratio_m1"]) == (None, None)
    assert (found["carried_m2"], found["payment_ratio_m2"]) == (0.3, 0.0)
    assert (found["paid_to_billed_6m"], found["due_share_3m"]) == (0.0, 0.0)
    assert found["paid_to_limit_m1"] == 0.09


@pytest.mark.parametrize(
    ("as_of", "overdue"),
    [
        (datetime(2026, 4, 2), 0.0),
        (datetime(2026, 4, 4, 23, 59), 0.0),
        (datetime(2026, 4, 5), 20.0),
        (datetime(2026, 5, 2, 23, 59), 20.0),
        (datetime(2026, 5, 3), 20.0),
        (datetime(2026, 5, 5, 23), 20.0),
        (datetime(2026, 5, 6), 50.0),
    ],
)
def test_the_unmet_minimum_is_overdue_once_more_than_three_days_have_passed(
    as_of: datetime, overdue: float
) -> None:
    """40 of 60 and nothing of 50 were paid."""
    rows = tables([MARCH, APRIL], [(datetime(2026, 3, 20), 40.0, MARCH[0])])
    assert figures(rows, as_of)["overdue_now_cny"] == overdue


def test_nothing_is_overdue_where_no_bill_is_due_and_unknown_where_no_minimum_is_stated() -> None:
    assert figures(tables([], []), datetime(2026, 4, 9))["overdue_now_cny"] == 0.0
    rows = tables([MARCH], []).frames
    silent = rows["statements"].with_columns(minimum_due_cny=pl.lit(None, dtype=pl.Float64))
    found = figures(Tables({**rows, "statements": silent}), datetime(2026, 4, 9))
    assert found["overdue_now_cny"] is None


def test_the_last_status_is_the_last_one_known_with_its_age() -> None:
    rows = {
        "account_id": [1, 1], "known_at": [datetime(2026, 2, 28, 2), datetime(2026, 4, 15)],
        "month_end": [date(2026, 2, 28), date(2026, 3, 31)], "days_past_due": [12, 43],
        "account_state": pl.Series([None, None], dtype=pl.String),
    }  # fmt: skip
    late = Tables({**tables([], []).frames, "delinquency": typed(rows, "delinquency")})
    before, after = (figures(late, datetime(2026, 4, day)) for day in (15, 16))
    assert (before["dpd_m1"], before["dpd_m2"], before["status_age_days"]) == (12.0, None, 46.0)
    assert (after["dpd_m1"], after["dpd_m2"], after["status_age_days"]) == (43.0, 12.0, 16.0)


BY_BILL = [
    meta.name
    for meta in PORTFOLIO.catalogue.features
    if meta.window.split(":")[0] in ("issued", "due", "month_ends") and "+" not in meta.window
]
"""Features of bills and statuses alone, without the average limit or days."""


@settings(max_examples=40, deadline=None, derandomize=True)
@given(bill_day=st.integers(1, 28), hours=st.integers(1, 9 * 24), paid=st.floats(0, 400).map(round))
def test_a_figure_of_bills_is_the_same_on_every_day_on_which_nothing_happens(
    bill_day: int, hours: int, paid: int
) -> None:
    """Between a due day and the next bill day there is no event for ten days: no day of the month matters."""
    on = [date(2025, month, bill_day) for month in range(3, 10)]
    bills: list[Bill] = [
        (day, 500.0 + i, 50.0, 250.0, datetime(day.year, day.month, day.day, 3)) for i, day in enumerate(on)
    ]
    payments: list[Payment] = [(datetime(d.year, d.month, d.day) + timedelta(9), float(paid), d) for d in on]
    rows = tables(bills, payments)
    start = datetime(2025, 8, bill_day) + timedelta(days=21)
    first, later = figures(rows, start), figures(rows, start + timedelta(hours=hours))
    assert len(BY_BILL) > 40
    assert {name for name in BY_BILL if first[name] != later[name]} == set()


def test_of_two_bills_due_on_the_same_day_each_is_a_bill_of_its_own() -> None:
    earlier, later = date(2026, 3, 12), date(2026, 3, 15)
    bills: list[Bill] = [
        (day, 600.0, 60.0, 300.0, datetime(day.year, day.month, day.day, 2)) for day in (earlier, later)
    ]
    found = tables(bills, [(datetime(2026, 3, 20), 400.0, earlier)])
    same = found["statements"].with_columns(due_on=pl.lit(date(2026, 4, 4)))
    row = figures(found.replace(statements=same), datetime(2026, 4, 10))
    assert row["payment_ratio_m1"] == 0.0
    assert row["payment_ratio_m2"] == pytest.approx(4 / 3)
    assert (row["carried_m1"], row["carried_m2"], row["unpaid_bills_6m"]) == (0.3, 0.0, 1.0)
    assert row["overdue_now_cny"] == 60.0


def test_a_payment_announced_before_the_money_arrives_counts_from_its_arrival() -> None:
    arrives = datetime(2026, 4, 9)
    found = tables([MARCH], [(arrives, 300.0, MARCH[0])], arrives=timedelta(days=-20))
    before, after = (figures(found, at) for at in (arrives, arrives + TICK))
    assert (before["payment_ratio_m1"], before["overdue_now_cny"]) == (0.0, 60.0)
    assert (after["payment_ratio_m1"], after["overdue_now_cny"]) == (1.0, 0.0)
