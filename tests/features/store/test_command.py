"""`make ingest` as a person sees it: the end table, the report, and what it cannot do in one line."""

import json
import shutil
import sys
from pathlib import Path

import polars as pl
import pytest

from features import cli
from features.store.__main__ import main
from features.tables import TableStore, bucket_path
from tests.features.store.conftest import N_ACCOUNTS, N_BUCKETS


@pytest.fixture
def var(tables: TableStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run-time folder with the data set `random`, one order of it being bad."""
    folder = tmp_path / "run"
    monkeypatch.setenv("HEADROOM_VAR", str(folder))
    shutil.copytree(tables.root, folder / "data" / "random" / "tables")
    path = bucket_path(folder / "data" / "random" / "tables", "orders", 1)
    frame = pl.read_parquet(path, hive_partitioning=False)
    bad = frame.head(1).with_columns(amount_cny=pl.lit(-1.0), instalments=pl.lit(99, pl.Int32))
    pl.concat([frame, bad]).write_parquet(path)
    return folder


def ingest(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["features.store", "ingest", *arguments])
    cli.run(main)


def report(var: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads((var / "reports" / "ingest.json").read_text())
    return told


def test_the_table_and_the_report_count_what_the_store_holds(
    var: Path, tables: TableStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest(monkeypatch, "--dataset", "random")
    first, shown = report(var), capsys.readouterr().out
    assert first["accounts"] == first["accounts_written"] == N_ACCOUNTS
    assert {t: first[f"rows_{t}"] for t in tables.info.tables} == dict(tables.info.rows)
    assert first["rows_set_aside"] == 1
    assert first["quarantined_orders_amount_cny_min"] == first["quarantined_orders_instalments_max"] == 1
    for word in ("orders", "amount_cny: min", "instalments: max", "seconds", "quarantine/store/random"):
        assert word in shown.replace("\n", ""), word
    ingest(monkeypatch, "--dataset", "random")
    again = report(var)
    assert (again["accounts_written"], again["rows_written"], again["buckets_unchanged"]) == (0, 0, N_BUCKETS)
    same = {key for key in first if key.startswith(("rows_", "quarantined_", "accounts"))}
    changed = {key for key in same if first[key] != again[key]}
    assert changed == {"accounts_written", "rows_written", "rows_set_aside"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--dataset", "nine"], "no data set 'nine'"),
        (["--dataset", "random", "--url", "nonsense"], "the store cannot be used"),
        (
            ["--dataset", "random", "--url", "postgresql://me:secret@127.0.0.1:1/x"],
            "the store cannot be used: OperationalError",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    var: Path,
    arguments: list[str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        ingest(monkeypatch, *arguments)
    told = capsys.readouterr().err.strip()
    assert ended.value.code == 2
    assert words in told
    assert "secret" not in told
    assert "\n" not in told
