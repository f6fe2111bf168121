"""Makes the simulated data set: bucket by bucket, in several processes, restartable, and never twice."""

import json
import multiprocessing as mp
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from experiments.portfolio.config import WorldConfig
from experiments.portfolio.emit.shared import shared_tables
from experiments.portfolio.emit.tables import account_tables, truth_tables
from experiments.portfolio.simulation import economy_of, live
from features.buckets import bucket_of
from features.tables import DatasetInfo, TableStore, TableWriter

CHUNK = 2_000
"""Accounts lived at a time: bounds the memory of a process whatever the size of a bucket."""


def truth_root(root: Path) -> Path:
    """Where the truth of a data set is kept: beside the tables, never under them."""
    return root.parent / "truth"


def simulate(config: WorldConfig, root: Path, *, progress: bool = True) -> TableStore:
    """Writes the tables of a world under `root` and its truth beside them.

    A finished data set of the same settings and code is returned as it stands; a killed run goes on with the
    buckets that were not done; anything else at `root` is replaced.

    Raises:
        ContractError: a table breaks the contract, which would be a fault of the simulator.
    """
    origin = config.origin()
    if _finished(root, config, origin):
        return TableStore(root)
    _prepare(root, origin)
    counts = dict(_all_buckets(config, root, progress))
    shared = _write_shared(config, root)
    _finish(root, config, origin, [*counts.values(), shared])
    shutil.rmtree(_done(root))
    return TableStore(root)


def bucket_accounts(config: WorldConfig, bucket: int) -> NDArray[np.int64]:
    """Account numbers of a bucket, ascending."""
    everyone = pl.Series("account_id", np.arange(1, config.n_accounts + 1))
    return everyone.filter(bucket_of(everyone, config.n_buckets) == bucket).to_numpy()


def _finished(root: Path, config: WorldConfig, origin: dict[str, str]) -> bool:
    path = root / "dataset.json"
    if not path.exists():
        return False
    info = TableStore(root).info
    return dict(info.origin) == origin and info.n_buckets == config.n_buckets


def _done(root: Path) -> Path:
    return root.parent / f"{root.name}.progress"


def _prepare(root: Path, origin: dict[str, str]) -> None:
    """Clears what stands at `root`, unless it is the same world half done."""
    mark = _done(root) / "origin.json"
    if mark.exists() and json.loads(mark.read_text()) == origin:
        return
    for folder in (_done(root), root, truth_root(root)):
        shutil.rmtree(folder, ignore_errors=True)
    _done(root).mkdir(parents=True)
    mark.write_text(json.dumps(origin))


def _all_buckets(config: WorldConfig, root: Path, progress: bool) -> Iterator[tuple[int, dict[str, int]]]:
    columns = (
        TextColumn("simulating"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("buckets"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, disable=not progress) as bar:
        task = bar.add_task("simulate", total=config.n_buckets)
        for bucket, rows in _work(config, root):
            bar.advance(task)
            yield bucket, rows


def _work(config: WorldConfig, root: Path) -> Iterator[tuple[int, dict[str, int]]]:
    todo = []
    for bucket in range(config.n_buckets):
        mark = _done(root) / f"{bucket}.json"
        if mark.exists():
            yield bucket, json.loads(mark.read_text())
        else:
            todo.append(bucket)
    if config.workers == 1 or len(todo) <= 1:
        for bucket in todo:
            yield bucket, write_bucket(config, root, bucket)
        return
    live(config, np.array([1]))  # compiles once, so that the workers find the code in the cache
    with ProcessPoolExecutor(config.workers, mp_context=mp.get_context("spawn")) as pool:
        jobs = {pool.submit(write_bucket, config, root, bucket): bucket for bucket in todo}
        for job in as_completed(jobs):
            yield jobs[job], job.result()


def write_bucket(config: WorldConfig, root: Path, bucket: int) -> dict[str, int]:
    """Lives the accounts of one bucket and writes their tables and truth; returns the rows by table."""
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
    (_done(root) / f"{bucket}.json").write_text(json.dumps(rows))
    return rows


def _tables_of(
    config: WorldConfig, accounts: NDArray[np.int64]
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    lived = live(config, accounts)
    return account_tables(lived), truth_tables(lived)


def _save_truth(root: Path, name: str, bucket: int, frame: pl.DataFrame) -> None:
    path = truth_root(root) / name / f"bucket={bucket}" / "part-0.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="zstd")


def _write_shared(config: WorldConfig, root: Path) -> dict[str, int]:
    writer = TableWriter(root, root.parent / "quarantine", config.n_buckets)
    tables = shared_tables(config, economy_of(config))
    for name, frame in tables.items():
        writer.write(name, frame, origin="simulator")
    return {name: frame.height for name, frame in tables.items()}


def _finish(root: Path, config: WorldConfig, origin: dict[str, str], counts: list[dict[str, int]]) -> None:
    rows: dict[str, int] = {}
    for part in counts:
        for name, n in part.items():
            rows[name] = rows.get(name, 0) + n
    info = DatasetInfo(
        "simulated", config.n_buckets, tuple(sorted(rows)), rows, dict.fromkeys(rows, 0), origin
    )
    (root / "dataset.json").write_text(json.dumps(asdict(info), indent=1, sort_keys=True))
