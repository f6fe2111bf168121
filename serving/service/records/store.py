"""Appends records to the chain and reads them back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from serving.decision.policy import LoadedPolicy, parse
from serving.service.records import budgets, opt_outs
from serving.service.records.record import GENESIS, Draft, Record, RecordError, chain_hash
from serving.service.records.schema import METADATA, POLICIES, RECORDS, WRITES, engine_for

PAGE = 1000
COLUMNS = (RECORDS.c.seq, RECORDS.c.body, RECORDS.c.prev_hash, RECORDS.c.hash)


class RecordStore:
    """The chain of records.

    Raises:
        RecordError: the database cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._engine = engine_for(url)
        database = make_url(url).database
        if self._engine.dialect.name == "sqlite" and database:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        try:
            METADATA.create_all(self._engine)
        except SQLAlchemyError as error:
            raise _failure("opened", error) from error

    def append(self, drafts: Sequence[Draft]) -> tuple[Record | None, ...]:
        """Adds records in one transaction; when it returns they are on the disk.

        Returns:
            A record for each draft, None where the person has opted out, or in again, since it was made:
            that draft is not recorded, and its answer may not be returned.

        Raises:
            RecordError: nothing was added.
        """
        try:
            with self._write_transaction() as connection:
                _lock(connection)
                last = connection.execute(select(*COLUMNS).order_by(RECORDS.c.seq.desc()).limit(1)).first()
                valid = opt_outs.still_valid(connection, drafts)
                kept = [draft for draft, holds in zip(drafts, valid, strict=True) if holds]
                records = _chained(kept, _record(last) if last else None)
                rows = [_row(draft, record) for draft, record in zip(kept, records, strict=True)]
                if rows:
                    connection.execute(insert(RECORDS), rows)
                budgets.spend(connection, kept)
        except SQLAlchemyError as error:
            raise _failure("written", error) from error
        remaining = iter(records)
        return tuple(next(remaining) if holds else None for holds in valid)

    def store_policy(self, policy: LoadedPolicy) -> None:
        """Stores a policy's text under its hash, so that its decisions can be replayed for ever.

        Raises:
            RecordError: it could not be stored.
        """
        row = {"sha256": policy.sha256, "version": policy.policy.version, "text": policy.text}
        try:
            with self._write_transaction() as connection:
                known = select(POLICIES.c.sha256).where(POLICIES.c.sha256 == policy.sha256)
                if connection.execute(known).first() is None:
                    connection.execute(insert(POLICIES), row)
        except IntegrityError:
            return
        except SQLAlchemyError as error:
            raise _failure("written", error) from error

    def policy(self, sha256: str) -> LoadedPolicy:
        """A policy that decisions were made under.

        Raises:
            RecordError: it is not stored, or was tampered with.
        """
        with self._engine.connect() as connection:
            found = connection.execute(select(POLICIES.c.text).where(POLICIES.c.sha256 == sha256)).first()
        if found is None:
            raise RecordError(f"no policy of SHA-256 {sha256} is stored")
        loaded = parse(found.text, f"policy {sha256[:12]}")
        if loaded.sha256 != sha256:
            raise RecordError(
                f"policy {sha256}: its text now has SHA-256 {loaded.sha256}: it was tampered with"
            )
        return loaded

    def get(self, record_id: str) -> Record | None:
        """A record by its id."""
        with self._engine.connect() as connection:
            row = connection.execute(select(*COLUMNS).where(RECORDS.c.id == record_id)).first()
        return None if row is None else _record(row)

    def opted_out(self, account_id: int) -> bool:
        """Whether the person has opted out of automatic decisions, by the latest record of it.

        Raises:
            RecordError: the records cannot be read.
        """
        try:
            with self._engine.connect() as connection:
                return opt_outs.in_force(connection, account_id)
        except SQLAlchemyError as error:
            raise _failure("read", error) from error

    def open_review(self, account_id: int) -> str | None:
        """The review case that the person's present opt-out has opened, None when it has opened none yet.

        Raises:
            RecordError: the records cannot be read.
        """
        try:
            with self._engine.connect() as connection:
                return opt_outs.open_review(connection, account_id)
        except SQLAlchemyError as error:
            raise _failure("read", error) from error

    def budget_left(self, policy: LoadedPolicy, account_id: int, current_cny: float) -> Mapping[str, float]:
        """By tier with a budget, what it may still be raised by in all.

        A raise that this account was granted at its present limit is not counted: this decision replaces it.

        Raises:
            RecordError: the records cannot be read.
        """
        try:
            with self._engine.connect() as connection:
                return budgets.left(connection, policy, account_id, current_cny)
        except SQLAlchemyError as error:
            raise _failure("read", error) from error

    def walk(self) -> Iterator[Record]:
        """All records in order, a page at a time."""
        seq = -1
        while True:
            with self._engine.connect() as connection:
                query = select(RECORDS).where(RECORDS.c.seq > seq).order_by(RECORDS.c.seq).limit(PAGE)
                rows = connection.execute(query).all()
            for row in rows:
                _columns_match(row)
                yield _record(row)
            if len(rows) < PAGE:
                return
            seq = rows[-1].seq

    def verify_chain(self) -> int:
        """Checks every record against the one before; returns how many there are.

        A record that was cut off at the end leaves no trace in the chain itself: compare the count and the
        last hash with what was noted elsewhere.

        Raises:
            RecordError: names the first record that was altered, removed or inserted.
        """
        previous, expected = GENESIS, 0
        for record in self.walk():
            where = f"record {record.seq}"
            if record.seq != expected:
                raise RecordError(f"record {expected} is missing: the next one is {record.seq}")
            if record.prev_hash != previous:
                raise RecordError(
                    f"{where}: follows hash {record.prev_hash}, but the one before has {previous}"
                )
            found = chain_hash(record.prev_hash, record.body)
            if record.hash != found:
                raise RecordError(f"{where}: its content has hash {found}, not {record.hash}: it was altered")
            previous, expected = record.hash, expected + 1
        return expected

    @contextmanager
    def _write_transaction(self) -> Iterator[Connection]:
        connection = self._engine.connect().execution_options(**{WRITES: True})
        with connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Closes the connections."""
        self._engine.dispose()


def _lock(connection: Connection) -> None:
    """Lets one writer in at a time: SQLite by BEGIN IMMEDIATE, PostgreSQL by a table lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE decision_records IN EXCLUSIVE MODE"))


