"""Moments of observation: any hour of the month, by a hash of account and month alone."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
from scipy.stats import chisquare

from training.data.moments import HOUR, drawn_before, drawn_in_month, hashed, observe, uniform

ACCOUNTS = np.arange(1, 20_001, dtype=np.int64)
FEBRUARY = datetime(2024, 2, 1)


def moments(values: np.ndarray) -> pl.Series:
    return pl.Series(values.view("M8[us]"))


def test_every_hour_of_the_month_is_as_likely() -> None:
    drawn = drawn_in_month(ACCOUNTS, FEBRUARY, 7)
    start = np.array([FEBRUARY], "M8[us]").view(np.int64)[0]
    hours = np.bincount((drawn - start) // HOUR)
    assert ((drawn - start) % HOUR == 0).all()
    assert len(hours) == 29 * 24
    assert chisquare(hours).pvalue > 0.001


def test_the_moment_depends_on_seed_account_and_month_alone() -> None:
    drawn = drawn_in_month(ACCOUNTS, FEBRUARY, 7)
    assert np.array_equal(drawn_in_month(ACCOUNTS[::-1], FEBRUARY, 7)[::-1], drawn)
    assert drawn_in_month(ACCOUNTS[41:42], FEBRUARY, 7)[0] == drawn[41]
    assert (drawn_in_month(ACCOUNTS, FEBRUARY, 8) == drawn).mean() < 0.01
    days = moments(drawn).dt.day().to_numpy()
    other = moments(drawn_in_month(ACCOUNTS, datetime(2024, 4, 1), 7)).dt.day().to_numpy()
    assert abs(np.corrcoef(days, other)[0, 1]) < 0.03


def test_the_moment_is_the_same_on_every_machine() -> None:
    drawn = moments(drawn_in_month(ACCOUNTS[:3], FEBRUARY, 2026)).to_list()
    assert drawn == [FIRST, SECOND, THIRD]


FIRST, SECOND, THIRD = datetime(2024, 2, 26, 15), datetime(2024, 2, 16, 1), datetime(2024, 2, 5, 6)


def test_every_account_is_observed_once_in_each_month() -> None:
    months = (FEBRUARY, datetime(2024, 4, 1))
    found = observe(pl.Series([5, 6, 7]), months, 1)
    assert found.height == 6
    assert found.group_by("account_id").len()["len"].to_list() == [2, 2, 2]
    assert set(found["as_of"].dt.truncate("1mo")) == set(months)
    assert observe(pl.Series([5]), (), 1).height == 0


def test_moments_before_an_end_fill_the_span_and_stay_in_it() -> None:
    until = np.full(len(ACCOUNTS), np.array([FEBRUARY], "M8[us]").view(np.int64)[0])
    span = timedelta(days=90) // timedelta(microseconds=1)
    drawn = drawn_before(ACCOUNTS, until, np.full(len(ACCOUNTS), span), 1)
    assert (drawn <= until).all()
    assert (drawn > until - span).all()
    assert abs((until - drawn).mean() / span - 0.5) < 0.01
    assert np.array_equal(drawn_before(ACCOUNTS, until, np.zeros_like(until), 1), until)


def test_hashes_are_uniform_and_independent_of_each_other() -> None:
    shares = [uniform(hashed(1, ACCOUNTS, np.full(len(ACCOUNTS), key))) for key in (1, 2)]
    assert all(0 <= share.min() <= share.max() < 1 for share in shares)
    assert abs(shares[0].mean() - 0.5) < 0.01
    assert abs(np.corrcoef(shares[0], shares[1])[0, 1]) < 0.03
