"""The simulated data set ends at its present: every feed with it, and no row after it."""

from datetime import datetime
from pathlib import Path

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.dataset import simulate
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
