"""The data set: the same bytes whatever the buckets and processes, restartable, as the contract asks."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from experiments.cashflow import dataset as module
from experiments.cashflow.config import CashflowConfig, from_origin
from experiments.cashflow.dataset import simulate, truth_root
from experiments.cashflow.report import bad_by_month, settled
from features.contract.registry import TABLES
from features.tables import TableStore

SMALL = CashflowConfig(n_accounts=150, n_months=24, n_buckets=4, workers=1)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> TableStore:
    return simulate(SMALL, tmp_path_factory.mktemp("cashflow") / "tables", progress=False)


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.parquet"))}


def rows(store: TableStore) -> dict[str, pl.DataFrame]:
    parts = [store.read(bucket) for bucket in store.buckets()]
    names = [name for name in store.info.tables if name not in store.shared]
    everything = {name: pl.concat([part[name] for part in parts]) for name in names}
    return {name: frame.sort(frame.columns) for name, frame in {**everything, **store.shared}.items()}


def test_every_table_of_the_contract_but_flags_that_staff_set_has_rows(simulated: TableStore) -> None:
    assert set(simulated.info.tables) == set(TABLES) - {"account_flags"}
    assert all(count > 0 for count in simulated.info.rows.values())
    assert not any(simulated.info.set_aside.values())
    assert simulated.info.name == "cashflow"


def test_two_processes_write_the_same_bytes_as_one(simulated: TableStore, tmp_path: Path) -> None:
    two = simulate(SMALL.model_copy(update={"workers": 2}), tmp_path / "tables", progress=False)
    assert files(two.root) == files(simulated.root)
    assert files(truth_root(two.root)) == files(truth_root(simulated.root))
    assert (two.root / "dataset.json").read_bytes() == (simulated.root / "dataset.json").read_bytes()


def test_another_number_of_buckets_gives_the_same_rows(simulated: TableStore, tmp_path: Path) -> None:
    other = simulate(SMALL.model_copy(update={"n_buckets": 3}), tmp_path / "tables", progress=False)
    here, there = rows(simulated), rows(other)
    assert here.keys() == there.keys()
    for name, frame in here.items():
        assert frame.equals(there[name]), name


def test_another_seed_gives_other_rows(simulated: TableStore, tmp_path: Path) -> None:
    other = simulate(SMALL.model_copy(update={"seed": 7}), tmp_path / "tables", progress=False)
    assert not rows(other)["orders"].equals(rows(simulated)["orders"])


def test_a_finished_data_set_is_kept(simulated: TableStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "write_bucket", lambda *_: pytest.fail("simulated again"))
    assert simulate(SMALL, simulated.root, progress=False).info == simulated.info


def test_a_killed_run_goes_on_with_the_buckets_left(
    simulated: TableStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module.write_bucket
    made: list[int] = []

    def counted(config: CashflowConfig, root: Path, bucket: int) -> dict[str, int]:
        made.append(bucket)
        return real(config, root, bucket)

    def killed_at_two(config: CashflowConfig, root: Path, bucket: int) -> dict[str, int]:
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


def test_no_truth_is_among_the_tables(simulated: TableStore) -> None:
    assert not any("truth" in str(path.relative_to(simulated.root)) for path in simulated.root.rglob("*"))
    assert (truth_root(simulated.root) / "people").exists()
    origin = json.loads((simulated.root / "dataset.json").read_text())["origin"]
    assert from_origin(origin) == SMALL.model_copy(update={"workers": 2})


def test_every_feed_says_until_when_it_is_complete(simulated: TableStore) -> None:
    until = simulated.info.complete_until
    assert set(until) == set(simulated.info.tables)
    assert until["orders"] == "2026-11-01T00:00:00"
    for name, frame in rows(simulated).items():
        # A pull or registry entry of the last days may be on its way still.
        if name not in ("bureau_reports", "third_party_scores"):
            assert str(frame["known_at"].max()).replace(" ", "T") < until[name], name


def test_the_report_finds_who_goes_bad_within_a_year() -> None:
    ends = pl.date_range(date(2024, 1, 1), date(2025, 3, 1), "1mo", eager=True).dt.month_end()
    days = [0, 0, 70, *[0] * 12]
    frame = pl.DataFrame({"account_id": [1] * 15, "month_end": ends, "days_past_due": days})
    found = bad_by_month(frame)
    assert found["month_end"].to_list() == [date(2024, 1, 31), date(2024, 2, 29)]
    assert found["bad"].to_list() == [True, True]


def test_the_report_tells_in_time_from_late() -> None:
    bills = pl.DataFrame(
        {
            "account_id": [1, 1],
            "statement_on": [date(2024, 1, 5), date(2024, 2, 5)],
            "due_on": [date(2024, 1, 25), date(2024, 2, 25)],
            "due_cny": [100.0, 50.0],
            "minimum_due_cny": [10.0, 5.0],
        }
    )
    paid = pl.DataFrame(
        {
            "account_id": [1, 1, 1],
            "statement_on": [date(2024, 1, 5), date(2024, 1, 5), date(2024, 2, 5)],
            "paid_at": [date(2024, 1, 25), date(2024, 1, 26), date(2024, 3, 1)],
            "amount_cny": [60.0, 40.0, 50.0],
        }
    ).with_columns(pl.col("paid_at").cast(pl.Datetime("us")))
    found = settled(bills, paid).sort("statement_on")
    assert found["full_in_time"].to_list() == [False, False]
    assert found["carried"].to_list() == [False, False]
    assert found["missed"].to_list() == [False, True]
