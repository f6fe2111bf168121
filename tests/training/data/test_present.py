"""Accounts as they stand now: one moment of the last days each, before the first rise of these days."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from features.tables import TableStore, TableWriter
from training.config.files import parse_config
from training.data.present import present_observations, present_of
from training.data.splits import share_of

PRESENT = datetime(2024, 4, 1)
RISES = {
    2: (datetime(2024, 3, 1), 5000.0, 8000.0, "fixed"),
    3: (datetime(2023, 12, 1), 5000.0, 8000.0, "fixed"),
    5: (datetime(2024, 3, 1), 5000.0, 3000.0, "fixed"),
    6: (datetime(2024, 3, 1), 5000.0, 8000.0, "temporary"),
    7: (datetime(2024, 4, 2), 5000.0, 8000.0, "fixed"),
}
CONFIG = parse_config(
    {"name": "x", "data": {"adapter": "simulated"}, "split": {"test_share": 0.3},
     "reasons": {"cutoff_pd": 0.05, "present_days": 90}}
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    writer = TableWriter(tmp_path / "tables", tmp_path / "bad", 2)
    accounts = list(range(1, 201))
    writer.write("accounts", pl.DataFrame({
        "account_id": accounts, "known_at": [datetime(2022, 1, 1)] * 200,
        "opened_on": [date(2022, 1, 1)] * 199 + [date(2024, 3, 31)], "initial_limit_cny": [5000.0] * 200,
    }))  # fmt: skip
    writer.write("delinquency", pl.DataFrame({
        "account_id": accounts, "known_at": [datetime(2024, 4, 1, 2)] * 200,
        "month_end": [date(2024, 3, 31)] * 200, "days_past_due": [0] * 200,
        "account_state": pl.Series([None] * 200, dtype=pl.String),
    }))  # fmt: skip
    moments = [rise[0] for rise in RISES.values()]
    writer.write("limit_changes", pl.DataFrame({
        "account_id": list(RISES), "known_at": moments, "effective_at": moments,
        "old_limit_cny": [rise[1] for rise in RISES.values()],
        "new_limit_cny": [rise[2] for rise in RISES.values()],
        "kind": [rise[3] for rise in RISES.values()], "cause": ["policy"] * len(RISES),
        "test_arm": pl.Series([None] * len(RISES), dtype=pl.String),
    }))  # fmt: skip
    return writer.finish("toy", {})


def test_the_present_is_stated_or_follows_the_last_complete_month_end(store: TableStore) -> None:
    assert present_of(store) == PRESENT
    path = store.root / "dataset.json"
    info = {**json.loads(path.read_text()), "complete_until": {"delinquency": "2024-03-09"}}
    path.write_text(json.dumps(info))
    assert present_of(TableStore(store.root)) == datetime(2024, 3, 1)


def test_accounts_outside_the_test_set_are_observed_once_in_the_last_days(store: TableStore) -> None:
    found = present_observations(store, CONFIG)
    shares = share_of(found["account_id"].to_numpy(), CONFIG.split.seed)
    assert shares.min() >= 0.3
    assert found["account_id"].n_unique() == found.height > 100
    assert found["as_of"].is_between(PRESENT - timedelta(days=90), PRESENT).all()
    assert found["as_of"].dt.date().n_unique() > 40
    newest = found.filter(pl.col("account_id") == 200)
    assert newest.is_empty() or newest["as_of"][0] > datetime(2024, 3, 31)


def test_a_recent_rise_of_a_fixed_limit_lies_after_its_observation(store: TableStore) -> None:
    everyone = CONFIG.model_copy(update={"split": CONFIG.split.model_copy(update={"test_share": 1e-9})})
    found = present_observations(store, everyone)
    assert found.filter("raised")["account_id"].to_list() == [2]
    before = found.filter("raised")["as_of"][0]
    assert PRESENT - timedelta(days=90) <= before <= RISES[2][0]
