"""The feeds as the live store keeps them, and a row from after the present."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from features.errors import DataError
from features.feeds import Feeds
from features.store import AccountStore
from features.tables import TableStore, TableWriter, bucket_path
from tests.features.store.test_store import add_orders, content
from tests.features.worlds import PRESENT, world

FUTURE = datetime(2099, 1, 1)


def test_a_row_of_the_year_2099_is_set_aside_and_nothing_moves(
    accounts: AccountStore, tables: TableStore
) -> None:
    accounts.ingest(tables)
    before, feeds = content(accounts), accounts.feeds()
    add_orders(tables, 1, known_at=FUTURE)
    assert accounts.ingest(tables).set_aside == 1
    assert accounts.content().quarantined == {("orders", "known_at: after the present"): 1}
    assert content(accounts) == before
    assert accounts.feeds() == feeds


def test_a_row_set_aside_as_of_the_future_is_taken_up_once_it_is_due(
    accounts: AccountStore, tables: TableStore
) -> None:
    add_orders(tables, 1, known_at=PRESENT + timedelta(hours=1), amount_cny=123.45)
    accounts.ingest(tables)
    path = tables.root / "dataset.json"
    path.write_text(path.read_text().replace(PRESENT.isoformat(), "2026-09-02T00:00:00"))
    later = TableStore(tables.root)
    accounts.ingest(later)
    assert accounts.content().quarantined == {}
    account = later.read(1)["orders"]["account_id"][0]
    assert 123.45 in accounts.tables(account)["orders"]["amount_cny"]


def test_a_feed_that_only_states_more_is_taken_up_without_a_new_row(
    accounts: AccountStore, tables: TableStore
) -> None:
    path = tables.root / "dataset.json"
    whole = path.read_text()
    path.write_text(whole.replace('"orders": "2026-09-01', '"orders": "2026-08-30'))
    accounts.ingest(TableStore(tables.root))
    assert accounts.feeds().complete_until["orders"] == datetime(2026, 8, 30)
    path.write_text(whole)
    report = accounts.ingest(TableStore(tables.root))
    assert report.unchanged == report.buckets
    assert accounts.feeds().complete_until["orders"] == PRESENT


def test_an_ingest_in_progress_claims_nothing(
    accounts: AccountStore, tables: TableStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        accounts.ingest(tables, progress=stop)
    with pytest.raises(DataError, match="half filled"):
        accounts.feeds()


def test_a_data_set_that_states_nothing_is_complete_until_its_rows(
    accounts: AccountStore, tables: TableStore
) -> None:
    writer = TableWriter(tables.root.with_name("silent"), tables.root.with_name("silent-bad"), 2)
    for name, frame in world(31, 20, 10).tables.frames.items():
        writer.write(name, frame)
    store = writer.finish("silent", {}, present=PRESENT)
    add_orders(store, 1, known_at=FUTURE)
    accounts.ingest(store)
    ends = accounts.feeds().complete_until
    for table in ("orders", "statements", "repayments", "bureau_reports", "macro"):
        assert ends[table] == _latest(store, table), table
    assert (
        ends["accounts"] == ends["limit_changes"] == max(ends[t] for t in ("orders", "repayments", "offers"))
    )


def _latest(store: TableStore, table: str) -> datetime:
    if table == "macro":
        latest: datetime = store.shared[table]["known_at"].max()  # type: ignore[assignment]
        return latest
    parts = [
        pl.read_parquet(bucket_path(store.root, table, b), hive_partitioning=False) for b in store.buckets()
    ]
    known = pl.concat(parts)["known_at"]
    found: datetime = known.filter(known < FUTURE).max()  # type: ignore[assignment]
    return found


def test_now_is_bounded_by_the_clock_and_by_every_bounding_feed() -> None:
    wall, monday, friday = datetime(2026, 5, 9), datetime(2026, 5, 4), datetime(2026, 5, 8)
    feeds = Feeds({"orders": friday, "statements": monday, "bureau_reports": FUTURE})
    assert feeds.now(wall, ("orders",)) == friday
    assert feeds.now(wall, ("orders", "statements")) == monday
    assert feeds.now(wall, ("repayments", "bureau_reports")) == wall
    assert Feeds({"orders": friday}, present=monday).now(wall, ("orders",)) == monday
