"""Moments of observation: an hour of the as-of month, drawn for each account by a hash.

A model is asked at any hour of any day, so it learns from any hour of any day. The draw depends on the seed,
the account and the month alone: it is the same in every process, whatever the order of the rows and whatever
other accounts there are.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import polars as pl

from features.arrays import Floats, Ints
from features.buckets import mix
from features.calendar import DAY, month_number

HOUR = DAY // 24
"""Microseconds in an hour."""


def hashed(seed: int, *keys: Ints) -> Ints:
    """Non-negative 63-bit hashes of (n,) integer keys; the order of the keys matters.

    >>> seven, three = np.array([7]), np.array([3])
    >>> hashed(1, seven, three) == hashed(1, np.array([7, 8]), np.array([3, 3]))[0]
    array([ True])
    >>> hashed(1, seven, three) == hashed(1, three, seven)
    array([False])
    """
    found = mix(np.array([seed], np.int64))
    for key in keys:
        found = mix(key.astype(np.int64)) ^ found
        found = mix(found.view(np.int64))
    return (found >> np.uint64(1)).astype(np.int64)


def drawn_in_month(accounts: Ints, month: datetime, seed: int) -> Ints:
    """(n,) moments in microseconds, uniform over the whole hours of a month.

    Args:
        accounts: (n,) account numbers.
        month: first moment of the month.
        seed: of the draw.
    """
    first = np.array([month], "M8[us]").view(np.int64)
    following = (first.view("M8[us]").astype("M8[M]") + 1).astype("M8[us]").view(np.int64)
    hours = int((following - first)[0]) // HOUR
    return first + HOUR * (hashed(seed, accounts, month_number(first)) % hours)


def observe(accounts: pl.Series, months: Sequence[datetime], seed: int) -> pl.DataFrame:
    """`account_id` and `as_of`: every account once in each month.

    Args:
        accounts: account numbers.
        months: each by its first moment.
        seed: of the draw.
    """
    numbers = accounts.to_numpy().astype(np.int64)
    moments = [drawn_in_month(numbers, month, seed) for month in months]
    as_of = np.concatenate(moments) if moments else np.array([], np.int64)
    return pl.DataFrame(
        {"account_id": np.tile(numbers, len(moments)), "as_of": as_of.view("M8[us]")},
        schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")},
    )


def drawn_before(accounts: Ints, until: Ints, spans: Ints, seed: int) -> Ints:
    """(n,) moments in microseconds, uniform over the whole hours of a span that ends at `until`.

    Args:
        accounts: (n,) account numbers.
        until: (n,) ends of the spans, microseconds.
        spans: (n,) their lengths, microseconds; one shorter than an hour gives its end.
        seed: of the draw.
    """
    hours = np.maximum(spans // HOUR, 1)
    return until - HOUR * (hashed(seed, accounts) % hours)


def uniform(hashes: Ints) -> Floats:
    """Numbers in [0, 1) from hashes."""
    return (hashes >> 10).astype(np.float64) / 2.0**53
