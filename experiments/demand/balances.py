"""Balance just after each loan, if instalments are paid as planned: the tables hold no payments."""

import polars as pl

MONTH_DAYS = 30


def instalments_left(plan: pl.Expr, age: pl.Expr) -> pl.Expr:
    """Instalments still to come, `age` days after a loan on a `plan`."""
    return (plan - (age / MONTH_DAYS).floor()).clip(0)


def add_balances(loans: pl.DataFrame) -> pl.DataFrame:
    """Adds `balance` and `open_loans`: yuan owed and open loans just after each loan, including it.

    The current limit is not published; it is at least the highest balance, which is therefore its best proxy.

    Args:
        loans: oldest first for each account, with `account_id`, `age`, `amount`, `plan`.
    """
    placed = loans.with_columns(place=pl.int_range(pl.len()).over("account_id"))
    before = placed.select(
        "account_id",
        earlier="place",
        days=pl.col("age"),
        lent=pl.col("amount"),
        on=pl.col("plan"),
    )
    pairs = placed.select("account_id", "place", "age").join(before, on="account_id")
    left = instalments_left(pl.col("on"), pl.col("days") - pl.col("age"))
    owed = (
        pairs.filter(pl.col("earlier") <= pl.col("place"))
        .group_by("account_id", "place")
        .agg(balance=(left / pl.col("on") * pl.col("lent")).sum(), open_loans=(left > 0).sum())
    )
    return placed.join(owed, on=["account_id", "place"], how="left", maintain_order="left").drop("place")
