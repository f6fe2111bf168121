from datetime import date, datetime
from math import log
from pathlib import Path

import polars as pl
import pytest

from features import paths
from features.adapters import jd_loan_demand as jd
from features.errors import DataError


def log5(yuan: float) -> float:
    return round(log(yuan + 1, 5), 10)


USERS = pl.DataFrame(
    {
        "uid": [7, 8],
        "age": [30, 25],
        "sex": ["01", "02"],
        "active_date": [date(2016, 2, 16), date(2016, 6, 30)],
        "limit": [log5(15_000), log5(5_000)],
    }
)
LOANS = pl.DataFrame(
    {
        "uid": [7, 7, 8],
        "loan_time": [datetime(2016, 10, 3, 8), datetime(2016, 11, 3, 9), datetime(2016, 11, 4, 10)],
        "loan_amount": [log5(100), log5(200_000), log5(2_300)],
        "plannum": [1, 12, 3],
    }
)
SUMS = pl.DataFrame({"uid": [7, 8], "month": ["2016-11"] * 2, "loan_sum": [log5(200_000), log5(2_300)]})


def placed(folder: Path, sums: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = folder / "raw" / "jd_loan_demand"
    raw.mkdir(parents=True)
    USERS.write_csv(raw / "t_user.csv")
    LOANS.write_csv(raw / "t_loan.csv")
    sums.write_csv(raw / "t_loan_sum.csv")
    monkeypatch.setenv("HEADROOM_DATA", str(folder / "raw"))
    monkeypatch.setenv("HEADROOM_VAR", str(folder / "var"))


def test_money_decodes_to_whole_yuan() -> None:
    assert jd.tables(USERS, LOANS)["orders"]["amount_cny"].to_list() == [100.0, 200_000.0, 2_300.0]
    assert jd.tables(USERS, LOANS)["accounts"]["initial_limit_cny"].to_list() == [15_000.0, 5_000.0]


def test_a_loan_is_an_order_on_credit_known_when_it_is_made() -> None:
    first = jd.tables(USERS, LOANS)["orders"].row(0, named=True)
    assert first["known_at"] == first["placed_at"] == datetime(2016, 10, 3, 8)
    assert (first["category"], first["on_credit"], first["instalments"]) == ("cash_loan", True, 1)


def test_age_and_sex_stand_apart_from_what_features_may_read() -> None:
    frames = jd.tables(USERS, LOANS)
    assert frames["demographics"].select("sex", "birth_year").rows() == [("01", 1986), ("02", 1991)]
    assert not {"sex", "age", "birth_year"} & {*frames["accounts"].columns, *frames["orders"].columns}


def test_decoded_loans_meet_the_published_sums_of_the_months_they_name() -> None:
    orders = jd.tables(USERS, LOANS)["orders"]
    assert jd.max_gap_to_sums(orders, SUMS) == 0.0
    assert jd.max_gap_to_sums(orders, SUMS.head(1)) == 2_300.0


def test_files_are_laid_out_as_contract_tables_and_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed(tmp_path, SUMS, monkeypatch)
    book = jd.prepare()
    assert dict(book.store.info.rows) == {"accounts": 2, "demographics": 2, "orders": 3}
    written = (book.store.root / "dataset.json").stat().st_mtime_ns
    jd.prepare()
    assert (book.store.root / "dataset.json").stat().st_mtime_ns == written


def test_sums_of_another_release_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    placed(tmp_path, SUMS.with_columns(loan_sum=pl.lit(log5(500))), monkeypatch)
    with pytest.raises(
        DataError, match=r"decoded loans differ from t_loan_sum\.csv by up to 199500\.00 yuan"
    ):
        jd.prepare()


def test_a_loan_of_an_unknown_user_is_refused() -> None:
    with pytest.raises(DataError, match=r"1 loans of users not in t_user\.csv"):
        jd.tables(USERS.head(1), LOANS)


def test_a_missing_file_says_what_to_fetch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEADROOM_DATA", raising=False)
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path))
    with pytest.raises(DataError, match="contest of 2017"):
        jd.prepare()


@pytest.mark.realdata
def test_the_published_files_have_the_documented_limits_and_sums(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (paths.raw(jd.NAME) / "t_loan.csv").exists():
        pytest.skip(f"place {', '.join(jd.FILES)} under HEADROOM_DATA/{jd.NAME}/")
    monkeypatch.setenv("HEADROOM_VAR", str(tmp_path))
    book = jd.prepare()
    assert dict(book.store.info.rows) == {"accounts": 90_993, "demographics": 90_993, "orders": 202_902}
    assert book.notes[0] == "decoded loans agree with the published monthly sums to 0.0000 yuan"
    assert book.notes[1] == "initial limits are 5,000, 10,000, 15,000, 20,000, 25,000 yuan"
    assert book.notes[2].startswith("6.7% of loans exceed")
