"""From tables to a cohort: labels, raises, and counts of excluded observations."""

import json
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from features.errors import ConfigError, DataError
from features.tables import TableStore, TableWriter
from tests.training.toy import write_toy
from training.config.files import load_config, parse_config
from training.data.calendar import AsOfMonths
from training.data.guard import data_warnings
from training.data.outcomes import label_store, month_end_span
from training.data.sources import load_source
from training.data.splits import make_split

AS_OF = datetime(2024, 1, 1)
ENDS = [date(2023, 11, 30), date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]
DPD = {1: [0, 0, 0, 0, 0], 2: [0, 0, 0, 30, 60], 3: [60, 90, 120, 150, 180], 4: [0, 0, 30, 0, 0]}


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    writer = TableWriter(tmp_path / "tables", tmp_path / "bad", 2)
    opened = [date(2023, 1, 1)] * 4
    writer.write("accounts", pl.DataFrame({
        "account_id": list(DPD), "known_at": [datetime(2023, 1, 1)] * 4, "opened_on": opened,
        "initial_limit_cny": [5000.0] * 4,
    }))  # fmt: skip
    rows = [
        (account, end, dpd)
        for account, history in DPD.items()
        for end, dpd in zip(ENDS, history, strict=True)
    ]
    moments = [datetime(r[1].year, r[1].month, r[1].day, 9) for r in rows]
    writer.write("delinquency", pl.DataFrame({
        "account_id": [r[0] for r in rows], "known_at": moments,
        "month_end": [r[1] for r in rows], "days_past_due": [r[2] for r in rows],
        "account_state": pl.Series([None] * len(rows), dtype=pl.String),
    }))  # fmt: skip
    writer.write("limit_changes", pl.DataFrame({
        "account_id": [1, 4],
        "known_at": [datetime(2024, 2, 1)] * 2, "effective_at": [datetime(2024, 2, 1)] * 2,
        "old_limit_cny": [5000.0] * 2, "new_limit_cny": [8000.0, 3000.0], "kind": ["fixed"] * 2,
        "cause": ["policy"] * 2, "test_arm": pl.Series([None, None], dtype=pl.String),
    }))  # fmt: skip
    return writer.finish("toy", {})


def test_every_account_has_an_outcome_whatever_bucket_it_lies_in(store: TableStore) -> None:
    raw = {"split": {"test_share": 0.3, "seed": 1}, "label": {"window_months": 3}}
    config = parse_config({"name": "x", "data": {"adapter": "simulated"}, **raw})
    first, last = month_end_span(store)
    assert (first, last) == (ENDS[0], ENDS[-1])
    labelled = label_store(store, AsOfMonths((), (AS_OF,)), config, last).sort("account_id")
    assert labelled["outcome"].to_list() == ["good", "bad", "already_bad", "indeterminate"]
    assert (labelled["as_of"].dt.truncate("1mo") == AS_OF).all()


@pytest.mark.parametrize(
    ("stated", "last"),
    [
        ("2024-04-01T00:00", date(2024, 3, 31)),
        ("2024-03-31T23:59", date(2024, 2, 29)),
        ("2024-03-03T00:00", date(2024, 2, 29)),
        ("2025-01-01T00:00", date(2024, 3, 31)),
    ],
)
def test_the_last_month_end_that_counts_is_the_last_complete_one(
    store: TableStore, stated: str, last: date
) -> None:
    path = store.root / "dataset.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "complete_until": {"delinquency": stated}}))
    assert month_end_span(TableStore(store.root)) == (ENDS[0], last)


def test_a_missing_portfolio_is_refused_with_the_command_that_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path))
    with pytest.raises(DataError, match="make"):
        load_source(load_config("portfolio"), lambda *_: None)


def test_a_users_own_file_becomes_a_cohort_in_its_own_order(tmp_path: Path) -> None:
    config = load_config(str(write_toy(tmp_path, n=300)))
    source = load_source(config, lambda *_: None)
    written = pl.read_csv(tmp_path / "toy.csv")
    assert source.cohort.bad.tolist() == (written["bad"] == 1).to_list()
    assert source.cohort.matrix.frame["income"].to_list() == written["income"].to_list()
    split = make_split(source.cohort, config, source.as_ofs)
    assert "every row counts as another person" in data_warnings(source, split, config)[0]


def test_a_feature_left_out_must_exist(tmp_path: Path) -> None:
    path = write_toy(tmp_path, n=300)
    path.write_text(path.read_text().replace("[model]", '[model]\nleave_out = ["nosuch"]'))
    with pytest.raises(ConfigError, match="nosuch"):
        load_source(load_config(str(path)), lambda *_: None)
    path.write_text(path.read_text().replace("nosuch", "noise"))
    assert "noise" not in load_source(load_config(str(path)), lambda *_: None).cohort.matrix.catalogue.names
