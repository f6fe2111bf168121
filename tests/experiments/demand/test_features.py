from datetime import date, datetime, timedelta
from math import log

import polars as pl
import pytest

from experiments.demand.features import (
    LoanTables,
    ObservationWindow,
    add_demographics,
    build,
    demand,
    history,
)
from features.errors import DataError

AS_OF = datetime(2016, 10, 1)
WINDOW = ObservationWindow(AS_OF, 59, 56)


def order(user: int, placed: datetime, amount: float, plan: int = 1) -> dict[str, object]:
    return {
        "account_id": user,
        "known_at": placed,
        "placed_at": placed,
        "amount_cny": amount,
        "instalments": plan,
    }


ORDERS = [
    order(1, AS_OF - timedelta(days=40), 600.0, 6),
    order(1, AS_OF - timedelta(days=10), 1_000.0),
    order(1, AS_OF - timedelta(days=2), 300.0, 3),
    order(2, AS_OF - timedelta(days=58), 5_000.0, 12),
]


def tables(orders: list[dict[str, object]] | None = None) -> LoanTables:
    users = [1, 2, 3]
    opened = [date(2015, 12, 1), date(2016, 1, 1), date(2016, 6, 30)]
    known = [datetime(day.year, day.month, day.day) for day in opened]
    accounts = pl.DataFrame(
        {"account_id": users, "known_at": known, "opened_on": opened, "initial_limit_cny": [5e3, 1e4, 2.5e4]}
    )
    people = pl.DataFrame({"account_id": users, "known_at": known, "sex": ["01", "02", None],
                           "birth_year": [1986, 1991, 1976]})  # fmt: skip
    return LoanTables(accounts, pl.DataFrame(orders or ORDERS), people)


def row(
    user: int, window: ObservationWindow = WINDOW, orders: list[dict[str, object]] | None = None
) -> dict[str, float]:
    return build(tables(orders), window).row(by_predicate=pl.col("account_id") == user, named=True)


def test_counting_windows_end_at_the_moment() -> None:
    found = row(1)
    assert [found[f"loans_{d}d"] for d in (3, 7, 14, 28, 42, 56)] == [1, 1, 2, 2, 3, 3]
    assert [found["amount_14d"], found["amount_56d"], found["loans_28_56d"]] == [1_300, 1_900, 1]
    assert "loans_84d" not in found


def test_a_user_without_loans_has_zero_counts_and_absent_sizes() -> None:
    found = row(3)
    assert [found["loans_56d"], found["amount_rate"], found["outstanding"], found["plan6_loans"]] == [
        0,
        0,
        0,
        0,
    ]
    assert [found["since_1"], found["amount_mean"], found["gap_last"]] == [None, None, None]
    assert found["activated_day"] == 212.0


def test_recency_reads_the_whole_record_but_counts_only_the_window() -> None:
    found = row(2)
    assert found["since_1"] == pytest.approx(58.0)
    assert found["loans_56d"] == 0
    assert row(2, ObservationWindow(AS_OF, 57, 56))["since_1"] is None


def test_what_is_outstanding_falls_with_every_instalment_paid() -> None:
    found = row(1)
    assert found["outstanding"] == pytest.approx(600 * 5 / 6 + 1_000 + 300)
    assert found["due_30d"] == pytest.approx(100 + 1_000 + 100)
    assert found["headroom"] == pytest.approx(5_000 - 1_800)


def test_the_highest_balance_is_a_proxy_of_the_limit() -> None:
    found = row(1)
    assert found["balance_max"] == found["balance_last"] == pytest.approx(1_800)
    assert found["below_balance_max"] == pytest.approx(0)
    lent = [order(1, AS_OF - timedelta(days=50), 9_000.0), order(1, AS_OF - timedelta(days=2), 300.0, 3)]
    repaid = row(1, orders=lent)
    assert [repaid["below_balance_max"], repaid["headroom_to_limit_seen"]] == pytest.approx([8_700, 8_700])
    assert repaid["outstanding_to_limit_seen"] == pytest.approx(300 / 9_000)


def test_trends_may_fall() -> None:
    found = row(1, orders=[order(1, AS_OF - timedelta(days=d), 400.0) for d in (30, 40, 2)])
    assert found["loans_trend"] == -1
    assert found["amount_trend"] == pytest.approx(500 / 900)
    assert "loans_trend" not in build(tables(), ObservationWindow(AS_OF, 59, 42)).columns


@pytest.mark.parametrize("seconds", [0, 1, 86_400 * 20])
def test_no_feature_reads_a_loan_at_or_after_the_moment(seconds: int) -> None:
    later = order(1, AS_OF + timedelta(seconds=seconds), 9_999.0)
    assert build(tables([*ORDERS, later]), WINDOW).equals(build(tables(), WINDOW))


def test_no_feature_reads_a_loan_known_only_later() -> None:
    late = {**order(3, AS_OF - timedelta(days=5), 700.0), "known_at": AS_OF}
    assert row(3, orders=[*ORDERS, late])["loans_56d"] == 0
    assert row(3, orders=[*ORDERS, {**late, "known_at": AS_OF - timedelta(seconds=1)}])["loans_56d"] == 1


def test_a_user_activated_after_the_moment_has_no_row() -> None:
    assert build(tables(), ObservationWindow(datetime(2016, 6, 30), 30, 28))["account_id"].to_list() == [1, 2]


def test_the_order_of_the_rows_of_a_file_does_not_matter() -> None:
    assert build(tables(ORDERS[::-1]), WINDOW).equals(build(tables(), WINDOW))


def test_features_mean_the_same_a_month_later() -> None:
    month = timedelta(days=31)
    moved = [order(1, AS_OF + month - timedelta(days=d), 500.0) for d in (30, 12, 3)]
    orders = [order(1, AS_OF - timedelta(days=d), 500.0) for d in (30, 12, 3)]
    then = build(tables(moved), ObservationWindow(AS_OF + month, 59, 56))
    calendar = [c for c in then.columns if c.startswith(("day_of_month", "weekday"))]
    assert then.drop(calendar).equals(build(tables(orders), WINDOW).drop(calendar))


def test_demand_counts_the_month_from_the_moment_on_half_open() -> None:
    coming = [
        order(1, AS_OF, 100.0),
        order(1, AS_OF + timedelta(days=29, hours=23), 24.0),
        order(2, AS_OF + timedelta(days=30), 500.0),
        order(3, AS_OF - timedelta(seconds=1), 700.0),
    ]
    found = demand(tables(coming), pl.Series([1, 2, 3]), AS_OF, 30)
    assert found.to_list() == pytest.approx([log(125, 5), 0.0, 0.0])


def test_age_and_sex_are_features_only_where_added() -> None:
    plain = build(tables(), WINDOW)
    assert not {"age", "sex"} & set(plain.columns)
    wide = add_demographics(plain, tables(), AS_OF)
    assert wide.select("age", "sex").rows() == [(30.0, 1.0), (25.0, 2.0), (40.0, None)]
    assert wide.drop("age", "sex").equals(plain)


def test_a_window_longer_than_the_record_is_refused() -> None:
    with pytest.raises(DataError, match="a window of 56 days needs as long a record, 2016-10-01 has only 30"):
        ObservationWindow(AS_OF, 30, 56)


def test_gaps_run_between_loans_of_one_user_only() -> None:
    gaps = history(tables().orders, WINDOW).select("account_id", "gap").rows()
    assert gaps == [(1, None), (1, pytest.approx(30.0)), (1, pytest.approx(8.0)), (2, None)]
