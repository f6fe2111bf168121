import polars as pl
import pytest

from experiments.demand.cohorts import around, with_cohorts

USERS = pl.DataFrame(
    {
        "activated_day": [0, 0, 3, 4, 20],
        "initial_limit": [5e3, 1e4, 5e3, 5e3, 5e3],
        "loans_28d": [1, 0, 2, 0, 0],
        "loans_56d": [1, 0, 2, 3, 0],
    }
)


def test_neighbours_are_counted_in_days_and_not_in_rows() -> None:
    found = with_cohorts(USERS, 56)
    assert found["cohort_users"].to_list() == [2, 2, 1, 1, 1]
    assert found["cohort_borrowed"].to_list() == [0.5, 0.5, 1, 1, 0]
    assert found["near_borrowed"].to_list() == pytest.approx([2 / 3, 2 / 3, 3 / 4, 1, 0])
    assert found["near_borrowed_28d"].to_list() == pytest.approx([2 / 3, 2 / 3, 2 / 4, 1 / 2, 0])
    assert found["alike_borrowed"].to_list() == [1, 0, 1, 1, 0]


def test_the_users_keep_their_rows() -> None:
    mixed = USERS[[3, 0, 4, 1, 2]]
    assert with_cohorts(mixed, 56).select(USERS.columns).equals(mixed)


def test_a_window_is_centred_and_ends_where_it_says() -> None:
    users = pl.DataFrame({"activated_day": [0, 3, 4], "users": 1, "lately": 0, "borrowed": 1})
    assert around(users, 7)["users"].to_list() == [2, 3, 2]
    assert around(users, 1)["users"].to_list() == [1, 1, 1]
