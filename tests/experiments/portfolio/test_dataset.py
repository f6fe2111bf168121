"""The simulated data set ends at its present: every feed with it, and no row after it."""

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.dataset import _learned, simulate
from features.contract.registry import TABLES
from features.feeds import Feeds


def test_the_end_of_the_simulation_stands_for_now_and_nothing_is_learned_later(tmp_path: Path) -> None:
    config = SimulationConfig(n_accounts=400, n_months=14, seed=3, n_buckets=1, workers=1)
    store = simulate(config, tmp_path / "tables", progress=False)
    start = config.month_start(config.span)
    end = datetime(start.year, start.month, start.day)
    assert store.feeds() == Feeds(dict.fromkeys(store.info.tables, end), end)
    read = store.read(0)
    for table in store.info.tables:
        assert (read[table]["known_at"] <= end).all(), table
        assert read[table].height == store.info.rows[table]
    assert set(store.info.tables) <= set(TABLES)


def test_a_row_that_is_learned_after_the_end_is_left_out() -> None:
    config = SimulationConfig(n_accounts=1, n_months=14, seed=3, n_buckets=1, workers=1)
    start = config.month_start(config.span)
    end = datetime(start.year, start.month, start.day)
    known = pl.DataFrame({"known_at": [end - timedelta(days=1), end, end + timedelta(seconds=1)]})
    assert _learned(known, config)["known_at"].to_list() == [end - timedelta(days=1), end]
