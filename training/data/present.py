"""Observations of the present: accounts in the last weeks that the data covers, outcome unknown."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from features.tables import TableStore
from training.config.schema import TrainConfig
from training.data.moments import drawn_before
from training.data.outcomes import month_end_span
from training.data.splits import share_of

SALT = 2
"""Keeps the draw of these moments apart from that of the observations with outcomes."""


def present_of(store: TableStore) -> datetime:
    """The moment that counts as now in a data set.

    It is the stated one, or midnight after the last month end of which all statuses are there.

    Raises:
        DataError: there is no delinquency.
    """
    stated = str(getattr(store.info, "present", ""))
    if stated:
        return datetime.fromisoformat(stated)
    _, last = month_end_span(store)
    return datetime(last.year, last.month, last.day) + timedelta(days=1)


def present_observations(store: TableStore, config: TrainConfig) -> pl.DataFrame:
    """`account_id`, `as_of`, `raised` of every account outside the test set, once in the last days.

    An account whose fixed limit rose in these days is observed before the first of these rises, any other
    before the present, so that every recent rise is that of an observed account.
    """
    present, days = present_of(store), config.reasons.present_days
    parts = [_of_bucket(store, bucket, present, days) for bucket in store.buckets()]
    everyone = pl.concat(parts)
    outside = share_of(everyone["account_id"].to_numpy(), config.split.seed) >= config.split.test_share
    return _drawn(everyone.filter(pl.Series(outside)), present, days, config.split.seed)


def _of_bucket(store: TableStore, bucket: int, present: datetime, days: int) -> pl.DataFrame:
    """`account_id`, `opened_on`, and `until`: the first rise of the last days, null where there is none."""
    tables = store.read(bucket, ("accounts", "limit_changes"))
    begin = present - timedelta(days=days)
    rises = tables["limit_changes"].filter(
        (pl.col("kind") == "fixed")
        & (pl.col("new_limit_cny") > pl.col("old_limit_cny"))
        & (pl.col("effective_at") > begin)
        & (pl.col("effective_at") < present)
    )
    first = rises.group_by("account_id").agg(until=pl.col("effective_at").min())
    accounts = tables["accounts"].select("account_id", pl.col("opened_on").cast(pl.Datetime("us")))
    return accounts.join(first, on="account_id", how="left", maintain_order="left")


def _drawn(accounts: pl.DataFrame, present: datetime, days: int, seed: int) -> pl.DataFrame:
    begin = np.array([present - timedelta(days=days)], "M8[us]").view(np.int64)
    until = accounts["until"].fill_null(present).to_numpy().astype("M8[us]").view(np.int64)
    numbers = accounts["account_id"].to_numpy().astype(np.int64)
    as_of = drawn_before(numbers, until, until - begin, seed + SALT)
    return (
        accounts.with_columns(pl.Series("as_of", as_of.view("M8[us]")), raised=pl.col("until").is_not_null())
        .filter(pl.col("opened_on") < pl.col("as_of"))
        .select("account_id", "as_of", "raised")
    )
