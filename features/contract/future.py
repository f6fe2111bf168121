"""Rows from after the present: nobody can have learned of them yet, so they are a mistake."""

from datetime import datetime

import polars as pl

from features.contract.registry import TableSpec

RULE = "after the present"
ANNOUNCED = ("effective_at",)
"""Event columns that may lie ahead: a change of limit is decided before it takes effect."""


def after_the_present(frame: pl.DataFrame, table: TableSpec, present: datetime) -> pl.Series:
    """The rules `column: after the present` that each row breaks, null where it breaks none.

    Held against the present are `known_at` and the moment of an event that has happened. A moment that is
    revealed later (`returned_at`, `revoked_at`, `accepted_at`) may lie ahead: until then it reads as null.

    Args:
        frame: (n, c) rows, parsed.
        table: the contract.
        present: the latest moment at which a fact can have been learned.
    """
    columns = dict.fromkeys(["known_at", *({table.event} - set(ANNOUNCED))])
    labels = [
        pl.when(pl.col(column).cast(pl.Datetime("us"), strict=False) > present).then(
            pl.lit(f"{column}: {RULE}")
        )
        for column in columns
    ]
    label = pl.concat_str(labels, separator="; ", ignore_nulls=True)
    return frame.select(pl.when(label != "").then(label).alias("future")).to_series()
