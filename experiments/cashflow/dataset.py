"""Writes the simulated data set: bucket by bucket, in several processes, restartable, and never twice."""

import json
import multiprocessing as mp
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
from rich.progress import track

from experiments.cashflow.config import CashflowConfig
from experiments.cashflow.emit.shared import shared_tables
from experiments.cashflow.emit.tables import account_tables, truth_tables
from experiments.cashflow.simulation import economy_of, simulate_accounts
from features.arrays import Ints
from features.buckets import bucket_of
from features.tables import DatasetInfo, TableStore, TableWriter

NAME = "cashflow"
"""Name of the data set: `[data] name` of a training."""
CHUNK = 1_000
"""Accounts simulated at a time: bounds the memory of a process whatever the size of a bucket."""

RowCounts = dict[str, int]
Frames = dict[str, pl.DataFrame]


def truth_root(root: Path) -> Path:
    """Where the ground truth of a data set is kept: beside the tables, never under them."""
    return root.parent / "truth"


def simulate(config: CashflowConfig, root: Path, *, progress: bool = True) -> TableStore:
    """Writes the tables of a simulation under `root` and the ground truth beside them.

    A finished data set of the same settings and code is returned as it stands; a killed run goes on with the
    buckets that were not done; anything else at `root` is replaced.

    Raises:
        ContractError: a table breaks the contract, which would be a fault of the simulator.
    """
    origin = config.origin()
    if _finished(root, config, origin):
        return TableStore(root)
    _prepare(root, origin)
    buckets = _write_buckets(config, root)
    counts = list(track(buckets, "simulating", total=config.n_buckets, disable=not progress, transient=True))
    counts.append(_write_shared(config, root))
    _finish(root, config, origin, counts)
    shutil.rmtree(_checkpoints(root))
    return TableStore(root)


def bucket_accounts(config: CashflowConfig, bucket: int) -> Ints:
    """Account numbers of a bucket, ascending."""
    everyone = pl.Series("account_id", np.arange(1, config.n_accounts + 1))
    return everyone.filter(bucket_of(everyone, config.n_buckets) == bucket).to_numpy()


def _finished(root: Path, config: CashflowConfig, origin: dict[str, str]) -> bool:
    if not (root / "dataset.json").exists():
        return False
    info = TableStore(root).info
    return dict(info.origin) == origin and info.n_buckets == config.n_buckets


def _checkpoints(root: Path) -> Path:
    """Folder of a run in progress: its origin, and the row counts of every bucket that is done."""
    return root.parent / f"{root.name}.progress"


def _prepare(root: Path, origin: dict[str, str]) -> None:
    """Clears what stands at `root`, unless it is the same data set half done."""
    mark = _checkpoints(root) / "origin.json"
    if mark.exists() and json.loads(mark.read_text()) == origin:
        return
    for folder in (_checkpoints(root), root, truth_root(root)):
        shutil.rmtree(folder, ignore_errors=True)
    _checkpoints(root).mkdir(parents=True)
    mark.write_text(json.dumps(origin))


def _write_buckets(config: CashflowConfig, root: Path) -> Iterator[RowCounts]:
    """Row counts of each bucket: those that are done first, then the others as they are written."""
    todo = []
    for bucket in range(config.n_buckets):
        mark = _checkpoints(root) / f"{bucket}.json"
        if mark.exists():
            yield json.loads(mark.read_text())
        else:
            todo.append(bucket)
    if config.workers == 1 or len(todo) <= 1:
        for bucket in todo:
            yield write_bucket(config, root, bucket)
    else:
        yield from _write_in_parallel(config, root, todo)


def _write_in_parallel(config: CashflowConfig, root: Path, todo: list[int]) -> Iterator[RowCounts]:
    simulate_accounts(config, np.array([1]))  # compiles once: the workers find the kernels in numba's cache
    with ProcessPoolExecutor(config.workers, mp_context=mp.get_context("spawn")) as pool:
        jobs = [pool.submit(write_bucket, config, root, bucket) for bucket in todo]
        for job in as_completed(jobs):
            yield job.result()


def write_bucket(config: CashflowConfig, root: Path, bucket: int) -> RowCounts:
    """Simulates the accounts of one bucket, writes their tables and truth; returns the rows by table."""
    accounts = bucket_accounts(config, bucket)
    parts = [accounts[i : i + CHUNK] for i in range(0, max(len(accounts), 1), CHUNK)]
    made = [_tables_of(config, part) for part in parts]
    writer = TableWriter(root, root.parent / "quarantine", config.n_buckets)
    rows = {}
    for name in made[0][0]:
        frame = pl.concat([tables[name] for tables, _ in made])
        writer.write_bucket(name, bucket, frame, origin="simulator")
        rows[name] = frame.height
    for name in made[0][1]:
        _save_truth(root, name, bucket, pl.concat([truth[name] for _, truth in made]))
    (_checkpoints(root) / f"{bucket}.json").write_text(json.dumps(rows))
    return rows


def _tables_of(config: CashflowConfig, accounts: Ints) -> tuple[Frames, Frames]:
    trajectories = simulate_accounts(config, accounts)
    tables = {name: _learned(frame, config) for name, frame in account_tables(trajectories).items()}
    return tables, truth_tables(trajectories)


def _end(config: CashflowConfig) -> datetime:
    """The end of the simulation, which stands for now."""
    end = config.month_start(config.span)
    return datetime(end.year, end.month, end.day)


def _learned(frame: pl.DataFrame, config: CashflowConfig) -> pl.DataFrame:
    """The rows that the lender has learned of by the end."""
    return frame.filter(pl.col("known_at") <= _end(config))


def _save_truth(root: Path, name: str, bucket: int, frame: pl.DataFrame) -> None:
    path = truth_root(root) / name / f"bucket={bucket}" / "part-0.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="zstd")


def _write_shared(config: CashflowConfig, root: Path) -> RowCounts:
    writer = TableWriter(root, root.parent / "quarantine", config.n_buckets)
    made = shared_tables(config, economy_of(config))
    tables = {name: _learned(frame, config) for name, frame in made.items()}
    for name, frame in tables.items():
        writer.write(name, frame, origin="simulator")
    return {name: frame.height for name, frame in tables.items()}


def _finish(root: Path, config: CashflowConfig, origin: dict[str, str], counts: list[RowCounts]) -> None:
    """Writes `dataset.json`, which marks the data set as finished; all that is known by its end is in it."""
    rows: RowCounts = {}
    for part in counts:
        for name, n in part.items():
            rows[name] = rows.get(name, 0) + n
    names, end = tuple(sorted(rows)), _end(config).isoformat()
    complete, none = dict.fromkeys(names, end), dict.fromkeys(rows, 0)
    info = DatasetInfo(NAME, config.n_buckets, names, rows, none, origin, complete, present=end)
    (root / "dataset.json").write_text(json.dumps(asdict(info), indent=1, sort_keys=True))
