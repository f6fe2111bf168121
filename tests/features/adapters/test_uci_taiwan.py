from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from features import paths
from features.adapters import uci_taiwan
from features.adapters.uci_taiwan import CNY_PER_TWD, COLUMNS, FILE
from features.definitions import feature_set_for
from features.engine import build_history
from features.errors import DataError
from features.tables import Tables, TableStore
from tests.scalars import number, scalar

CLIENT = {
    "ID": 1, "LIMIT_BAL": 20_000, "SEX": 2, "EDUCATION": 2, "MARRIAGE": 1, "AGE": 24,
    "PAY_0": 2, "PAY_2": 1, "PAY_3": 0, "PAY_4": -1, "PAY_5": -2, "PAY_6": 8,
    "BILL_AMT1": 3_913, "BILL_AMT2": -50, "BILL_AMT3": 25_000, "BILL_AMT4": 0,
    "BILL_AMT5": 0, "BILL_AMT6": 100,
    "PAY_AMT1": 0, "PAY_AMT2": 689, "PAY_AMT3": 0, "PAY_AMT4": 0, "PAY_AMT5": 0, "PAY_AMT6": 7,
    "default.payment.next.month": 1,
}  # fmt: skip
NO_BILLS = {f"BILL_AMT{k}": 0 for k in range(1, 7)}


def wide(*changes: Mapping[str, object]) -> pl.DataFrame:
    rows = [{**CLIENT, "ID": i, **change} for i, change in enumerate(changes or ({},), start=1)]
    return pl.DataFrame(rows).select(COLUMNS)


def placed(folder: Path, frame: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "raw" / "uci_taiwan").mkdir(parents=True, exist_ok=True)
    frame.write_csv(folder / "raw" / "uci_taiwan" / FILE)
    monkeypatch.setenv("HEADROOM_DATA", str(folder / "raw"))
    monkeypatch.setenv("HEADROOM_VAR", str(folder / "var"))


def everything(store: TableStore) -> Tables:
    parts = [store.read(bucket) for bucket in store.buckets()]
    return Tables({name: pl.concat(part[name] for part in parts) for name in store.info.tables})


def test_the_first_column_is_september_and_the_last_april() -> None:
    status = uci_taiwan.tables(uci_taiwan.read(wide().write_csv().encode()))["delinquency"]
    assert status.sort("month_end").rows_by_key("month_end", unique=True).keys() == {
        date(2005, 4, 30), date(2005, 5, 31), date(2005, 6, 30), date(2005, 7, 31), date(2005, 8, 31),
        date(2005, 9, 30),
    }  # fmt: skip
    assert status.sort("month_end")["days_past_due"].to_list() == [240, 0, 0, 0, 30, 60]


def test_every_pay_code_keeps_the_state_the_issuer_reported() -> None:
    status = uci_taiwan.tables(wide())["delinquency"].sort("month_end", descending=True)
    assert status["account_state"].to_list() == [
        "past_due", "past_due", "revolving", "paid_in_full", "no_use", "past_due",
    ]  # fmt: skip


def test_negative_zero_and_over_limit_bills_stay_as_they_are() -> None:
    bills = uci_taiwan.tables(wide())["statements"].sort("statement_on", descending=True)
    expected = [amount * CNY_PER_TWD for amount in (3_913, -50, 25_000, 0, 0, 100)]
    assert bills["balance_cny"].to_list() == pytest.approx(expected, rel=1e-15)
    assert bills["due_on"].to_list()[:2] == [date(2005, 10, 31), date(2005, 9, 30)]


def test_a_payment_settles_the_bill_of_the_month_before_and_nothing_paid_is_no_row() -> None:
    paid = uci_taiwan.tables(wide())["repayments"]
    assert paid.sort("paid_at").select("paid_at", "statement_on").rows() == [
        (datetime(2005, 4, 30), date(2005, 3, 31)),
        (datetime(2005, 8, 31), date(2005, 7, 31)),
    ]
    assert paid.sort("paid_at")["amount_cny"].to_list() == pytest.approx([7 * CNY_PER_TWD, 689 * CNY_PER_TWD])


