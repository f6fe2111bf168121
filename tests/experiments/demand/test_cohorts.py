import polars as pl
import pytest

from experiments.demand.cohorts import add_cohort_shares, rolling_sums

USERS = pl.DataFrame(
    {
        "activated_day": [0, 0, 3, 4, 20],
        "initial_limit": [5e3, 1e4, 5e3, 5e3, 5e3],
        "loans_28d": [1, 0, 2, 0, 0],
        "loans_56d": [1, 0, 2, 3, 0],
    }
)


def test_windows_are_counted_in_days_and_not_in_rows() -> None:
    found = add_cohort_shares(USERS, 56)
    assert found["cohort_users"].to_list() == [2, 2, 1, 1, 1]
    of_all, of_all_28d = 3 / 5, 2 / 5
    shares = found.select(pl.col("cohort_borrowed", "near_borrowed", "alike_borrowed") * of_all)
    assert shares["cohort_borrowed"].to_list() == pytest.approx([0.5, 0.5, 1, 1, 0])
    assert shares["near_borrowed"].to_list() == pytest.approx([2 / 3, 2 / 3, 3 / 4, 1, 0])
    assert shares["alike_borrowed"].to_list() == pytest.approx([1, 0, 1, 1, 0])
    lately = [share * of_all_28d for share in found["near_borrowed_28d"]]
    assert lately == pytest.approx([2 / 3, 2 / 3, 2 / 4, 1 / 2, 0])


def test_relative_rates_do_not_change_with_the_level_of_demand() -> None:
    twice = pl.concat([USERS, USERS.with_columns(pl.col("loans_28d", "loans_56d") * 0)])
    shares = ["cohort_borrowed", "near_borrowed", "near_borrowed_28d", "alike_borrowed"]
    found, halved = (add_cohort_shares(users, 56)[:5].select(shares) for users in (USERS, twice))
    assert halved.to_numpy() == pytest.approx(found.to_numpy())


def test_the_users_keep_their_rows() -> None:
    mixed = USERS[[3, 0, 4, 1, 2]]
    assert add_cohort_shares(mixed, 56).select(USERS.columns).equals(mixed)


def test_a_window_is_centred_and_ends_where_it_says() -> None:
    users = pl.DataFrame({"activated_day": [0, 3, 4], "users": 1, "lately": 0, "borrowed": 1})
    assert rolling_sums(users, 7)["users"].to_list() == [2, 3, 2]
    assert rolling_sums(users, 1)["users"].to_list() == [1, 1, 1]
