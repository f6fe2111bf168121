"""The live store behaves the same on SQLite and on PostgreSQL."""

import shutil
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from features.contract.check import FEW_BAD
from features.contract.registry import ACCOUNT_TABLES, TABLES
from features.definitions import PORTFOLIO
from features.engine import build_live
from features.errors import ContractError, DataError
from features.feeds import Feeds
from features.store import AccountStore, ingest
from features.store.packing import quarantine_of
from features.store.schema import ACCOUNTS, STATE
from features.tables import TableStore, TableWriter, bucket_path
from tests.features.store.conftest import N_ACCOUNTS, N_BUCKETS
from tests.features.worlds import PRESENT, world

AS_OF = datetime(2026, 2, 28)
"""A moment at which some rows of the world are learned exactly."""


def content(store: AccountStore) -> list[tuple[object, ...]]:
    with store.engine.connect() as connection:
        rows = connection.execute(sa.select(ACCOUNTS).order_by(ACCOUNTS.c.account_id))
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]


def add_orders(tables: TableStore, bucket: int, **changes: object) -> None:
    path = bucket_path(tables.root, "orders", bucket)
    frame = pl.read_parquet(path, hive_partitioning=False)
    more = frame.head(1).with_columns(**{k: pl.lit(v).cast(frame.schema[k]) for k, v in changes.items()})
    pl.concat([frame, more]).write_parquet(path)


def test_the_same_files_twice_change_nothing(accounts: AccountStore, tables: TableStore) -> None:
    first = accounts.ingest(tables)
    assert (first.accounts, first.unchanged, first.buckets) == (N_ACCOUNTS, 0, N_BUCKETS)
    before = content(accounts)
    again = accounts.ingest(tables)
    assert (again.accounts, again.rows, again.unchanged) == (0, 0, N_BUCKETS)
    assert content(accounts) == before


def test_only_a_bucket_whose_files_changed_is_read_again(accounts: AccountStore, tables: TableStore) -> None:
    accounts.ingest(tables)
    add_orders(tables, 2, amount_cny=123.45)
    report = accounts.ingest(tables)
    assert report.unchanged == N_BUCKETS - 1
    account = tables.read(2)["orders"]["account_id"][0]
    assert 123.45 in accounts.tables(account)["orders"]["amount_cny"]