def test_on_the_day_of_observation_five_bills_were_due_each_as_a_whole_and_the_last_one_is_not() -> None:
    found = uci_taiwan.tables(wide())
    bills = found["statements"].sort("statement_on")
    passed = bills.filter(pl.col("due_on") < uci_taiwan.AS_OF.date())
    assert passed["statement_on"].to_list() == list(reversed(uci_taiwan.MONTH_ENDS[1:6]))
    assert passed["due_on"].to_list() == list(reversed(uci_taiwan.MONTH_ENDS[:5]))
    assert passed["due_cny"].to_list() == pytest.approx([x * CNY_PER_TWD for x in (100, 0, 0, 25_000, 0)])
    settled = found["repayments"].join(bills, on="statement_on")
    assert settled.select("paid_at", "due_on").rows() == [(datetime(2005, 8, 31), date(2005, 8, 31))]


def test_undocumented_education_and_marriage_codes_are_absent_not_a_level() -> None:
    frame = wide(*({"EDUCATION": code} for code in range(7)), {"MARRIAGE": 0})
    people = uci_taiwan.tables(frame)["demographics"]
    assert people["education"].to_list()[:7] == [
        None, "graduate school", "university", "high school", "others", None, None,
    ]  # fmt: skip
    assert people["marital_status"].to_list() == ["married"] * 7 + [None]
    assert people["birth_year"].unique().to_list() == [1981]


def test_everything_is_known_before_the_moment_of_observation_and_ratios_survive_the_conversion() -> None:
    for name, frame in uci_taiwan.tables(wide()).items():
        assert scalar(frame["known_at"].max(), datetime) < uci_taiwan.AS_OF, name
    bills = uci_taiwan.tables(wide())["statements"]["balance_cny"]
    limit = uci_taiwan.tables(wide())["accounts"]["initial_limit_cny"][0]
    assert number(bills.max()) / limit == pytest.approx(1.25)


def test_rows_alike_but_for_id_all_stay_and_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    placed(tmp_path, wide({}, {}, {"AGE": 30}), monkeypatch)
    prepared = uci_taiwan.prepare()
    assert prepared.outcomes.height == 3
    assert prepared.notes[0].startswith("1 rows repeat another")


def test_clients_without_any_bill_keep_six_zero_bills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed(tmp_path, wide({}, NO_BILLS), monkeypatch)
    prepared = uci_taiwan.prepare()
    bills = everything(prepared.store)["statements"].filter(pl.col("account_id") == 2)
    assert bills["balance_cny"].to_list() == [0.0] * 6
    assert prepared.notes[1].startswith("1 clients had no bill in six months, 100.0% of them bad")


def test_outcomes_keep_the_files_own_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = wide({"ID": 7}, {"ID": 3, "default.payment.next.month": 0}, {"ID": 5})
    placed(tmp_path, frame, monkeypatch)
    prepared = uci_taiwan.prepare()
    assert prepared.outcomes.rows() == [
        (7, datetime(2005, 10, 1), 1),
        (3, datetime(2005, 10, 1), 0),
        (5, datetime(2005, 10, 1), 1),
    ]
    assert prepared.observations.frame["account_id"].to_list() == [7, 3, 5]


def test_tables_are_laid_out_once_and_again_when_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed(tmp_path, wide({}), monkeypatch)
    first = uci_taiwan.prepare().store
    sha256, info_file = first.info.origin["sha256"], first.root / "dataset.json"
    written = info_file.stat().st_mtime_ns
    assert uci_taiwan.prepare().store.root == first.root
    assert info_file.stat().st_mtime_ns == written
    placed(tmp_path, wide({}, {"AGE": 30}), monkeypatch)
    second = uci_taiwan.prepare().store
    assert second.info.rows["accounts"] == 2
    assert second.info.origin["sha256"] != sha256


