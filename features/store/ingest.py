"""From contract tables on disk to the live store: idempotent, resumable, bad rows set aside by name."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import sqlalchemy as sa
from numpy.typing import NDArray

from features import paths
from features.contract.check import check
from features.contract.registry import ACCOUNT_TABLES, SHARED_TABLES, TABLES
from features.engine.window import NULL
from features.errors import DataError
from features.store.blob import pack
from features.store.codec import columns_of, encode, layout
from features.store.schema import ACCOUNTS, INGESTED, SHARED, STATE
from features.store.words import WordList
from features.tables import TableStore, bucket_path

Ints = NDArray[np.int64]
Progress = Callable[[int, int], None]
MAX_BAD_SHARE = 0.001
"""Share of a table's rows in one bucket that may be set aside; above it the ingest is refused."""
BATCH = 2_000


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did.

    Attributes:
        dataset: name of the data set.
        buckets: buckets in all.
        unchanged: buckets that were there already, from the very same files.
        accounts: accounts written.
        rows: rows written.
        set_aside: rows that break the contract, kept under `var/quarantine`.
    """

    dataset: str
    buckets: int
    unchanged: int = 0
    accounts: int = 0
    rows: int = 0
    set_aside: int = 0


@dataclass(frozen=True)
class _Bucket:
    """One bucket's rows, packed, with what there is to say of them."""

    accounts: Ints
    data: list[bytes]
    rows: int
    set_aside: int
    watermark: int


def ingest(engine: sa.Engine, store: TableStore, *, progress: Progress | None = None) -> IngestReport:
    """Loads a data set, one transaction a bucket: a killed ingest goes on where it stopped.

    A bucket whose files have not changed is left alone, so the same data set twice changes nothing. Rows that
    break the contract go to `var/quarantine/store/<data set>/<table>/`.

    Raises:
        DataError: the store holds another data set.
        ContractError: a table breaks the contract beyond `MAX_BAD_SHARE`.
    """
    words = _open(engine, store)
    report = IngestReport(store.info.name, len(store.buckets()))
    for bucket in store.buckets():
        digest = _digest(store, bucket)
        with engine.connect() as connection:
            same = (
                connection.scalar(sa.select(INGESTED.c.sha256).where(INGESTED.c.bucket == bucket)) == digest
            )
        if same:
            report = replace(report, unchanged=report.unchanged + 1)
        else:
            packed = _pack_bucket(store, bucket, words)
            _write(engine, bucket, digest, packed, words)
            report = replace(
                report,
                accounts=report.accounts + len(packed.accounts),
                rows=report.rows + packed.rows,
                set_aside=report.set_aside + packed.set_aside,
            )
        if progress:
            progress(bucket + 1, report.buckets)
    return report


def _open(engine: sa.Engine, store: TableStore) -> WordList:
    """Prepares the store for this data set: what concerns all accounts is written first."""
    wanted = _description(store)
    with engine.begin() as connection:
        state = {row.key: row.value for row in connection.execute(sa.select(STATE))}
        if state.get("dataset", store.info.name) != store.info.name:
            raise DataError(
                f"the store holds the data set {state['dataset']!r}, not {store.info.name!r}: "
                "give another --url, or remove the database to start anew"
            )
        words = WordList.read(connection)
        if any(state.get(key) != wanted[key] for key in ("layout", "n_buckets", "tables")):
            connection.execute(sa.delete(ACCOUNTS))
            connection.execute(sa.delete(INGESTED))
        if any(state.get(key) != value for key, value in wanted.items()):
            _write_shared(connection, store, words)
            words.save(connection)
            _put(connection, wanted)
            _next_generation(connection)
    return words


def _description(store: TableStore) -> dict[str, str]:
    digest = hashlib.sha256()
    for table in SHARED_TABLES:
        if table in store.info.tables:
            digest.update((store.root / table / "part-0.parquet").read_bytes())
    return {
        "dataset": store.info.name,
        "layout": layout(),
        "n_buckets": str(store.info.n_buckets),
        "tables": json.dumps(sorted(store.info.tables, key=list(TABLES).index)),
        "shared": digest.hexdigest(),
    }


def _digest(store: TableStore, bucket: int) -> str:
    digest = hashlib.sha256()
    for table in _own(store):
        path = bucket_path(store.root, table, bucket)
        digest.update(f"{table}:".encode())
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def _own(store: TableStore) -> list[str]:
    return [table for table in ACCOUNT_TABLES if table in store.info.tables]


