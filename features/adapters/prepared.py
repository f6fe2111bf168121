"""The result of an adapter of a public data set: contract tables, written once, and outcomes."""

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
        label: the definition of bad.
        notes: irregularities of the file and how each was treated, one sentence each.
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


def write_tables(
    name: str, frames: Mapping[str, pl.DataFrame], origin: Mapping[str, str], *, n_buckets: int
) -> TableStore:
    """Writes the tables of a data set; a row that breaks the contract is an error of the adapter.

    The folder is built under another name and renamed when complete, so that a killed run leaves no partial
    data set.

    Raises:
        ContractError: a row breaks the contract.
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


def existing(name: str, origin: Mapping[str, str]) -> TableStore | None:
    """The data set if it was already written from the same files and rules, else None."""
    root: Path = paths.dataset(name)
    if not (root / "dataset.json").exists():
        return None
    store = TableStore(root)
    return store if dict(store.info.origin) == dict(origin) else None
