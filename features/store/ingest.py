"""From contract tables on disk to the live store: idempotent, resumable, bad rows set aside by name."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from features.contract.future import RULE
from features.contract.registry import SHARED_TABLES, TABLES
from features.errors import DataError
from features.store.codec import layout
from features.store.feed_state import COMPLETE_UNTIL, feed_state
from features.store.packing import Counts, Packed, Tolerance, own_tables, pack_bucket, pack_shared
from features.store.schema import ACCOUNTS, COUNTS, INGESTED, SHARED, SHARED_BUCKET, STATE
from features.store.text_codes import TextCodes
from features.tables import TableStore, bucket_path, shared_path

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

    def plus(self, packed: Packed) -> "IngestReport":
        """The report after one more bucket was written."""
        return replace(
            self,
            accounts=self.accounts + len(packed.accounts),
            rows=self.rows + packed.rows,
            set_aside=self.set_aside + packed.set_aside,
        )


def ingest(
    engine: sa.Engine,
    store: TableStore,
    *,
    progress: Progress | None = None,
    max_bad_share: float = MAX_BAD_SHARE,
) -> IngestReport:
    """Loads a data set, one transaction a bucket: a killed ingest resumes where it stopped.

    A bucket whose files have not changed is left alone, so the same data set twice changes nothing. Rows that
    break the contract go to `var/quarantine/store/<data set>/<table>/`; a bucket that has too many of them is
    refused, and what the store held of it stays. Until when the tables are complete is written last, so that
    an ingest in progress never claims rows that are not there yet.

    Raises:
        DataError: the store holds another data set.
        ContractError: a table breaks the contract beyond `max_bad_share`.
    """
    feeds = store.feeds()
    tolerance = Tolerance(max_bad_share, feeds.clock(datetime.now()))
    texts = _open(engine, store, tolerance)
    report = IngestReport(store.info.name, len(store.buckets()))
    for bucket in store.buckets():
        digest = _digest(store, bucket)
        if _stands(engine, bucket, digest):
            report = replace(report, unchanged=report.unchanged + 1)
        else:
            packed = pack_bucket(store, bucket, texts, tolerance)
            _write(engine, bucket, digest, packed, texts)
            report = report.plus(packed)
        if progress:
            progress(bucket + 1, report.buckets)
    with engine.begin() as connection:
        _put(connection, feed_state(feeds))
    return report


def _stands(engine: sa.Engine, bucket: int, digest: str) -> bool:
    """Whether the bucket is there from these files; a row of the future that was set aside may be due now."""
    future = sa.select(COUNTS.c.rows).where((COUNTS.c.bucket == bucket) & COUNTS.c.rule.endswith(RULE))
    with engine.connect() as connection:
        held = connection.scalar(sa.select(INGESTED.c.sha256).where(INGESTED.c.bucket == bucket))
        return held == digest and connection.execute(future).first() is None


def _open(engine: sa.Engine, store: TableStore, tolerance: Tolerance) -> TextCodes:
    """Prepares the store for this data set: what concerns all accounts is written first."""
    wanted = _description(store)
    with engine.begin() as connection:
        state = {row.key: row.value for row in connection.execute(sa.select(STATE))}
        if state.get("dataset", store.info.name) != store.info.name:
            raise DataError(
                f"the store holds the data set {state['dataset']!r}, not {store.info.name!r}: give another "
                f"one (STORE=sqlite:///var/{store.info.name}.db), or remove the database to start anew"
            )
        texts = TextCodes.read(connection)
        if any(state.get(key) != wanted[key] for key in ("layout", "n_buckets", "tables")):
            for table in (ACCOUNTS, INGESTED, COUNTS):
                connection.execute(sa.delete(table))
            connection.execute(sa.delete(STATE).where(STATE.c.key == COMPLETE_UNTIL))
        if any(state.get(key) != value for key, value in wanted.items()):
            _write_shared(connection, store, texts, tolerance)
            texts.save(connection)
            _put(connection, wanted)
            _next_generation(connection)
    return texts


def _description(store: TableStore) -> dict[str, str]:
    digest = hashlib.sha256()
    for table in SHARED_TABLES:
        if table in store.info.tables:
            digest.update(shared_path(store.root, table).read_bytes())
    return {
        "dataset": store.info.name,
        "layout": layout(),
        "n_buckets": str(store.info.n_buckets),
        "tables": json.dumps(sorted(store.info.tables, key=list(TABLES).index)),
        "shared": digest.hexdigest(),
    }


def _digest(store: TableStore, bucket: int) -> str:
    digest = hashlib.sha256()
    for table in own_tables(store):
        path = bucket_path(store.root, table, bucket)
        digest.update(f"{table}:".encode())
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def _write_shared(
    connection: sa.Connection, store: TableStore, texts: TextCodes, tolerance: Tolerance
) -> None:
    shared = pack_shared(store, texts, tolerance)
    connection.execute(sa.delete(SHARED))
    for table, packed in shared.data.items():
        connection.execute(sa.insert(SHARED), {"name": table, "data": packed})
    _put_counts(connection, SHARED_BUCKET, shared.counts)


def _write(engine: sa.Engine, bucket: int, digest: str, packed: Packed, texts: TextCodes) -> None:
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
    }
    with engine.begin() as connection:
        connection.execute(sa.delete(ACCOUNTS).where(ACCOUNTS.c.bucket == bucket))
        for begin in range(0, len(rows), BATCH):
            connection.execute(sa.insert(ACCOUNTS), rows[begin : begin + BATCH])
        texts.save(connection)
        connection.execute(sa.delete(INGESTED).where(INGESTED.c.bucket == bucket))
        connection.execute(sa.insert(INGESTED), done)
        _put_counts(connection, bucket, packed.counts)
        _next_generation(connection)


def _put_counts(connection: sa.Connection, bucket: int, counts: Counts) -> None:
    connection.execute(sa.delete(COUNTS).where(COUNTS.c.bucket == bucket))
    rows = [
        {"bucket": bucket, "table_name": table, "rule": rule, "rows": n}
        for (table, rule), n in counts.items()
    ]
    if rows:
        connection.execute(sa.insert(COUNTS), rows)


def _next_generation(connection: sa.Connection) -> None:
    """Tells running readers that what concerns all accounts may have changed."""
    current = connection.scalar(sa.select(STATE.c.value).where(STATE.c.key == "generation"))
    _put(connection, {"generation": str(int(current or 0) + 1)})


def _put(connection: sa.Connection, values: dict[str, str]) -> None:
    connection.execute(sa.delete(STATE).where(STATE.c.key.in_(list(values))))
    connection.execute(sa.insert(STATE), [{"key": key, "value": value} for key, value in values.items()])
