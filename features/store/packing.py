"""The rows of a bucket, and those that belong to no account, checked once more and packed for the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from features import paths
from features.arrays import Ints
from features.contract.check import FEW_BAD, Checked, check
from features.contract.registry import ACCOUNT_TABLES, TABLES
from features.store.blob import pack
from features.store.codec import columns_of, encode
from features.store.text_codes import TextCodes
from features.tables import TableStore, bucket_path, shared_path

Counts = Mapping[tuple[str, str], int]
"""Rows by (table, rule); accepted rows stand under the rule ""."""


@dataclass(frozen=True)
class Tolerance:
    """Which rows are set aside, and how many may be.

    Attributes:
        max_bad_share: share of a table's rows in one bucket; above it the bucket is refused.
        present: rows from after this moment are set aside.
    """

    max_bad_share: float
    present: datetime


@dataclass(frozen=True)
class Packed:
    """One bucket's rows, packed, with what there is to say of them."""

    accounts: Ints
    data: list[bytes]
    counts: Counts
    set_aside: int

    @property
    def rows(self) -> int:
        """Rows accepted."""
        return sum(n for (_, rule), n in self.counts.items() if not rule)


@dataclass(frozen=True)
class Shared:
    """The shared tables, packed."""

    data: Mapping[str, bytes]
    counts: Counts


def quarantine_of(dataset: str) -> Path:
    """Where the rows that the store did not take are kept."""
    return paths.var() / "quarantine" / "store" / dataset


def own_tables(store: TableStore) -> list[str]:
    """Tables of the data set whose rows belong to accounts."""
    return [table for table in ACCOUNT_TABLES if table in store.info.tables]


def pack_bucket(store: TableStore, bucket: int, texts: TextCodes, tolerance: Tolerance) -> Packed:
    """Checks and packs a bucket, account by account.

    Raises:
        ContractError: a table has more bad rows than may be set aside.
    """
    tables = own_tables(store)
    read = store.read(bucket, tables)
    checked = {t: _checked(read[t], t, store, tolerance, bucket) for t in tables}
    frames = [checked[table].good.sort("account_id", maintain_order=True) for table in tables]
    matrices = [encode(frame, table, texts.encode) for frame, table in zip(frames, tables, strict=True)]
    accounts, data = _by_account(matrices, tables)
    set_aside = sum(c.bad.height for c in checked.values())
    return Packed(accounts, data, _counts(checked), set_aside)


def pack_shared(store: TableStore, texts: TextCodes, tolerance: Tolerance) -> Shared:
    """Checks and packs the shared tables; employers by number, so that one account's are found by bisection.

    Raises:
        ContractError: a table has more bad rows than may be set aside.
    """
    checked = {t: _checked(frame, t, store, tolerance) for t, frame in store.shared.items()}
    data = {}
    for table, found in checked.items():
        keyed = "employer_id" in found.good.columns
        frame = found.good.sort("employer_id", maintain_order=True) if keyed else found.good
        data[table] = pack([encode(frame, table, texts.encode)])
    return Shared(data, _counts(checked))


def _by_account(matrices: Sequence[Ints], tables: Sequence[str]) -> tuple[Ints, list[bytes]]:
    owners = [m[:, columns_of(table).index("account_id")] for m, table in zip(matrices, tables, strict=True)]
    accounts = np.unique(np.concatenate(owners))
    starts = [np.searchsorted(owner, accounts, "left").tolist() for owner in owners]
    stops = [np.searchsorted(owner, accounts, "right").tolist() for owner in owners]
    data = [
        pack([matrix[a[i] : b[i]] for matrix, a, b in zip(matrices, starts, stops, strict=True)])
        for i in range(len(accounts))
    ]
    return accounts, data


def _checked(
    frame: pl.DataFrame, table: str, store: TableStore, tolerance: Tolerance, bucket: int | None = None
) -> Checked:
    """Splits the rows of a file; those set aside are written down in place of an earlier ingest's."""
    path = shared_path(store.root, table) if bucket is None else bucket_path(store.root, table, bucket)
    checked = check(
        frame,
        TABLES[table],
        max_bad_share=tolerance.max_bad_share,
        few_bad=FEW_BAD,
        origin=str(path),
        present=tolerance.present,
    )
    name = "shared" if bucket is None else f"bucket={bucket}"
    kept = quarantine_of(store.info.name) / table / f"{name}.parquet"
    kept.unlink(missing_ok=True)
    if checked.bad.height:
        kept.parent.mkdir(parents=True, exist_ok=True)
        checked.bad.with_columns(file=pl.lit(str(path))).write_parquet(kept)
    return checked


def _counts(checked: Mapping[str, Checked]) -> Counts:
    accepted = {(table, ""): found.good.height for table, found in checked.items()}
    broken = {(table, rule): n for table, found in checked.items() for rule, n in found.broken.items()}
    return {**accepted, **broken}
