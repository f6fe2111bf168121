"""A lender's own tables: the same cohort as their export source, and clear errors for what is missing."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from features.errors import ConfigError, DataError
from features.loading.load import load
from features.tables import TableStore
from tests.training import lender
from training.config.schema import TrainConfig
from training.data.guard import refuse_leakage
from training.data.prepare import prepare
from training.data.source import Source
from training.data.sources import load_source
from training.data.splits import make_split

TABLES = {"adapter": "tables", "name": "mine"}


def source_of(config: TrainConfig) -> Source:
    return load_source(config, lambda *_: None)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TableStore]:
    """A small simulated portfolio, and the same tables loaded as `mine`."""
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADROOM_VAR", str(folder / "var"))
        store = lender.simulated(300)
        lender.loaded(store, folder / "export", "mine")
        yield store


def test_loaded_tables_give_the_cohort_of_those_they_were_exported_from_to_the_byte(
    world: TableStore,
) -> None:
    theirs, ours = (
        source_of(lender.config("x", {"adapter": "simulated"})),
        source_of(lender.config("x", TABLES)),
    )
    assert ours.cohort.content_hash == theirs.cohort.content_hash
    assert ours.cohort.n > 1000
    assert ours.as_ofs == theirs.as_ofs
    assert ours.cohort.left_out == theirs.cohort.left_out
    assert ours.early is not None
    assert theirs.early is not None
    assert np.array_equal(ours.early.training, theirs.early.training)
    assert ours.early.recent.content_hash == theirs.early.recent.content_hash
    assert ours.candidates is not None
    assert theirs.candidates is not None
    assert ours.candidates.matrix.frame.equals(theirs.candidates.matrix.frame)
    assert ours.candidates.raised is not None
    assert theirs.candidates.raised is not None
    assert np.array_equal(ours.candidates.raised, theirs.candidates.raised)
    assert ours.candidates.raised.any()
    assert ours.cohort.origin["name"] == "mine"
    assert ours.cohort.data_fingerprint != theirs.cohort.data_fingerprint


def test_the_split_of_loaded_tables_keeps_its_promises(world: TableStore) -> None:
    config = lender.config("x", TABLES)
    source = source_of(config)
    refuse_leakage(source, make_split(source.cohort, config, source.as_ofs), config)


def test_a_table_that_is_not_there_costs_its_features_and_nothing_else(
    world: TableStore, tmp_path: Path
) -> None:
    without = ("bureau_reports", "social_security", "employers", "demographics", "offers")
    lender.loaded(world, tmp_path / "few", "few", without=without)
    few = source_of(lender.config("x", {**TABLES, "name": "few"})).cohort
    full = source_of(lender.config("x", TABLES)).cohort
    assert {meta.source for meta in few.matrix.catalogue.features}.isdisjoint({"bureau", "social_security"})
    assert set(few.matrix.catalogue.names) < set(full.matrix.catalogue.names)
    for name in few.matrix.catalogue.names:
        assert few.matrix.frame[name].equals(full.matrix.frame[name]), name
    assert np.array_equal(few.bad, full.bad)
    assert few.notes == ()


def test_what_the_features_assume_about_an_absent_table_is_noted(world: TableStore, tmp_path: Path) -> None:
    lender.loaded(world, tmp_path / "bare", "bare", without=("limit_changes", "consents"))
    bare = source_of(lender.config("x", {**TABLES, "name": "bare"}))
    assert bare.candidates is not None
    assert bare.candidates.raised is None
    assert [note.partition(" table")[0] for note in bare.cohort.notes] == [
        "there is no limit_changes",
        "there is no consents",
    ]


def test_a_name_that_was_not_loaded_is_refused_with_the_loaded_ones(world: TableStore) -> None:
    with pytest.raises(DataError, match=r"no data set 'nine'.*make load .*NAME=nine.*'mine', 'simulated'"):
        source_of(lender.config("x", {**TABLES, "name": "nine"}))


def test_tables_without_delinquency_cannot_label_anybody(world: TableStore, tmp_path: Path) -> None:
    lender.loaded(world, tmp_path / "none", "none", without=("delinquency",))
    with pytest.raises(DataError, match=r"'none' has no delinquency table.*month_end, days_past_due"):
        source_of(lender.config("x", {**TABLES, "name": "none"}))


@pytest.mark.parametrize(("window", "needed"), [(10, 29), (11, 31)])
def test_months_on_record_are_compared_with_those_needed(world: TableStore, window: int, needed: int) -> None:
    """Of thirty months 29 have a status by the present: enough for 6 + 2 × 10 + 3, not 6 + 2 × 11 + 3."""
    config = lender.config("x", TABLES, label={"window_months": window, "dpd": 30})
    if needed <= 29:
        assert source_of(config).as_ofs is not None
        return
    with pytest.raises(ConfigError, match=r"29 months, 2024-05 to 2026-09, and 31 are needed: 6 of history"):
        source_of(config)


def test_excluded_observations_are_counted_by_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One account is on record for years, at two month ends only: no window is whole."""
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path / "var"))
    folder = tmp_path / "gaps"
    folder.mkdir()
    opened = {
        "account_id": [1], "known_at": [datetime(2020, 1, 1)], "opened_on": [date(2020, 1, 1)],
        "initial_limit_cny": [5000.0],
    }  # fmt: skip
    ends = [date(2020, 1, 31), date(2026, 10, 31)]
    status = {
        "account_id": [1, 1], "known_at": [datetime(d.year, d.month, d.day) for d in ends], "month_end": ends,
        "days_past_due": [0, 0], "account_state": [None, None],
    }  # fmt: skip
    pl.DataFrame(opened).write_csv(folder / "accounts.csv")
    pl.DataFrame(status).write_csv(folder / "delinquency.csv")
    load(folder, "gaps", n_buckets=2)
    with pytest.raises(DataError, match=r"'gaps': no account has a known outcome.*'immature': [1-9]"):
        source_of(lender.config("x", {**TABLES, "name": "gaps"}))
    shutil.rmtree(folder)


@pytest.mark.parametrize("late", [timedelta(hours=2), timedelta(days=3), timedelta(days=15)])
def test_a_month_end_status_that_arrives_late_is_learnt_from(
    world: TableStore, tmp_path: Path, late: timedelta
) -> None:
    """At midnight of the first no status of the month before is known; at other hours it is."""
    folder = lender.export(world, tmp_path / "late")
    status = pl.read_csv(folder / "delinquency.csv", try_parse_dates=True)
    day_after = pl.col("month_end").cast(pl.Datetime("us")) + timedelta(days=1)
    status.with_columns(known_at=day_after + late).write_csv(folder / "delinquency.csv")
    name = f"late{late.total_seconds():.0f}"
    load(folder, name, n_buckets=world.info.n_buckets)
    config = lender.config("x", {**TABLES, "name": name})
    prepared = prepare(config, lambda *_: None)
    on_time = prepare(lender.config("x", TABLES), lambda *_: None)
    names = prepared.split.cohort.matrix.catalogue.names
    assert set(names) == set(on_time.split.cohort.matrix.catalogue.names)
    for rows in (prepared.split.fit, prepared.split.test):
        assert rows.matrix.frame["dpd_m1"].is_not_null().any()
