"""What a lender's folder states of its feeds, and rows from after the present."""

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from features.errors import ConfigError
from features.loading.load import load, quarantine_of
from features.loading.quarantine import counts_by_rule
from features.tables import TableStore

WALL = datetime.now()
FIRST = datetime(2025, 1, 1)
LAST = datetime(2025, 6, 30, 12)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path / "var"))
    source = tmp_path / "files"
    source.mkdir()
    accounts = {
        "account_id": [7],
        "known_at": [FIRST],
        "opened_on": [FIRST.date()],
        "initial_limit_cny": [9e3],
    }
    pl.DataFrame(accounts).write_csv(source / "accounts.csv")
    orders([order(FIRST), order(LAST), *[order(FIRST)] * 9], source)
    return source


def order(
    placed: datetime, known: datetime | None = None, returned: datetime | None = None
) -> dict[str, object]:
    return {
        "account_id": 7, "known_at": known or placed, "placed_at": placed, "amount_cny": 5.0,
        "category": "food", "on_credit": True, "instalments": 1, "returned_at": returned,
    }  # fmt: skip


def orders(rows: list[dict[str, object]], source: Path) -> None:
    schema = {"known_at": pl.Datetime("us"), "placed_at": pl.Datetime("us"), "returned_at": pl.Datetime("us")}
    pl.DataFrame(rows, schema_overrides=schema).write_csv(source / "orders.csv")


def manifest(source: Path, text: str) -> TableStore:
    (source / "manifest.toml").write_text(text)
    return load(source, "mine")


def test_without_a_manifest_a_feed_is_complete_until_its_latest_row_and_a_sparse_one_until_that_of_all(
    folder: Path,
) -> None:
    store = load(folder, "mine")
    assert store.feeds().complete_until == {"accounts": LAST, "orders": LAST}
    assert store.feeds().present is None
    assert store.info.present == ""


def test_a_manifest_states_completeness_and_the_present(folder: Path) -> None:
    text = "present = 2025-08-01\n[complete_until]\norders = 2025-07-31T02:00:00\n"
    feeds = manifest(folder, text).feeds()
    assert feeds.present == datetime(2025, 8, 1)
    assert feeds.complete_until["orders"] == datetime(2025, 7, 31, 2)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (order(LAST, known=datetime(2099, 1, 1)), "known_at: after the present"),
        (order(datetime(2099, 1, 1), known=LAST), "placed_at: after the present"),
        (order(WALL + timedelta(hours=1)), "known_at: after the present"),
    ],
)
def test_a_row_from_after_the_wall_clock_is_set_aside_by_rule_and_moves_no_feed(
    folder: Path, row: dict[str, object], rule: str
) -> None:
    orders([order(FIRST), order(LAST), *[order(FIRST)] * 9, row], folder)
    store = load(folder, "mine")
    assert store.info.rows["orders"] == 11
    assert counts_by_rule(quarantine_of("mine"))["orders", rule] == 1
    assert store.feeds().complete_until["orders"] == LAST


def test_rows_are_held_against_the_present_of_an_archived_data_set(folder: Path) -> None:
    store = manifest(folder, "present = 2025-06-30T11:59:59\n")
    assert store.info.set_aside["orders"] == 1
    assert store.feeds().complete_until["orders"] == FIRST


def test_a_return_announced_for_later_is_kept_and_a_limit_may_be_announced(folder: Path) -> None:
    orders([order(LAST, returned=datetime(2099, 1, 1))], folder)
    change = {
        "account_id": [7], "known_at": [LAST], "effective_at": [datetime(2099, 1, 1)], "old_limit_cny": [9e3],
        "new_limit_cny": [1e4], "kind": ["fixed"], "cause": ["policy"], "test_arm": [None],
    }  # fmt: skip
    pl.DataFrame(change).write_csv(folder / "limit_changes.csv")
    store = load(folder, "mine")
    assert dict(store.info.set_aside) == {"accounts": 0, "orders": 0, "limit_changes": 0}
    assert store.feeds().complete_until["orders"] == LAST


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("present = ", "is not TOML"),
        ("now = 2025-01-01", r"unknown \['now'\]"),
        ("present = 2999-01-01", "lies ahead of the present"),
        ("present = 2025-01-01T00:00:00Z", "without a zone"),
        ('present = "2025-01-01"', "without a zone"),
        ("complete_until = 2025-01-01", "section with a moment a table"),
        ("[complete_until]\nstatements = 2025-01-01", r"\['statements'\], which are not in the folder"),
        ("[complete_until]\norders = 2999-01-01", "complete_until.orders .* lies ahead"),
        (
            "present = 2025-07-01\n[complete_until]\norders = 2025-07-02",
            "complete_until.orders .* lies ahead",
        ),
    ],
)
def test_a_wrong_manifest_is_refused_by_key(folder: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        manifest(folder, text)