def test_a_killed_ingest_leaves_whole_buckets_and_goes_on(
    accounts: AccountStore, tables: TableStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die_in_the_third(done: int, total: int) -> None:
        if done == 2:
            monkeypatch.setattr(ingest, "_next_generation", _killed)

    with pytest.raises(KeyboardInterrupt):
        accounts.ingest(tables, progress=die_in_the_third)
    monkeypatch.undo()
    stored = {row[1] for row in content(accounts)}
    assert stored == {0, 1}
    report = accounts.ingest(tables)
    assert (report.unchanged, len(content(accounts))) == (2, N_ACCOUNTS)


def _killed(_: object) -> None:
    raise KeyboardInterrupt


def test_a_bad_row_is_set_aside_by_table_row_column_and_rule_and_all_others_stay(
    accounts: AccountStore, tables: TableStore
) -> None:
    accounts.ingest(tables)
    before, rows = content(accounts), accounts.content().rows
    last = pl.read_parquet(bucket_path(tables.root, "orders", 1), hive_partitioning=False).height
    add_orders(tables, 1, amount_cny=-5.0)
    report = accounts.ingest(tables)
    assert (report.set_aside, report.unchanged) == (1, N_BUCKETS - 1)
    assert content(accounts) == before
    assert accounts.content().rows == rows
    assert accounts.content().quarantined == {("orders", "amount_cny: min"): 1}
    [kept] = (quarantine_of("random") / "orders").glob("*.parquet")
    bad = pl.read_parquet(kept).row(0, named=True)
    assert (bad["amount_cny"], bad["row"], bad["broken_rules"]) == (-5.0, last + 1, "amount_cny: min")
    assert bad["file"].endswith("orders/bucket=1/part-0.parquet")


def test_a_mended_row_leaves_the_quarantine_and_enters_the_store(
    accounts: AccountStore, tables: TableStore
) -> None:
    path = bucket_path(tables.root, "orders", 1)
    good = path.read_bytes()
    add_orders(tables, 1, amount_cny=-5.0)
    accounts.ingest(tables)
    path.write_bytes(good)
    add_orders(tables, 1, amount_cny=5.0)
    accounts.ingest(tables)
    assert accounts.content().quarantined == {}
    assert list(quarantine_of("random").glob("*/*.parquet")) == []
    assert 5.0 in accounts.tables(tables.read(1)["orders"]["account_id"][0])["orders"]["amount_cny"]


def test_too_many_bad_rows_are_refused_and_nothing_already_accepted_is_lost(
    accounts: AccountStore, tables: TableStore
) -> None:
    accounts.ingest(tables)
    before, held = content(accounts), accounts.content()
    for _ in range(FEW_BAD + 1):
        add_orders(tables, 1, amount_cny=-5.0)
    with pytest.raises(ContractError, match=r"table orders .*bucket=1.*amount_cny: min \(6 rows\)"):
        accounts.ingest(tables)
    assert content(accounts) == before
    assert accounts.content() == held
    assert accounts.ingest(tables, max_bad_share=0.5).set_aside == FEW_BAD + 1
    assert content(accounts) == before


def test_a_bad_row_of_a_shared_table_is_set_aside_too(accounts: AccountStore, tables: TableStore) -> None:
    path = tables.root / "macro" / "part-0.parquet"
    frame = pl.read_parquet(path)
    first = pl.int_range(pl.len()) == 0
    frame.with_columns(pmi=pl.when(first).then(1000.0).otherwise(pl.col("pmi"))).write_parquet(path)
    accounts.ingest(tables)
    assert accounts.content().quarantined == {("macro", "pmi: max"): 1}
    assert accounts.content().rows["macro"] == frame.height - 1
    assert (quarantine_of("random") / "macro" / "shared.parquet").exists()


def test_the_store_tells_how_many_rows_it_holds_of_every_table(
    accounts: AccountStore, tables: TableStore
) -> None:
    accounts.ingest(tables)
    held = accounts.content()
    assert held.accounts == N_ACCOUNTS
    assert held.rows == dict(tables.info.rows)
    assert list(held.rows) == [table for table in TABLES if table in tables.info.tables]


def test_an_account_that_left_the_files_leaves_the_store(accounts: AccountStore, tables: TableStore) -> None:
    accounts.ingest(tables)
    gone = int(tables.read(0)["accounts"]["account_id"][0])
    for table in tables.info.tables:
        path = bucket_path(tables.root, table, 0)
        if path.exists():
            frame = pl.read_parquet(path, hive_partitioning=False)
            frame.filter(pl.col("account_id") != gone).write_parquet(path)
    accounts.ingest(tables)
    assert not accounts.has(gone)
    assert len(content(accounts)) == N_ACCOUNTS - 1


def test_new_shared_facts_reach_a_store_that_is_open(accounts: AccountStore, tables: TableStore) -> None:
    accounts.ingest(tables)
    account = accounts.account_ids()[0]
    before = build_live(accounts.tables(account), account, AS_OF, PORTFOLIO).frame["unemployment"][0]
    path = tables.root / "macro" / "part-0.parquet"
    pl.read_parquet(path).with_columns(pl.col("unemployment") / 2).write_parquet(path)
    AccountStore(accounts.url).ingest(TableStore(tables.root))
    after = build_live(accounts.tables(account), account, AS_OF, PORTFOLIO).frame["unemployment"][0]
    assert after == pytest.approx(before / 2, abs=1e-4)


def test_another_data_set_does_not_mix_in(accounts: AccountStore, tables: TableStore) -> None:
    accounts.ingest(tables)
    path = tables.root / "dataset.json"
    path.write_text(path.read_text().replace('"random"', '"other"'))
    with pytest.raises(DataError, match="holds the data set 'random', not 'other'"):
        accounts.ingest(TableStore(tables.root))


def test_what_is_there_and_until_when(accounts: AccountStore, tables: TableStore) -> None:
    with pytest.raises(DataError, match="is empty"):
        accounts.feeds()
    assert accounts.dataset() is None
    accounts.ingest(tables)
    assert accounts.feeds() == Feeds(dict.fromkeys(tables.info.tables, PRESENT), PRESENT)
    assert accounts.dataset() == "random"
    assert accounts.has(7)
    assert not accounts.has(5)
    with pytest.raises(DataError, match="account 5 is not in the store"):
        accounts.tables(5)


def test_rows_asked_for_at_a_moment_hold_nothing_later(accounts: AccountStore, tables: TableStore) -> None:
    accounts.ingest(tables)
    at_the_moment = [
        t for t in tables.info.tables if t in ACCOUNT_TABLES and (_all(tables, t) == AS_OF).any()
    ]
    assert len(at_the_moment) > 1
    for account in accounts.account_ids():
        for name, frame in accounts.tables(account, AS_OF).frames.items():
            assert frame.filter(pl.col("known_at") >= AS_OF).is_empty(), name
            for column in ("returned_at", "revoked_at", "accepted_at"):
                if column in frame.columns:
                    assert frame.filter(pl.col(column) >= AS_OF).is_empty(), name


def _all(tables: TableStore, table: str) -> pl.Series:
    return pl.concat([tables.read(bucket, (table,))[table] for bucket in tables.buckets()])["known_at"]


def test_a_table_that_the_data_set_lacks_is_absent_and_not_empty(
    accounts: AccountStore, tables: TableStore
) -> None:
    slim = tables.root.with_name("slim")
    writer = TableWriter(slim, slim, N_BUCKETS)
    for name in ("accounts", "third_party_scores"):
        writer.write(name, world(31, N_ACCOUNTS, 10).tables[name])
    accounts.ingest(writer.finish("slim", {}, present=PRESENT))
    found = accounts.tables(7)
    assert set(found.frames) == {"accounts", "third_party_scores"}
    shutil.rmtree(slim)


def test_sqlite_writes_ahead(tmp_path: Path) -> None:
    store = AccountStore(f"sqlite:///{tmp_path / 'a' / 'live.db'}")
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
    store.close()


def test_a_password_is_not_shown_in_messages(tmp_path: Path) -> None:
    store = AccountStore("postgresql://someone:secret@127.0.0.1:1/db")
    assert "secret" not in store.shown


def test_a_store_of_another_contract_is_refused_until_it_is_written_anew(
    accounts: AccountStore, tables: TableStore
) -> None:
    accounts.ingest(tables)
    before = content(accounts)
    with accounts.engine.begin() as connection:
        connection.execute(sa.update(STATE).where(STATE.c.key == "layout").values(value="of old"))
    with pytest.raises(DataError, match="another data contract: run `make ingest` again"):
        AccountStore(accounts.url).tables(7)
    assert accounts.ingest(tables).unchanged == 0
    assert content(accounts) == before
    assert AccountStore(accounts.url).tables(7).frames
