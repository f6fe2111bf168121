"""The same seed gives the same bytes, whatever the number of processes and buckets."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from experiments.portfolio import dataset as module
from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.dataset import simulate, truth_root
from features.tables import TableStore

SMALL = SimulationConfig(n_accounts=300, n_months=24, n_buckets=4, workers=1)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> TableStore:
    return simulate(SMALL, tmp_path_factory.mktemp("simulated") / "tables", progress=False)


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.parquet"))}


def rows(store: TableStore) -> dict[str, pl.DataFrame]:
    parts = [store.read(bucket) for bucket in store.buckets()]
    names = [name for name in store.info.tables if name not in store.shared]
    everything = {name: pl.concat([part[name] for part in parts]) for name in names}
    return {name: frame.sort(frame.columns) for name, frame in {**everything, **store.shared}.items()}


def test_the_same_seed_gives_byte_equal_tables(simulated: TableStore, tmp_path: Path) -> None:
    again = simulate(SMALL, tmp_path / "tables", progress=False)
    assert files(again.root) == files(simulated.root)
    assert (again.root / "dataset.json").read_bytes() == (simulated.root / "dataset.json").read_bytes()
    assert files(truth_root(again.root)) == files(truth_root(simulated.root))


def test_two_processes_write_the_same_bytes_as_one(simulated: TableStore, tmp_path: Path) -> None:
    two = simulate(SMALL.model_copy(update={"workers": 2}), tmp_path / "tables", progress=False)
    assert files(two.root) == files(simulated.root)


def test_another_number_of_buckets_gives_the_same_rows(simulated: TableStore, tmp_path: Path) -> None:
    other = simulate(SMALL.model_copy(update={"n_buckets": 3}), tmp_path / "tables", progress=False)
    here, there = rows(simulated), rows(other)
    assert here.keys() == there.keys()
    for name, frame in here.items():
        assert frame.equals(there[name]), name


def test_another_seed_gives_other_rows(simulated: TableStore, tmp_path: Path) -> None:
    other = simulate(SMALL.model_copy(update={"seed": 7}), tmp_path / "tables", progress=False)
    assert not rows(other)["orders"].equals(rows(simulated)["orders"])


def test_an_account_is_simulated_alike_in_a_larger_portfolio(simulated: TableStore, tmp_path: Path) -> None:
    larger = simulate(SMALL.model_copy(update={"n_accounts": 330}), tmp_path / "tables", progress=False)
    first = rows(larger)["statements"].filter(pl.col("account_id") <= 300)
    assert first.equals(rows(simulated)["statements"])


def test_every_table_is_complete_until_the_end_and_ends_there(
    simulated: TableStore,
) -> None:
    end = SMALL.month_start(SMALL.span)
    assert simulated.info.complete_until == dict.fromkeys(simulated.info.tables, f"{end}T00:00:00")
    for name, frame in rows(simulated).items():
        assert frame.filter(pl.col("known_at") >= pl.lit(end)).is_empty(), name


def test_a_finished_data_set_is_kept(simulated: TableStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "write_bucket", lambda *_: pytest.fail("simulated again"))
    assert simulate(SMALL, simulated.root, progress=False).info == simulated.info


def test_a_killed_run_goes_on_with_the_buckets_left(
    simulated: TableStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module.write_bucket
    made: list[int] = []

    def counted(config: SimulationConfig, root: Path, bucket: int) -> dict[str, int]:
        made.append(bucket)
        return real(config, root, bucket)

    def killed_at_two(config: SimulationConfig, root: Path, bucket: int) -> dict[str, int]:
        if len(made) == 2:
            raise KeyboardInterrupt
        return counted(config, root, bucket)

    monkeypatch.setattr(module, "write_bucket", killed_at_two)
    with pytest.raises(KeyboardInterrupt):
        simulate(SMALL, tmp_path / "tables", progress=False)
    monkeypatch.setattr(module, "write_bucket", counted)
    store = simulate(SMALL, tmp_path / "tables", progress=False)
    assert sorted(made) == [0, 1, 2, 3]
    assert files(store.root) == files(simulated.root)
    assert store.info == simulated.info


def test_no_hidden_attribute_is_in_the_tables(simulated: TableStore) -> None:
    assert not any("truth" in str(path.relative_to(simulated.root)) for path in simulated.root.rglob("*"))
    hidden = pl.read_parquet(truth_root(simulated.root) / "people", hive_partitioning=False).sort(
        "account_id"
    )
    continuous = [
        c for c in hidden.columns if hidden[c].dtype == pl.Float64 and c not in ("initial_limit", "declared")
    ]
    hidden_values = np.unique(np.concatenate([hidden[c].to_numpy() for c in continuous]))
    hidden_values = hidden_values[
        (hidden_values != np.round(hidden_values, 2)) & (np.abs(hidden_values) > 1e-9)
    ]
    for name, frame in rows(simulated).items():
        for column in (c for c in frame.columns if frame[c].dtype == pl.Float64):
            assert not np.isin(frame[column].drop_nulls().to_numpy(), hidden_values).any(), (name, column)
    assert set(json.loads((simulated.root / "dataset.json").read_text())["origin"]) == {"settings", "sha256"}
