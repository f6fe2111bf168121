"""The live store: the rows from which one account's features are computed, read in under a millisecond."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import polars as pl
import sqlalchemy as sa

from features.arrays import Ints
from features.contract.registry import ACCOUNT_TABLES, SHARED_TABLES, TABLES
from features.errors import DataError
from features.feeds import Feeds
from features.store.blob import unpack
from features.store.codec import columns_of, layout
from features.store.feed_state import read_feeds
from features.store.ingest import MAX_BAD_SHARE, IngestReport, Progress, ingest
from features.store.packed_frames import PackedFrames, known_rows
from features.store.schema import ACCOUNTS, COUNTS, SHARED, STATE, TEXTS, connect, default_url
from features.tables import Tables, TableStore


@dataclass(frozen=True)
class _SharedData:
    """What one ingest left for all accounts: tables present, shared rows, texts."""

    generation: int
    tables: tuple[str, ...]
    shared: dict[str, Ints]
    texts: pl.Series
    hashes: Ints


@dataclass(frozen=True)
class StoreContent:
    """What a store holds.

    Attributes:
        accounts: accounts.
        rows: rows accepted by table, the shared ones among them.
        quarantined: rows set aside by (table, rule); a row that breaks two rules counts under both.
    """

    accounts: int
    rows: Mapping[str, int]
    quarantined: Mapping[tuple[str, str], int]


_READ = sa.select(
    ACCOUNTS.c.data,
    sa.select(STATE.c.value).where(STATE.c.key == "generation").scalar_subquery().label("generation"),
).where(ACCOUNTS.c.account_id == sa.bindparam("account"))


class AccountStore:
    """Accounts' rows by account number, in SQLite or PostgreSQL.

    Args:
        url: SQLAlchemy URL; `var/headroom.db` when empty.
    """

    def __init__(self, url: str = "") -> None:
        self.url = url or default_url()
        self._shared_data: _SharedData | None = None

    @cached_property
    def engine(self) -> sa.Engine:
        """The database connection pool."""
        return connect(self.url)

    def ingest(
        self, store: TableStore, *, progress: Progress | None = None, max_bad_share: float = MAX_BAD_SHARE
    ) -> IngestReport:
        """Loads a data set, bucket by bucket; what is already there is left alone (see `ingest.ingest`)."""
        report = ingest(self.engine, store, progress=progress, max_bad_share=max_bad_share)
        self._shared_data = None
        return report

    def has(self, account_id: int) -> bool:
        """Whether the account is in the store."""
        query = sa.select(ACCOUNTS.c.account_id).where(ACCOUNTS.c.account_id == account_id)
        with self.engine.connect() as connection:
            return connection.execute(query).first() is not None

    def tables(self, account_id: int, as_of: datetime | None = None) -> Tables:
        """One account's rows of every table, and the shared rows that concern it.

        Args:
            account_id: the account.
            as_of: leave out what was not known before this moment; the engine does so by itself.

        Raises:
            DataError: the account is not in the store, or the store was written under another contract.
        """
        with self.engine.connect() as connection:
            row = connection.execute(_READ, {"account": account_id}).first()
            if row is None:
                raise DataError(
                    f"account {account_id} is not in the store {self.shown}: `make ingest` loads it"
                )
            common = self._current(connection, int(row.generation))
        own = tuple(table for table in common.tables if table in ACCOUNT_TABLES)
        matrices = dict(unpack(row.data, own))
        matrices |= _concerning(common.shared, matrices.get("social_security"))
        tables = Tables(PackedFrames(matrices, common.texts, common.hashes))
        return tables if as_of is None else known_rows(tables, as_of)

    def feeds(self) -> Feeds:
        """Until when each table is complete, and what stands for now, as of the last whole ingest.

        Raises:
            DataError: nothing was ingested yet, or the ingest is not done.
        """
        with self.engine.connect() as connection:
            feeds = read_feeds(connection)
        if feeds is None:
            raise DataError(f"the store {self.shown} is empty or half filled: `make ingest` loads it")
        return feeds

    def dataset(self) -> str | None:
        """Name of the data set in the store, None when nothing was ingested yet."""
        with self.engine.connect() as connection:
            return connection.scalar(sa.select(STATE.c.value).where(STATE.c.key == "dataset"))

    def account_ids(self, limit: int = 100) -> list[int]:
        """Some account numbers, the smallest first."""
        query = sa.select(ACCOUNTS.c.account_id).order_by(ACCOUNTS.c.account_id).limit(limit)
        with self.engine.connect() as connection:
            return [int(number) for number in connection.execute(query).scalars()]

    def content(self) -> StoreContent:
        """What the store holds by now, whichever ingest brought it."""
        total = sa.select(COUNTS.c.table_name, COUNTS.c.rule, sa.func.sum(COUNTS.c.rows))
        with self.engine.connect() as connection:
            accounts = connection.scalar(sa.select(sa.func.count()).select_from(ACCOUNTS))
            counts = connection.execute(total.group_by(COUNTS.c.table_name, COUNTS.c.rule)).all()
        found = {(str(table), str(rule)): int(n) for table, rule, n in counts}
        ordered = [table for table in TABLES if (table, "") in found]
        broken = sorted(
            (key for key in found if key[1]), key=lambda key: (list(TABLES).index(key[0]), key[1])
        )
        return StoreContent(
            int(accounts or 0), {t: found[t, ""] for t in ordered}, {key: found[key] for key in broken}
        )

    def close(self) -> None:
        """Gives the connections back."""
        self.engine.dispose()

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return sa.make_url(self.url).render_as_string(hide_password=True)

    def _current(self, connection: sa.Connection, generation: int) -> _SharedData:
        if self._shared_data is None or self._shared_data.generation != generation:
            self._shared_data = _read_shared_data(connection, self.shown)
        return self._shared_data


def _read_shared_data(connection: sa.Connection, shown: str) -> _SharedData:
    state = {row.key: row.value for row in connection.execute(sa.select(STATE))}
    if state.get("layout") != layout():
        raise DataError(f"the store {shown} was written under another data contract: run `make ingest` again")
    tables = tuple(json.loads(state["tables"]))
    packed = {row.name: row.data for row in connection.execute(sa.select(SHARED))}
    shared = {name: unpack(packed[name], [name])[name] for name in SHARED_TABLES if name in packed}
    texts = connection.execute(sa.select(TEXTS.c.word).order_by(TEXTS.c.code)).scalars().all()
    series = pl.Series("texts", list(texts), dtype=pl.String)
    hashes = series.hash().to_numpy().view(np.int64).copy()
    return _SharedData(int(state["generation"]), tables, shared, series, hashes)


def _concerning(shared: dict[str, Ints], contributions: Ints | None) -> dict[str, Ints]:
    """Shared rows, of the employers only those that this account names; employers lie sorted by number."""
    if "employers" not in shared:
        return shared
    column = columns_of("social_security").index("employer_id")
    named = np.unique(contributions[:, column]) if contributions is not None else np.empty(0, np.int64)
    number = shared["employers"][:, columns_of("employers").index("employer_id")]
    start, stop = np.searchsorted(number, named, "left"), np.searchsorted(number, named, "right")
    pieces = [shared["employers"][a:b] for a, b in zip(start.tolist(), stop.tolist(), strict=True)]
    mine = np.concatenate(pieces) if pieces else shared["employers"][:0]
    return {**shared, "employers": mine}
