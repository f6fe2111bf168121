"""Features of every user at a moment, from orders and accounts known before it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from experiments.demand import expressions as ask
from experiments.demand.balances import instalments_left, with_balances
from experiments.demand.cohorts import with_cohorts
from features.errors import DataError
from features.tables import TableStore

RECORD_FROM = datetime(2016, 8, 3)
"""Midnight before the first loan on record."""
FIRST_ACTIVATION = date(2015, 12, 1)
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Look:
    """From where, and how far back.

    Attributes:
        as_of: the moment of observation; only what was known before it counts.
        record_days: days of record that may be read.
        window_days: longest counting window, at most the record.
    """

    as_of: datetime
    record_days: int
    window_days: int

    def __post_init__(self) -> None:
        if self.window_days > self.record_days:
            raise DataError(
                f"a window of {self.window_days} days needs as long a record, {self.as_of:%Y-%m-%d} has only "
                f"{self.record_days} days of it"
            )

    @classmethod
    def full(cls, as_of: datetime, window_days: int) -> "Look":
        """A look that reads all there is on record."""
        return cls(as_of, (as_of - RECORD_FROM).days, window_days)


@dataclass(frozen=True)
class Book:
    """The tables the experiment reads, accounts in rising order of `account_id`."""

    accounts: pl.DataFrame
    orders: pl.DataFrame
    demographics: pl.DataFrame

    @classmethod
    def read(cls, store: TableStore) -> "Book":
        """All buckets at once: two hundred thousand loans need no more care."""
        names = ("accounts", "orders", "demographics")
        parts = [store.read(bucket, names) for bucket in store.buckets()]
        frames = {name: pl.concat(part[name] for part in parts).sort("account_id") for name in names}
        return cls(**frames)


def history(orders: pl.DataFrame, look: Look) -> pl.DataFrame:
    """The loans seen, oldest first for each account, with what `expressions` reads."""
    begin = look.as_of - timedelta(days=look.record_days)
    seen = (
        (pl.col("known_at") < look.as_of)
        & (pl.col("placed_at") < look.as_of)
        & (pl.col("placed_at") >= begin)
    )
    age = (pl.lit(look.as_of) - pl.col("placed_at")).dt.total_seconds() / SECONDS_A_DAY
    left = instalments_left(pl.col("plan"), pl.col("age"))
    loans = (
        orders.filter(seen)
        .sort("account_id", "placed_at", "amount_cny", "instalments")
        .select("account_id", moment="placed_at", amount="amount_cny", plan="instalments", age=age)
        .with_columns(
            log_amount=(pl.col("amount") + 1.0).log(5.0),
            gap=pl.col("age").shift(1).over("account_id") - pl.col("age"),
            rest=left / pl.col("plan") * pl.col("amount"),
            due=pl.when(left > 0).then(pl.col("amount") / pl.col("plan")).otherwise(0.0),
        )
    )
    return with_balances(loans)


def build(book: Book, look: Look) -> pl.DataFrame:
    """`account_id` and the features, one row a user, in rising order of `account_id`.

    Activation counts from a fixed day: the cohorts of activation differ for good, so the month a cohort was
    activated in tells more than how long ago that is, and means the same at every moment of observation.
    """
    asked = [
        *ask.counts(look.window_days),
        *ask.sizes(look.window_days),
        *ask.plans(look.window_days),
        *ask.stock(look.window_days),
        *ask.owed(),
        *ask.recency(),
        *ask.rates(look.record_days),
    ]
    loans = history(book.orders, look).group_by("account_id").agg(asked)
    known = book.accounts.filter(pl.col("known_at") < look.as_of)
    users = known.select(
        "account_id",
        initial_limit="initial_limit_cny",
        activated_day=(pl.col("opened_on") - FIRST_ACTIVATION).dt.total_days(),
        activated_day_of_month=pl.col("opened_on").dt.day(),
    )
    wide = users.join(loans, on="account_id", how="left", maintain_order="left")
    filled = wide.with_columns(pl.col(ask.ZERO_WITHOUT_LOANS).fill_null(0))
    derived = filled.with_columns(*ask.against_limit(), *ask.against_balance(), *ask.trends(look.window_days))
    return with_cohorts(derived, ask.longest(look.window_days)).with_columns(
        pl.exclude("account_id").cast(pl.Float64)
    )


def with_demographics(features: pl.DataFrame, book: Book, as_of: datetime) -> pl.DataFrame:
    """The features, age and sex: only to state their price."""
    people = book.demographics.filter(pl.col("known_at") < as_of).select(
        "account_id",
        age=(as_of.year - pl.col("birth_year")).cast(pl.Float64),
        sex=pl.col("sex").cast(pl.Float64, strict=False),
    )
    return features.join(people, on="account_id", how="left", maintain_order="left")


def demand(book: Book, users: pl.Series, as_of: datetime, horizon_days: int) -> pl.Series:
    """Log base 5 of (yuan borrowed + 1) in `[as_of, as_of + horizon)`, one value a user, in their order."""
    end = as_of + timedelta(days=horizon_days)
    inside = (pl.col("placed_at") >= as_of) & (pl.col("placed_at") < end)
    sums = book.orders.filter(inside).group_by("account_id").agg(pl.col("amount_cny").sum())
    wide = users.to_frame("account_id").join(sums, on="account_id", how="left", maintain_order="left")
    return wide.select((pl.col("amount_cny").fill_null(0.0) + 1.0).log(5.0).alias("log_amount")).to_series()
