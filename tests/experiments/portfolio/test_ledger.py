"""Ledger identities: every amount is accounted for, checked on the tables alone where they suffice."""

import numpy as np
import polars as pl

from experiments.portfolio.config import BURN_IN
from experiments.portfolio.simulation import Trajectories

Frames = dict[str, pl.DataFrame]


def fen(column: str) -> pl.Expr:
    return (pl.col(column) * 100).round().cast(pl.Int64)


def bill_days(tables: Frames) -> pl.DataFrame:
    day = pl.col("statement_on").dt.day().first()
    return tables["statements"].group_by("account_id").agg(bill_day=day)


def by_bill(tables: Frames, frame: pl.DataFrame, moment: str, amount: str, name: str) -> pl.DataFrame:
    """Sums by the bill that closes the cycle: the first bill day on or after the day."""
    day = pl.col(moment).cast(pl.Date)
    month = pl.when(day.dt.day() <= pl.col("bill_day")).then(day).otherwise(day.dt.offset_by("1mo"))
    bill = pl.date(month.dt.year(), month.dt.month(), pl.col("bill_day")).alias("statement_on")
    return (
        frame.join(bill_days(tables), on="account_id")
        .group_by("account_id", bill)
        .agg(fen(amount).sum().alias(name))
    )


def ledger(tables: Frames, trajectories: Trajectories) -> pl.DataFrame:
    """Bills with the purchases, returns and payments in between, and the fees of the simulation."""
    credit = tables["orders"].filter("on_credit")
    parts = [
        by_bill(tables, credit, "placed_at", "amount_cny", "bought"),
        by_bill(tables, credit.drop_nulls("returned_at"), "returned_at", "amount_cny", "returned"),
        by_bill(tables, tables["repayments"], "paid_at", "amount_cny", "paid"),
        fees(trajectories),
    ]
    bills = tables["statements"].sort("account_id", "statement_on")
    for part in parts:
        bills = bills.join(part, on=["account_id", "statement_on"], how="left")
    before = fen("balance_cny").shift(1).over("account_id").alias("before")
    return bills.with_columns(before, fen("balance_cny").alias("bill")).fill_null(0)


def fees(trajectories: Trajectories) -> pl.DataFrame:
    row, column = np.nonzero(np.ones(trajectories.months.shape, bool))
    here, bill_day = trajectories.months[row, column], trajectories.people["bill_day"][row]
    starts = [trajectories.config.month_start(t + 1) for t in range(trajectories.config.span)]
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts[row],
            "statement_on": np.array(starts, "M8[D]")[column] + (bill_day - 1),
            "fees": (here["fees"] + here["interest"]).astype(np.int64),
        }
    )


def later_bills(tables: Frames, trajectories: Trajectories) -> pl.DataFrame:
    """Bills with a shown month before them: returns across the month end are in the tables too."""
    frame = ledger(tables, trajectories)
    start = trajectories.config.month_start(BURN_IN + 2)
    return frame.filter((pl.col("statement_on") >= start) & (pl.int_range(pl.len()).over("account_id") > 0))


def test_every_bill_is_the_last_one_plus_the_transactions_since_to_the_cent(
    tables: Frames, trajectories: Trajectories
) -> None:
    frame = later_bills(tables, trajectories)
    expected = pl.col("before") + pl.col("bought") + pl.col("fees") - pl.col("paid") - pl.col("returned")
    wrong = frame.filter(expected != pl.col("bill"))
    assert frame.height > 20_000
    assert wrong.is_empty(), wrong.head(3)


def test_fees_implied_by_the_tables_are_small_and_never_negative(
    tables: Frames, trajectories: Trajectories
) -> None:
    frame = later_bills(tables, trajectories)
    implied = pl.col("bill") - pl.col("before") - pl.col("bought") + pl.col("paid") + pl.col("returned")
    seen = frame.select(fee=implied, base=pl.col("before").abs() + pl.col("bought"))
    assert seen.filter(pl.col("fee") < 0).is_empty()
    assert seen.filter(pl.col("fee") > 0.06 * pl.col("base") + 2).is_empty()


def test_a_payment_is_never_more_than_the_bill_and_stands_against_the_last_one(tables: Frames) -> None:
    joined = tables["repayments"].join(tables["statements"], on=["account_id", "statement_on"], how="inner")
    assert joined.height > 0.9 * tables["repayments"].height
    assert joined.filter(pl.col("amount_cny") > pl.col("balance_cny") + 0.005).is_empty()
    after = (pl.col("paid_at").cast(pl.Date) - pl.col("statement_on")).dt.total_days()
    assert joined.filter(~after.is_between(1, 31)).is_empty()


def test_the_minimum_is_no_more_than_the_bill(tables: Frames) -> None:
    bills = tables["statements"].filter(pl.col("balance_cny") > 0)
    assert bills.filter(pl.col("minimum_due_cny") > pl.col("balance_cny")).is_empty()


def test_amounts_have_at_most_two_decimals(tables: Frames) -> None:
    for name, frame in tables.items():
        for column in (c for c in frame.columns if c.endswith("_cny")):
            values = frame[column].drop_nulls().to_numpy()
            assert (np.round(values * 100) / 100 == values).all(), (name, column)


def test_no_purchase_takes_the_balance_beyond_the_limit(trajectories: Trajectories) -> None:
    record = trajectories.months
    drawn = (
        record["balance"] - record["fees"] - record["interest"]
        > 100 * (record["limit"] + record["extra"]) + 0.5
    )
    bought = record["purchases"] > 0
    over = drawn & bought & (record["limit"] >= record["old_limit"]) & (record["missed"] == 0)
    assert over[:, 1:].mean() < 0.002