def test_a_missing_file_says_what_to_fetch_from_whom_and_where_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HEADROOM_DATA", raising=False)
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path))
    with pytest.raises(DataError) as caught:
        uci_taiwan.prepare()
    for part in (FILE, "Default of Credit Card Clients", "data set 350", "HEADROOM_DATA",
                 str(tmp_path / "data" / "uci_taiwan")):  # fmt: skip
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"PAY_0": -3}, r"column PAY_0 holds \[-3\]"),
        ({"default.payment.next.month": 2}, r"default\.payment\.next\.month holds \[2\]"),
        ({"BILL_AMT1": "many"}, "BILL_AMT1 has 1 values that are not whole numbers"),
        ({"ID": 2}, "column ID repeats"),
    ],
)
def test_a_file_that_is_not_the_published_one_is_refused(change: dict[str, object], message: str) -> None:
    rows = [CLIENT | change, CLIENT | {"ID": 2}]
    with pytest.raises(DataError, match=message):
        uci_taiwan.read(pl.DataFrame(rows, strict=False).write_csv().encode())


def test_a_file_without_a_column_is_refused_by_its_name() -> None:
    with pytest.raises(DataError, match=r"lacks the columns \['PAY_6'\]"):
        uci_taiwan.read(wide().drop("PAY_6").write_csv().encode())


@pytest.mark.realdata
def test_the_published_file_has_the_documented_oddities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (paths.raw("uci_taiwan") / FILE).exists():
        pytest.skip(f"place {FILE} under HEADROOM_DATA/uci_taiwan/")
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path))
    prepared = uci_taiwan.prepare()
    assert prepared.store.info.origin["sha256"].startswith("f7b7d22d")
    assert prepared.outcomes["bad"].mean() == pytest.approx(0.2212)
    assert [note.split()[0] for note in prepared.notes[:3]] == ["35", "866", "3932"]
    assert prepared.notes[4].startswith(
        "21213 bills were paid to the dollar a month later, 3049 in their own"
    )
    tables = everything(prepared.store)
    assert tables["statements"].height == tables["delinquency"].height == 180_000
    late = tables["delinquency"].filter(pl.col("days_past_due") == 30).group_by("month_end").len()
    assert late.filter(pl.col("month_end") == date(2005, 9, 30))["len"].to_list() == [3688]
    assert late["len"].sum() == 3688 + 34


def test_the_engine_reads_the_adapted_tables_month_by_month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed(tmp_path, wide(), monkeypatch)
    prepared = uci_taiwan.prepare()
    features = feature_set_for(prepared.store.info.tables)
    row = build_history(prepared.store, prepared.observations, features).frame.row(0, named=True)
    assert [row[f"dpd_m{k}"] for k in range(1, 7)] == [60, 30, 0, 0, 0, 240]
    assert [row[f"balance_m{k}"] for k in (2, 3, 6)] == pytest.approx(
        [-50 * CNY_PER_TWD, 25_000 * CNY_PER_TWD, 100 * CNY_PER_TWD], abs=0.005
    )
    assert [row[f"paid_m{k}"] for k in (1, 2)] == pytest.approx([0, 689 * CNY_PER_TWD], abs=0.005)
    assert [row["revolving_m3"], row["paid_in_full_m4"], row["no_use_m5"], row["no_use_m4"]] == [1, 1, 1, 0]
    assert row["utilisation_m3"] == pytest.approx(1.25, abs=1e-5)


def test_monthly_amounts_give_way_where_purchases_are_on_record() -> None:
    without = set(feature_set_for(["accounts", "statements", "repayments", "delinquency"]).catalogue.names)
    with_orders = set(
        feature_set_for(["accounts", "statements", "repayments", "delinquency", "orders"]).catalogue.names
    )
    assert {"balance_m2", "paid_m1", "no_use_m2"} <= without
    assert not {"balance_m2", "paid_m1", "no_use_m2"} & with_orders
