"""Whether a linked source met the condition of a conditional path."""

from datetime import datetime

import numpy as np
import polars as pl

from features.calendar import months_back
from features.sources.registry import LINKED
from features.tables import Tables
from serving.advice import Lever, SourceProfiles
from serving.advice.frames import microseconds
from serving.advice.linking.rows import BACKFILL_MONTHS

LATEST = 4
"""Months within which the latest contribution must lie."""


def condition_met(
    tables: Tables, account: int, link: Lever, profiles: SourceProfiles, until: datetime
) -> bool:
    """Whether the source shows, at the path's date, at least what the condition states."""
    source = LINKED[link.source]
    rows = tables[source.table].filter((pl.col("account_id") == account) & (pl.col("known_at") < until))
    if not rows.height:
        return False
    last = rows.sort(source.event, maintain_order=True).row(-1, named=True)
    asked = profiles.values[link.source][link.size]
    reached = all(
        last[stated.column] >= asked[stated.column]
        if source.profile[stated.column] > 0
        else last[stated.column] <= asked[stated.column]
        for stated in source.conditions
    )
    return reached and (not source.monthly or unbroken(rows, until))


def unbroken(rows: pl.DataFrame, until: datetime) -> bool:
    """Whether the last two years of contributions, as known, have no gap."""
    now = int(np.datetime64(until, "us").astype(np.int64))
    back = np.unique(months_back(microseconds(rows["month"]), now, BACKFILL_MONTHS + LATEST))
    first = int(back[0])
    return first <= LATEST and bool(np.isin(np.arange(first, first + BACKFILL_MONTHS), back).all())
