"""A lender's folder: the simulated tables as one would export them, and configurations to train on them."""

from pathlib import Path
from typing import Any

import polars as pl

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.dataset import simulate
from features import paths
from features.contract.registry import SHARED_TABLES
from features.loading.load import load
from features.tables import TableStore
from training.config.files import parse_config
from training.config.schema import TrainConfig

IN_PARTS = ("orders", "statements")
"""Tables exported as a folder of parquet files; all others are a CSV each."""
SECTIONS: dict[str, Any] = {
    "label": {"window_months": 6, "dpd": 30},
    "split": {"kind": "out_of_time", "test_share": 0.4, "history_months": 6, "train_every_months": 2},
    "tuning": {"trials": 2, "validation": "holdout", "max_rounds": 40, "patience": 10, "threads": 1},
    "calibration": {"method": "holdout", "recalibration_window": 3, "recalibration_months": 2},
    "reasons": {"cutoff_pd": 0.2, "n_reference": 60},
    "scorecard": {"max_features": 5},
    "gate": {"min_auc": 0.51, "min_ks": 0.01, "slope": [0.01, 10.0], "max_ece": 0.5, "bootstrap": 100},
}


def simulated(n_accounts: int, n_months: int = 30) -> TableStore:
    """A small world under `var/data/simulated`."""
    world = SimulationConfig(n_accounts=n_accounts, n_months=n_months, seed=7, n_buckets=4, workers=1)
    return simulate(world, paths.dataset("simulated"), progress=False)


def export(store: TableStore, folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """One file a table, in the order in which the lender learned things."""
    folder.mkdir(parents=True)
    for table in store.info.tables:
        if table not in without:
            _write(_whole(store, table), table, folder)
    _state([table for table in store.info.tables if table not in without], store, folder)
    return folder


def loaded(store: TableStore, folder: Path, name: str, *, without: tuple[str, ...] = ()) -> TableStore:
    """The exported tables under another name."""
    return load(export(store, folder, without=without), name, n_buckets=store.info.n_buckets)


def config(name: str, data: dict[str, Any], **sections: Any) -> TrainConfig:
    """The same training for any source of tables."""
    return parse_config({"name": name, "data": data, **SECTIONS, **sections})


def _whole(store: TableStore, table: str) -> pl.DataFrame:
    if table in SHARED_TABLES:
        return store.shared[table]
    parts = [store.read(bucket, (table,))[table] for bucket in store.buckets()]
    return pl.concat(parts).sort("known_at", "account_id", maintain_order=True)


def _state(tables: list[str], store: TableStore, folder: Path) -> None:
    """The manifest: the present of the simulated portfolio, and each of its feeds complete as there."""
    info = store.info
    ends = "\n".join(f"{table} = {info.complete_until[table]}" for table in tables)
    (folder / "manifest.toml").write_text(f"present = {info.present}\n[complete_until]\n{ends}\n")


def _write(frame: pl.DataFrame, table: str, folder: Path) -> None:
    if table not in IN_PARTS:
        frame.write_csv(folder / f"{table}.csv")
        return
    (folder / table).mkdir()
    half = frame.height // 2
    frame[:half].write_parquet(folder / table / "2025.parquet")
    frame[half:].write_parquet(folder / table / "2026.parquet")
