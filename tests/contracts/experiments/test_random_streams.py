"""The same seed gives the same bytes, and the number of buckets is no part of the world."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from experiments.portfolio import dataset as module
from experiments.portfolio.config import WorldConfig
from experiments.portfolio.dataset import simulate, truth_root
from features.tables import TableStore

SMALL = WorldConfig(n_accounts=300, n_months=24, n_buckets=4, workers=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> TableStore:
    return simulate(SMALL, tmp_path_factory.mktemp("world") / "tables", progress=False)


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.parquet"))}


def rows(store: TableStore) -> dict[str, pl.DataFrame]:
    parts = [store.read(bucket) for bucket in store.buckets()]
    names = [name for name in store.info.tables if name not in store.shared]
    everything = {name: pl.concat([part[name] for part in parts]) for name in names}
    return {name: frame.sort(frame.columns) for name, frame in {**everything, **store.shared}.items()}


def test_the_same_seed_gives_byte_equal_tables(world: TableStore, tmp_path: Path) -> None:
    again = simulate(SMALL, tmp_path / "tables", progress=False)
    assert files(again.root) == files(world.root)
    assert (again.root / "dataset.json").read_bytes() == (world.root / "dataset.json").read_bytes()
    assert files(truth_root(again.root)) == files(truth_root(world.root))


def test_two_processes_write_the_same_bytes_as_one(world: TableStore, tmp_path: Path) -> None:
    two = simulate(SMALL.model_copy(update={"workers": 2}), tmp_path / "tables", progress=False)
    assert files(two.root) == files(world.root)


def test_another_number_of_buckets_gives_the_same_world(world: TableStore, tmp_path: Path) -> None:
    other = simulate(SMALL.model_copy(update={"n_buckets": 3}), tmp_path / "tables", progress=False)
    here, there = rows(world), rows(other)
    assert here.keys() == there.keys()
    for name, frame in here.items():
        assert frame.equals(there[name]), name


def test_another_seed_gives_another_world(world: TableStore, tmp_path: Path) -> None:
    other = simulate(SMALL.model_copy(update={"seed": 7}), tmp_path / "tables", progress=False)
    assert not rows(other)["orders"].equals(rows(world)["orders"])


def test_an_account_lives_the_same_life_in_a_larger_world(world: TableStore, tmp_path: Path) -> None:
    larger = simulate(SMALL.model_copy(update={"n_accounts": 330}), tmp_path / "tables", progress=False)
    first = rows(larger)["statements"].filter(pl.col("account_id") <= 300)
    assert first.equals(rows(world)["statements"])


def test_a_finished_world_is_not_made_again(world: TableStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "write_bucket", lambda *_: pytest.fail("made again"))
    assert simulate(SMALL, world.root, progress=False).info == world.info


def test_a_killed_run_goes_on_with_the_buckets_left(
    world: TableStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, made = module.write_bucket, []

    def killed_at_two(config: WorldConfig, root: Path, bucket: int) -> dict[str, int]:
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(bucket)
        return real(config, root, bucket)

    monkeypatch.setattr(module, "write_bucket", killed_at_two)
    with pytest.raises(KeyboardInterrupt):
        simulate(SMALL, tmp_path / "tables", progress=False)
    monkeypatch.setattr(module, "write_bucket", lambda *a: made.append(a[2]) or real(*a))
    store = simulate(SMALL, tmp_path / "tables", progress=False)
    assert sorted(made) == [0, 1, 2, 3]
    assert files(store.root) == files(world.root)
    assert store.info == world.info


def test_the_truth_is_nowhere_in_the_tables(world: TableStore) -> None:
    assert not any("truth" in str(path.relative_to(world.root)) for path in world.root.rglob("*"))
    hidden = pl.read_parquet(truth_root(world.root) / "people", hive_partitioning=False).sort("account_id")
    names = [
        c for c in hidden.columns if hidden[c].dtype == pl.Float64 and c not in ("initial_limit", "declared")
    ]
    secret = np.unique(np.concatenate([hidden[c].to_numpy() for c in names]))
    secret = secret[(secret != np.round(secret, 2)) & (np.abs(secret) > 1e-9)]
    for name, frame in rows(world).items():
        for column in (c for c in frame.columns if frame[c].dtype == pl.Float64):
            assert not np.isin(frame[column].drop_nulls().to_numpy(), secret).any(), (name, column)
    assert set(json.loads((world.root / "dataset.json").read_text())["origin"]) == {"settings", "sha256"}
