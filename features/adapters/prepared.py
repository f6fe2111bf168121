"""What an adapter of a public data set hands over, and how it lays the tables out once."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from features import paths
from features.errors import DataError
from features.matrix import Observations
from features.tables import TableStore, TableWriter

OUTCOMES = {"account_id": pl.Int64(), "as_of": pl.Datetime("us"), "bad": pl.Int8()}


@dataclass(frozen=True)
class Prepared:
    """A public data set as contract tables, with the outcomes that its publisher gives.

    Attributes:
        store: its contract tables.
        outcomes: `account_id`, `as_of`, `bad` (1 = bad) in the order of the published file.
        label: the definition of bad, in words.
        notes: what was found odd in the file and how it was treated, one sentence each.
    """

    store: TableStore
    outcomes: pl.DataFrame
    label: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if dict(self.outcomes.schema) != OUTCOMES:
            raise DataError(f"outcomes: columns {dict(self.outcomes.schema)}, expected {OUTCOMES}")

    @property
    def observations(self) -> Observations:
        """The accounts and moments of the outcomes, in the same order."""
        return Observations(self.outcomes.select("account_id", "as_of"))


def lay_out(
    name: str, frames: Mapping[str, pl.DataFrame], origin: Mapping[str, str], *, n_buckets: int
) -> TableStore:
    """Writes the tables of a data set; nothing may be set aside, an adapter knows its file.

    The folder is built aside and takes its place only when whole, so that a killed run leaves no half of it.
    """
    target = paths.dataset(name)
    fresh = target.with_name("tables.new")
    shutil.rmtree(fresh, ignore_errors=True)
    writer = TableWriter(fresh, paths.var() / "quarantine" / name, n_buckets)
    for table, frame in frames.items():
        writer.write(table, frame, origin=name)
    writer.finish(name, origin)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return TableStore(target)


def finished(name: str, origin: Mapping[str, str]) -> TableStore | None:
    """The data set if it was already laid out from the very same files and rules, else None."""
    root: Path = paths.dataset(name)
    if not (root / "dataset.json").exists():
        return None
    store = TableStore(root)
    return store if dict(store.info.origin) == dict(origin) else None