def _write_shared(connection: sa.Connection, store: TableStore, words: WordList) -> None:
    """Employers sorted by number, so that one account's are found by bisection."""
    connection.execute(sa.delete(SHARED))
    for table, frame in store.shared.items():
        keyed = frame.sort("employer_id", maintain_order=True) if "employer_id" in frame.columns else frame
        packed = pack([encode(keyed, table, words.numbers)])
        connection.execute(sa.insert(SHARED), {"name": table, "data": packed})


def _pack_bucket(store: TableStore, bucket: int, words: WordList) -> _Bucket:
    tables = _own(store)
    read = store.read(bucket, tables)
    checked = {table: _checked(read[table], table, store, bucket) for table in tables}
    frames = [checked[table][0].sort("account_id", maintain_order=True) for table in tables]
    matrices = [encode(frame, table, words.numbers) for frame, table in zip(frames, tables, strict=True)]
    owners = [
        matrix[:, columns_of(table).index("account_id")]
        for matrix, table in zip(matrices, tables, strict=True)
    ]
    accounts = np.unique(np.concatenate(owners))
    starts = [np.searchsorted(owner, accounts, "left").tolist() for owner in owners]
    stops = [np.searchsorted(owner, accounts, "right").tolist() for owner in owners]
    data = [
        pack([matrix[a[i] : b[i]] for matrix, a, b in zip(matrices, starts, stops, strict=True)])
        for i in range(len(accounts))
    ]
    rows, set_aside = sum(len(matrix) for matrix in matrices), sum(bad for _, bad in checked.values())
    return _Bucket(accounts, data, rows, set_aside, _watermark(matrices, tables))


def _checked(frame: pl.DataFrame, table: str, store: TableStore, bucket: int) -> tuple[pl.DataFrame, int]:
    """Rows that keep the contract, and how many were set aside."""
    origin = str(bucket_path(store.root, table, bucket))
    checked = check(frame, TABLES[table], max_bad_share=MAX_BAD_SHARE, origin=origin)
    if checked.bad.height:
        folder = paths.var() / "quarantine" / "store" / store.info.name / table
        folder.mkdir(parents=True, exist_ok=True)
        checked.bad.write_parquet(folder / f"bucket={bucket}.parquet")
    return checked.good, checked.bad.height


def _watermark(matrices: Sequence[Ints], tables: Sequence[str]) -> int:
    """The latest moment at which a fact was learned, those revealed later counted in."""
    latest = NULL
    for matrix, table in zip(matrices, tables, strict=True):
        for column in ("known_at", *TABLES[table].revealed):
            moments = matrix[:, columns_of(table).index(column)]
            latest = max(latest, int(moments.max())) if len(moments) else latest
    return latest


def _write(engine: sa.Engine, bucket: int, digest: str, packed: _Bucket, words: WordList) -> None:
    """The whole bucket or nothing of it."""
    rows = [
        {"account_id": account, "bucket": bucket, "data": data}
        for account, data in zip(packed.accounts.tolist(), packed.data, strict=True)
    ]
    done = {
        "bucket": bucket,
        "sha256": digest,
        "accounts": len(packed.accounts),
        "rows": packed.rows,
        "set_aside": packed.set_aside,
        "watermark": packed.watermark,
    }
    with engine.begin() as connection:
        connection.execute(sa.delete(ACCOUNTS).where(ACCOUNTS.c.bucket == bucket))
        for begin in range(0, len(rows), BATCH):
            connection.execute(sa.insert(ACCOUNTS), rows[begin : begin + BATCH])
        words.save(connection)
        connection.execute(sa.delete(INGESTED).where(INGESTED.c.bucket == bucket))
        connection.execute(sa.insert(INGESTED), done)
        _next_generation(connection)


def _next_generation(connection: sa.Connection) -> None:
    """Tells running readers that what concerns all accounts may have changed."""
    current = connection.scalar(sa.select(STATE.c.value).where(STATE.c.key == "generation"))
    _put(connection, {"generation": str(int(current or 0) + 1)})


def _put(connection: sa.Connection, values: dict[str, str]) -> None:
    connection.execute(sa.delete(STATE).where(STATE.c.key.in_(list(values))))
    connection.execute(sa.insert(STATE), [{"key": key, "value": value} for key, value in values.items()])
