"""One pseudo account a plan: known rows, projected rows, and the shared tables."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from features.contract.registry import ACCOUNT_TABLES, SHARED_TABLES
from features.tables import Tables
from serving.advice.account import AccountSnapshot
from serving.advice.frames import for_plans

Frames = Mapping[str, pl.DataFrame]
"""By table."""
UNREAD = ("demographics", "offers", "instalment_plans")
"""Tables that no feature reads: left out of the projection."""


def plan_tables(account: AccountSnapshot, n: int, months: int, added: Frames) -> Tables:
    """Pseudo accounts 0 … n − 1, one a plan: the account's rows and the added ones.

    Args:
        account: the account.
        n: number of plans.
        months: by which the monthly shared tables are carried forward.
        added: projected rows by table, with a column `plan`.
    """
    frames = {}
    for name in ACCOUNT_TABLES:
        if name not in account.tables.frames or name in UNREAD:
            continue
        past = for_plans(account.tables[name], np.arange(n))
        both = pl.concat([past, added[name]]) if name in added else past
        frames[name] = both.with_columns(account_id=pl.col("plan")).drop("plan")
    for name in SHARED_TABLES:
        if name in account.tables.frames:
            frames[name] = _carried_forward(account.tables[name], name, months)
    return Tables(frames)


def _carried_forward(rows: pl.DataFrame, name: str, months: int) -> pl.DataFrame:
    """A monthly table with its last month carried forward; registry states hold until the next one."""
    if name == "employers" or not rows.height:
        return rows
    last = rows.filter(pl.col("month") == pl.col("month").max())
    ahead = [
        last.with_columns(
            month=pl.col("month").dt.offset_by(f"{j}mo"), known_at=pl.col("known_at").dt.offset_by(f"{j}mo")
        )
        for j in range(1, months + 1)
    ]
    return pl.concat([rows, *ahead])
