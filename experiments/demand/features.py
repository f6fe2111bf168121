"""Features of every user at a moment, from orders and accounts known before it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from experiments.demand import expressions
from experiments.demand.balances import add_balances, instalments_left
from experiments.demand.cohorts import add_cohort_shares
from features.errors import DataError
from features.tables import TableStore

RECORD_FROM = datetime(2016, 8, 3)
"""Midnight before the first loan on record."""
FIRST_ACTIVATION = date(2015, 12, 1)
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class ObservationWindow:
    """The moment of observation, and how far back it reads.

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
                f"{self.record_days} days of it: choose a shorter window_days"
            )

    @classmethod
    def full(cls, as_of: datetime, window_days: int) -> "ObservationWindow":
        """A window that reads the whole record."""
        return cls(as_of, (as_of - RECORD_FROM).days, window_days)


@dataclass(frozen=True)
class LoanTables:
    """The tables the experiment reads, accounts in rising order of `account_id`."""

    accounts: pl.DataFrame
    orders: pl.DataFrame
    demographics: pl.DataFrame

    @classmethod
    def read(cls, store: TableStore) -> "LoanTables":
        """All buckets at once: two hundred thousand loans fit into memory."""
        names = ("accounts", "orders", "demographics")
        parts = [store.read(bucket, names) for bucket in store.buckets()]
        frames = {name: pl.concat(part[name] for part in parts).sort("account_id") for name in names}
        return cls(**frames)


def history(orders: pl.DataFrame, window: ObservationWindow) -> pl.DataFrame:
    """Loans within the window, oldest first for each account, with the columns that `expressions` reads."""
    begin = window.as_of - timedelta(days=window.record_days)
    seen = (
        (pl.col("known_at") < window.as_of)
        & (pl.col("placed_at") < window.as_of)
        & (pl.col("placed_at") >= begin)
    )
    age = (pl.lit(window.as_of) - pl.col("placed_at")).dt.total_seconds() / SECONDS_A_DAY
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
    return add_balances(loans)


def build(tables: LoanTables, window: ObservationWindow) -> pl.DataFrame:
    """`account_id` and the features, one row a user, in rising order of `account_id`."""
    loans = history(tables.orders, window).group_by("account_id").agg(_aggregates(window))
    wide = _users(tables, window).join(loans, on="account_id", how="left", maintain_order="left")
    filled = wide.with_columns(pl.col(expressions.ZERO_WITHOUT_LOANS).fill_null(0))
    derived = filled.with_columns(
        *expressions.limit_ratios(), *expressions.balance_ratios(), *expressions.trends(window.window_days)
    )
    return add_cohort_shares(derived, expressions.longest_window(window.window_days)).with_columns(
        pl.exclude("account_id").cast(pl.Float64)
    )


def _aggregates(window: ObservationWindow) -> list[pl.Expr]:
    """Expressions that aggregate the loans of a user."""
    return [
        *expressions.counts(window.window_days),
        *expressions.loan_sizes(window.window_days),
        *expressions.loans_by_plan(window.window_days),
        *expressions.outstanding_debt(window.window_days),
        *expressions.balance_levels(),
        *expressions.recency(),
        *expressions.loan_rates(window.record_days),
    ]


def _users(tables: LoanTables, window: ObservationWindow) -> pl.DataFrame:
    """Users known at the moment: initial limit and day of activation.

    Activation is counted from a fixed day, not back from the moment: cohorts of activation differ lastingly,
    so the date carries more than the age of the account, and means the same at every moment.
    """
    known = tables.accounts.filter(pl.col("known_at") < window.as_of)
    return known.select(
        "account_id",
        initial_limit="initial_limit_cny",
        activated_day=(pl.col("opened_on") - FIRST_ACTIVATION).dt.total_days(),
        activated_day_of_month=pl.col("opened_on").dt.day(),
    )


def add_demographics(features: pl.DataFrame, tables: LoanTables, as_of: datetime) -> pl.DataFrame:
    """The features with age and sex: only to measure what leaving them out costs."""
    people = tables.demographics.filter(pl.col("known_at") < as_of).select(
        "account_id",
        age=(as_of.year - pl.col("birth_year")).cast(pl.Float64),
        sex=pl.col("sex").cast(pl.Float64, strict=False),
    )
    return features.join(people, on="account_id", how="left", maintain_order="left")


def demand(tables: LoanTables, users: pl.Series, as_of: datetime, horizon_days: int) -> pl.Series:
    """Log base 5 of (yuan borrowed + 1) in `[as_of, as_of + horizon)`, one value a user, in their order."""
    end = as_of + timedelta(days=horizon_days)
    inside = (pl.col("placed_at") >= as_of) & (pl.col("placed_at") < end)
    sums = tables.orders.filter(inside).group_by("account_id").agg(pl.col("amount_cny").sum())
    wide = users.to_frame("account_id").join(sums, on="account_id", how="left", maintain_order="left")
    return wide.select((pl.col("amount_cny").fill_null(0.0) + 1.0).log(5.0).alias("log_amount")).to_series()
