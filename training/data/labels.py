"""Labels: outcomes of observations from month-end delinquency.

The performance window of an observation is `(as_of, as_of + window]`; a month end on the as-of day itself
belongs to the past. Maturity depends on the last month end on record: an observation whose window reaches
beyond it is excluded whatever happened so far, or early bads would be kept while goods of the same month are
still immature. Of several versions of a month end the last one known counts.
"""

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from features.calendar import add_months, month_ends
from training.config.schema import LabelConfig

OUTCOMES = ("good", "bad", "indeterminate", "immature", "already_bad", "too_new")
MOMENT = pl.Datetime("us")


def outcomes(
    delinquency: pl.DataFrame,
    accounts: pl.DataFrame,
    as_ofs: Sequence[datetime],
    label: LabelConfig,
    last_month_end: date,
) -> pl.DataFrame:
    """One row an account open at an as-of: `account_id`, `as_of`, `outcome` (one of `OUTCOMES`).

    Args:
        delinquency: contract rows of these accounts.
        accounts: contract rows; accounts opened on or after an as-of do not exist at it.
        as_ofs: observation dates.
        label: definition of bad.
        last_month_end: the last month end on record in the whole data set.
    """
    calendar = _calendar(as_ofs, label, last_month_end)
    observed = _observed(delinquency, _open_accounts(accounts, calendar))
    return observed.select("account_id", "as_of", _outcome(label).alias("outcome")).sort(
        "account_id", "as_of"
    )


def _calendar(as_ofs: Sequence[datetime], label: LabelConfig, last_month_end: date) -> pl.DataFrame:
    ends = [add_months(moment, label.window_months) for moment in as_ofs]
    expected = [month_ends(a, b) for a, b in zip(as_ofs, ends, strict=True)]
    return pl.DataFrame(
        {
            "as_of": list(as_ofs),
            "window_end": ends,
            "n_expected": [len(days) for days in expected],
            "mature": [not days or days[-1] <= last_month_end for days in expected],
            "tenured_by": [add_months(moment, -label.min_tenure_months) for moment in as_ofs],
        },
        schema_overrides={"as_of": MOMENT, "window_end": MOMENT, "tenured_by": MOMENT},
    )


def _open_accounts(accounts: pl.DataFrame, calendar: pl.DataFrame) -> pl.DataFrame:
    opened = accounts.select("account_id", pl.col("opened_on").cast(MOMENT))
    return opened.join(calendar, how="cross").filter(pl.col("opened_on") < pl.col("as_of"))


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
