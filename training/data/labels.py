"""Labels: outcomes of observations from month-end delinquency.

The performance window of an observation is `(as_of, as_of + window]`; a month end on the as-of day itself
belongs to the past. Maturity depends on the last month end that is complete: an observation whose window
reaches beyond it is excluded whatever happened so far, or early bads would be kept while goods of the same
month are still immature. Of several versions of a month end the last one known counts.
"""

from datetime import date, datetime

import numpy as np
import polars as pl

from features.arrays import Bools, Ints
from features.calendar import DAY, month_number, plus_months
from training.config.schema import LabelConfig

OUTCOMES = ("good", "bad", "indeterminate", "immature", "already_bad", "too_new")
MOMENT = pl.Datetime("us")


def outcomes(
    delinquency: pl.DataFrame,
    accounts: pl.DataFrame,
    observations: pl.DataFrame,
    label: LabelConfig,
    last_month_end: date,
) -> pl.DataFrame:
    """One row an observation of an account that is open: `account_id`, `as_of`, `outcome` (of `OUTCOMES`).

    Args:
        delinquency: contract rows of these accounts.
        accounts: contract rows; accounts opened on or after an as-of do not exist at it.
        observations: `account_id` and `as_of`, any moment.
        label: definition of bad.
        last_month_end: the last month end of which all statuses are on record in the whole data set.
    """
    windows = _windows(_of_open_accounts(accounts, observations), label, last_month_end)
    observed = _observed(delinquency, windows)
    return observed.select("account_id", "as_of", _outcome(label).alias("outcome")).sort(
        "account_id", "as_of"
    )


def _of_open_accounts(accounts: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    opened = accounts.select("account_id", pl.col("opened_on").cast(MOMENT))
    return observations.join(opened, on="account_id").filter(pl.col("opened_on") < pl.col("as_of"))


def _windows(observations: pl.DataFrame, label: LabelConfig, last_month_end: date) -> pl.DataFrame:
    """Adds the end of each window, the month ends that it should hold, and whether all of them are there."""
    begin = observations["as_of"].to_numpy().astype("M8[us]").view(np.int64)
    end = plus_months(begin, label.window_months, sticky=False)
    tenured = plus_months(begin, -label.min_tenure_months, sticky=False)
    expected = month_ends_until(end) - month_ends_until(begin)
    return observations.with_columns(
        pl.Series("window_end", end.view("M8[us]")),
        pl.Series("n_expected", expected),
        pl.Series("mature", _mature(end, last_month_end) | (expected == 0)),
        pl.Series("tenured_by", tenured.view("M8[us]")),
    )


def _mature(window_end: Ints, last_month_end: date) -> Bools:
    moment = datetime(last_month_end.year, last_month_end.month, last_month_end.day)
    last = np.array([moment], "M8[us]").view(np.int64)
    return month_ends_until(window_end) <= month_ends_until(last)


def month_ends_until(moments: Ints) -> Ints:
    """Month ends at or before each moment, counted from January 1970; each counts as midnight of its day.

    One day on, a moment at or after a month end lies in a later month.

    >>> month_ends_until(np.array(["1970-01-30", "1970-01-31", "1970-03-01"], "M8[us]").view(np.int64))
    array([0, 1, 2])
    """
    return month_number(moments + DAY)


def _observed(delinquency: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    status = delinquency.select(
        "account_id",
        "known_at",
        pl.col("month_end").cast(MOMENT),
        pl.col("days_past_due").alias("dpd"),
        (pl.col("known_at") == pl.col("known_at").max().over("account_id", "month_end")).alias("final"),
    )
    inside = (pl.col("month_end") > pl.col("as_of")) & (pl.col("month_end") <= pl.col("window_end"))
    after = inside & pl.col("final")
    known = (pl.col("known_at") < pl.col("as_of")) & (pl.col("month_end") <= pl.col("as_of"))
    keys = ["account_id", "as_of", "mature", "n_expected", "opened_on", "tenured_by"]
    return (
        observations.join(status, on="account_id", how="left")
        .group_by(keys)
        .agg(
            pl.col("dpd").filter(after).max().alias("worst"),
            pl.col("month_end").filter(after).n_unique().alias("n_seen"),
            pl.col("dpd")
            .sort_by("month_end", "known_at")
            .filter(known.sort_by("month_end", "known_at"))
            .last()
            .alias("now"),
        )
    )


def _outcome(label: LabelConfig) -> pl.Expr:
    return (
        pl.when(pl.col("opened_on") > pl.col("tenured_by"))
        .then(pl.lit("too_new"))
        .when(pl.col("now") >= label.dpd)
        .then(pl.lit("already_bad"))
        .when(~pl.col("mature"))
        .then(pl.lit("immature"))
        .when(pl.col("worst") >= label.dpd)
        .then(pl.lit("bad"))
        .when(pl.col("n_seen") < pl.col("n_expected"))
        .then(pl.lit("immature"))
        .when(pl.col("worst") >= label.indeterminate_dpd)
        .then(pl.lit("indeterminate"))
        .otherwise(pl.lit("good"))
    )
