"""From tables to a cohort: labels, raises, and counts of excluded observations."""

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
from training.data.outcomes import label_store, month_end_span, with_raises
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
    config = parse_config({"name": "x", "data": {"adapter": "simulated"}, "label": {"window_months": 3}})
    first, last = month_end_span(store)
    assert (first, last) == (ENDS[0], ENDS[-1])
    labelled = label_store(store, AsOfMonths((), (AS_OF,)), config, last).sort("account_id")
    assert labelled["outcome"].to_list() == ["good", "bad", "already_bad", "indeterminate"]
    assert labelled["raised"].to_list() == [True, False, False, False]


@pytest.mark.parametrize(
    ("effective", "expected"),
    [
        (datetime(2023, 12, 31, 23), False),
        (datetime(2024, 1, 1), True),
        (datetime(2024, 6, 30, 23), True),
        (datetime(2024, 7, 1), False),
    ],
)
def test_a_raise_belongs_to_the_observation_within_its_months(effective: datetime, expected: bool) -> None:
    labelled = pl.DataFrame(
        {"account_id": [1], "as_of": [AS_OF]}, schema_overrides={"as_of": pl.Datetime("us")}
    )
    changes = pl.DataFrame(
        {"account_id": [1], "effective_at": [effective], "kind": ["fixed"],
         "old_limit_cny": [1.0], "new_limit_cny": [2.0]},
        schema_overrides={"effective_at": pl.Datetime("us")},
    )  # fmt: skip
    assert with_raises(labelled, changes, 6)["raised"].to_list() == [expected]


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
