import polars as pl
import pytest

from experiments.demand.balances import add_balances, instalments_left


def loans(*rows: tuple[int, float, float, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["account_id", "age", "amount", "plan"], orient="row")


def test_a_balance_holds_what_is_left_of_the_loans_before() -> None:
    found = add_balances(loans((1, 70.0, 600.0, 6), (1, 35.0, 100.0, 1), (1, 2.0, 300.0, 3)))
    assert found["balance"].to_list() == pytest.approx([600, 600 * 5 / 6 + 100, 600 * 4 / 6 + 300])
    assert found["open_loans"].to_list() == [1, 2, 2]


def test_balances_run_for_one_user_only() -> None:
    assert add_balances(loans((1, 9.0, 600.0, 6), (2, 5.0, 70.0, 1)))["balance"].to_list() == [600, 70]


def test_two_loans_of_one_moment_count_in_their_order() -> None:
    found = add_balances(loans((1, 9.0, 600.0, 6), (1, 9.0, 50.0, 1)))
    assert found["balance"].to_list() == [600, 650]


def test_an_instalment_is_paid_on_its_day_and_none_after_the_last() -> None:
    left = pl.DataFrame({"age": [29.9, 30.0, 61.0, 400.0]}).select(instalments_left(pl.lit(2), pl.col("age")))
    assert left.to_series().to_list() == [2, 1, 0, 0]
