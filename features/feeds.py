"""Until when each table of a data set is complete, and the moment that stands for now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from features.contract.registry import TABLES
from features.errors import DataError

SPARSE = (
    "accounts", "account_flags", "demographics", "limit_changes", "instalment_plans", "consents", "offers",
)  # fmt: skip
"""Own tables whose rows may lie months apart: their latest row does not say until when they are complete."""


@dataclass(frozen=True)
class Feeds:
    """The state of a data set's feeds; moments are local time without a zone.

    Attributes:
        complete_until: by table, the moment before which every row that exists has arrived.
        present: what stands for now in a simulated or archived data set; None is the wall clock.
    """

    complete_until: Mapping[str, datetime] = field(default_factory=dict)
    present: datetime | None = None

    def clock(self, wall: datetime) -> datetime:
        """The present of the data set, or the wall clock."""
        return wall if self.present is None else self.present

    def now(self, wall: datetime, bounding: Collection[str]) -> datetime:
        """The latest moment at which a decision may be made: the clock, but no later than these feeds."""
        ends = [moment for table, moment in self.complete_until.items() if table in bounding]
        return min([self.clock(wall), *ends])


def read_moment(text: str, where: str) -> datetime:
    """A moment of a data set's description.

    Raises:
        DataError: it is not one, or has a time zone.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise DataError(
            f"{where} = {text!r} is not a moment in local time without a zone: write 2026-11-01T02:00:00"
        )
    return moment


def completeness(
    root: Path, tables: Collection[str], stated: Mapping[str, datetime], clock: datetime
) -> dict[str, datetime]:
    """Until when each table is complete: as stated, or until the latest `known_at` of its rows.

    A sparse table of the lender's own about which nothing is stated counts as complete until the latest row
    of any of the lender's own tables. A row from after the clock moves nothing.

    Args:
        root: folder of the data set.
        tables: tables present.
        stated: what the lender states, by table.
        clock: no table is complete beyond it.
    """
    unstated = [table for table in tables if table not in stated]
    own = [t for t in tables if TABLES[t].source == "platform"] if set(unstated) & set(SPARSE) else []
    latest = {t: _latest_known(root / t, clock) for t in {*unstated, *own}}
    found = {t: moment for t, moment in latest.items() if moment is not None}
    newest = max((found[t] for t in own if t in found), default=None)
    if newest is not None:
        found |= {table: newest for table in unstated if table in SPARSE}
    return {t: min(clock, stated.get(t) or found[t]) for t in tables if t in stated or t in found}


def _latest_known(folder: Path, clock: datetime) -> datetime | None:
    """The latest `known_at` of a table's rows up to the clock, None without such a row."""
    files = sorted(folder.rglob("*.parquet"))
    if not files:
        return None
    known = pl.scan_parquet(files, hive_partitioning=False).select("known_at").filter(
        pl.col("known_at") <= clock
    )  # fmt: skip
    latest: datetime | None = known.max().collect().item()
    return latest
