from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from features.buckets import bucket_of
from features.contract.registry import TABLES
from features.errors import ConfigError, ContractError, DataError
from features.loading.load import load
from features.loading.quarantine import counts_by_rule
from features.tables import TableStore, TableWriter
from tests.scalars import number

KNOWN = datetime(2026, 1, 1)


def accounts(n: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "account_id": list(range(n)),
            "known_at": [KNOWN] * n,
            "opened_on": [date(2025, 12, 31)] * n,
            "initial_limit_cny": [5000.0] * n,
        }
    )


def test_buckets_are_stable_across_releases() -> None:
    assert bucket_of(pl.Series([0, 1, 2, 3, 10**12]), 16).to_list() == BUCKETS_OF_FIRST_RELEASE


BUCKETS_OF_FIRST_RELEASE = [15, 1, 14, 13, 8]


def test_buckets_spread_consecutive_accounts_evenly() -> None:
    counts = bucket_of(pl.Series(range(16_000)), 16).value_counts()["count"]
    assert number(counts.min()) > 850
    assert number(counts.max()) < 1150


def test_every_account_comes_back_once_from_its_own_bucket(tmp_path: Path) -> None:
    writer = TableWriter(tmp_path / "t", tmp_path / "q", 4)
    writer.write("accounts", accounts(100))
    store = writer.finish("x", {"seed": "1"})
    parts = [store.read(bucket)["accounts"] for bucket in store.buckets()]
    assert sorted(pl.concat(parts)["account_id"]) == list(range(100))
    for bucket, part in enumerate(parts):
        assert set(bucket_of(part["account_id"], 4)) == {bucket}


def test_an_absent_table_reads_as_empty_with_the_contracts_types(tmp_path: Path) -> None:
    writer = TableWriter(tmp_path / "t", tmp_path / "q", 1)
    writer.write("accounts", accounts(1))
    orders = writer.finish("x", {}).read(0)["orders"]
    assert orders.is_empty()
    assert orders.columns == TABLES["orders"].schema.column_names()


def test_an_unfinished_folder_is_not_a_data_set(tmp_path: Path) -> None:
    TableWriter(tmp_path / "t", tmp_path / "q", 1).write("accounts", accounts(1))
    with pytest.raises(DataError, match=r"dataset\.json is missing"):
        _ = TableStore(tmp_path / "t").info


def test_rows_set_aside_are_kept_and_counted(tmp_path: Path) -> None:
    frame = accounts(10).with_columns(
        initial_limit_cny=pl.when(pl.col("account_id") == 3).then(-1.0).otherwise(1.0)
    )
    writer = TableWriter(tmp_path / "t", tmp_path / "q", 2, max_bad_share=0.1)
    writer.write("accounts", frame)
    info = writer.finish("x", {}).info
    assert (info.rows["accounts"], info.set_aside["accounts"]) == (9, 1)
    kept = pl.read_parquet(tmp_path / "q" / "accounts" / "*.parquet")
    assert kept["account_id"].to_list() == [3]
    assert kept["broken_rules"].to_list() == ["initial_limit_cny: min"]


def test_load_takes_csv_and_parquet_and_leaves_the_old_set_when_the_new_one_is_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path / "var"))
    source = tmp_path / "mine"
    source.mkdir()
    accounts(20).write_csv(source / "accounts.csv")
    first = load(source, "mine", n_buckets=2)
    assert first.info.rows["accounts"] == 20
    accounts(20).with_columns(initial_limit_cny=pl.lit(-1.0)).write_csv(source / "accounts.csv")
    with pytest.raises(ContractError, match="initial_limit_cny: min"):
        load(source, "mine", n_buckets=2)
    assert TableStore(first.root).info.rows["accounts"] == 20


def test_load_refuses_a_file_that_stands_for_no_table(tmp_path: Path) -> None:
    accounts(2).write_csv(tmp_path / "acounts.csv")
    with pytest.raises(ContractError, match=r"acounts\.csv"):
        load(tmp_path, "mine")


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lender's folder: accounts in two files of a folder of their own."""
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path / "var"))
    folder = tmp_path / "mine" / "accounts"
    folder.mkdir(parents=True)
    accounts(20).write_csv(folder / "a.csv")
    accounts(50)[20:].write_parquet(folder / "b.parquet")
    return folder.parent


def test_a_bad_row_is_named_by_its_file_and_its_place_in_it(source: Path, tmp_path: Path) -> None:
    rows = accounts(50)[20:].with_columns(
        initial_limit_cny=pl.when(pl.col("account_id") == 22).then(-1.0).otherwise(1.0)
    )
    rows.write_parquet(source / "accounts" / "b.parquet")
    info = load(source, "mine", n_buckets=2).info
    assert (info.rows["accounts"], info.set_aside["accounts"]) == (49, 1)
    folder = tmp_path / "var" / "quarantine" / "mine"
    kept = pl.read_parquet(folder / "accounts" / "*.parquet").row(0, named=True)
    assert (kept["file"], kept["row"], kept["account_id"]) == ("b.parquet", 3, "22")
    assert kept["broken_rules"] == "initial_limit_cny: min"
    assert counts_by_rule(folder) == {("accounts", "initial_limit_cny: min"): 1}


def test_a_later_good_load_leaves_no_bad_rows_of_an_earlier_one(source: Path, tmp_path: Path) -> None:
    text = (source / "accounts" / "a.csv").read_text()
    (source / "accounts" / "a.csv").write_text(text.replace("2025-12-31", "31 December", 1))
    assert load(source, "mine", n_buckets=2).info.set_aside["accounts"] == 1
    (source / "accounts" / "a.csv").write_text(text)
    assert load(source, "mine", n_buckets=2).info.set_aside["accounts"] == 0
    assert counts_by_rule(tmp_path / "var" / "quarantine" / "mine") == {}


@pytest.mark.parametrize("name", ["../mine", "a/b", "", "simulated", "uci_taiwan", "-x"])
def test_a_name_that_would_reach_another_folder_or_a_set_of_the_project_is_refused(
    source: Path, name: str
) -> None:
    with pytest.raises(ConfigError, match="NAME="):
        load(source, name)


def test_a_table_given_twice_or_as_an_empty_folder_is_refused(source: Path) -> None:
    accounts(3).write_csv(source / "accounts.csv")
    with pytest.raises(ContractError, match="the same table twice"):
        load(source, "mine")
    (source / "accounts.csv").unlink()
    (source / "orders").mkdir()
    with pytest.raises(DataError, match=r"table orders: the folder .* holds no"):
        load(source, "mine")


def test_a_file_of_other_columns_is_named(source: Path) -> None:
    accounts(3).drop("known_at").write_csv(source / "accounts" / "c.csv")
    with pytest.raises(ContractError, match=r"c\.csv.*missing columns \['known_at'\]"):
        load(source, "mine")