def _chained(drafts: Sequence[Draft], last: Record | None) -> tuple[Record, ...]:
    seq, previous = (0, GENESIS) if last is None else (last.seq + 1, last.hash)
    records = []
    for i, draft in enumerate(drafts):
        body = draft.body
        record = Record(seq + i, body, previous, chain_hash(previous, body))
        records.append(record)
        previous = record.hash
    return tuple(records)


def _row(draft: Draft, record: Record) -> dict[str, object]:
    columns = {"id": draft.id, "kind": draft.kind, "account_id": draft.account_id}
    chain = {"seq": record.seq, "body": record.body, "prev_hash": record.prev_hash, "hash": record.hash}
    return {**columns, **chain}


def _record(row: Any) -> Record:
    found = row._mapping
    body = found["body"].encode() if isinstance(found["body"], str) else bytes(found["body"])
    return Record(int(found["seq"]), body, str(found["prev_hash"]), str(found["hash"]))


def _columns_match(row: Any) -> None:
    draft = _record(row).draft
    for name in ("id", "kind", "account_id"):
        if row._mapping[name] != getattr(draft, name):
            raise RecordError(
                f"record {row._mapping['seq']}: column {name} differs from its content: it was altered"
            )


def _failure(what: str, error: SQLAlchemyError) -> RecordError:
    """Names the kind of failure; the statement and its parameters, which hold a person's data, stay out."""
    cause = getattr(error, "orig", None) or error
    return RecordError(f"decision records could not be {what}: {type(cause).__name__}: {str(cause)[:200]}")
