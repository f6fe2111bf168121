"""A lender's file is read value by value: what cannot be read costs its own row and is named."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from features.contract.check import check
from features.contract.registry import TABLES
from features.errors import ContractError

NOON = datetime(2026, 1, 5, 12)
GOOD = {
    "account_id": "1",
    "known_at": "2026-01-05 12:00:00",
    "placed_at": "2026-01-05 12:00:00",
    "amount_cny": "9.50",
    "category": "007",
    "on_credit": "true",
    "instalments": "3",
    "returned_at": "",
}


def orders(*changes: Mapping[str, str | None]) -> pl.DataFrame:
    rows = [{**GOOD, **change} for change in changes]
    return pl.DataFrame(rows, schema=dict.fromkeys(GOOD, pl.String))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05T12:00:00.000000", NOON),
        ("2026-01-05 12:00", NOON),
        ("2026/01/05 12:00:00", NOON),
        (" 2026-01-05 12:00:00.25 ", NOON.replace(microsecond=250_000)),
        ("2026-01-05", datetime(2026, 1, 5)),
        ("20260105", datetime(2026, 1, 5)),
    ],
)
def test_moments_are_read_in_the_usual_ways_of_writing_them(text: str, moment: datetime) -> None:
    assert check(orders({"placed_at": text}), TABLES["orders"]).good["placed_at"].to_list() == [moment]


def test_texts_become_the_contracts_types_and_codes_keep_their_zeros() -> None:
    row = check(orders({"instalments": "3.0", "on_credit": "No"}), TABLES["orders"]).good.row(0, named=True)
    assert row == {
        "account_id": 1, "known_at": NOON, "placed_at": NOON, "amount_cny": 9.5, "category": "007",
        "on_credit": False, "instalments": 3, "returned_at": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("placed_at", "2026-13-45", "placed_at: not a moment"),
        ("placed_at", "2026-01-05T12:00:00+08:00", "placed_at: not a moment"),
        ("returned_at", "soon", "returned_at: not a moment"),
        ("amount_cny", "9,50", "amount_cny: not a number"),
        ("on_credit", "maybe", "on_credit: not true or false"),
        ("instalments", "2.5", "instalments: not a whole number"),
        ("account_id", "A17", "account_id: not a whole number"),
        ("account_id", "", "account_id: nullability"),
        ("instalments", "99", "instalments: max"),
    ],
)
def test_a_value_that_cannot_be_read_costs_its_row_alone(column: str, text: str, rule: str) -> None:
    frame = orders({"account_id": "5"}, {column: text}, {"account_id": "7"})
    checked = check(frame, TABLES["orders"], max_bad_share=0.5)
    assert checked.good["account_id"].to_list() == [5, 7]
    assert checked.bad["row"].to_list() == [2]
    assert checked.bad[column].to_list() == [text]
    assert checked.bad["broken_rules"][0].startswith(rule)


def test_rows_are_numbered_as_they_stood_whatever_else_is_wrong() -> None:
    frame = orders({}, {"amount_cny": "-1"}, {"placed_at": "x", "amount_cny": "y"}, {}, {"instalments": "0"})
    checked = check(frame, TABLES["orders"], max_bad_share=1.0)
    assert checked.bad["row"].to_list() == [2, 3, 5]
    assert checked.good.height == 2
    assert checked.bad["broken_rules"][1].count("; ") == 1
    assert sum(checked.broken.values()) == 4


def test_a_fraction_where_a_whole_number_belongs_is_not_cut_off() -> None:
    frame = check(orders({}, {}), TABLES["orders"]).good.with_columns(instalments=pl.Series([1.5, 2.0]))
    checked = check(frame, TABLES["orders"], max_bad_share=0.5)
    assert checked.good["instalments"].to_list() == [2]
    assert checked.bad["broken_rules"].to_list() == ["instalments: not a whole number"]


def test_a_time_zone_is_refused_and_never_turned_into_other_hours() -> None:
    frame = check(orders({}), TABLES["orders"]).good.with_columns(
        pl.col("placed_at").dt.replace_time_zone("Asia/Shanghai")
    )
    with pytest.raises(ContractError, match=r"placed_at.*Asia/Shanghai.*local wall-clock"):
        check(frame, TABLES["orders"])


def test_a_csv_gives_the_very_rows_that_were_written(tmp_path: Path) -> None:
    frame = check(orders({"amount_cny": "0.1"}, {"returned_at": "2026-02-01"}), TABLES["orders"]).good
    frame.write_csv(tmp_path / "orders.csv")
    again = check(pl.read_csv(tmp_path / "orders.csv", infer_schema=False), TABLES["orders"]).good
    assert again.equals(frame)


@pytest.mark.parametrize(("bad", "refused"), [(1, False), (5, False), (6, True)])
def test_a_few_bad_rows_never_stop_a_table_and_more_do(bad: int, refused: bool) -> None:
    frame = orders(*({"amount_cny": "-1"} for _ in range(bad)), *({} for _ in range(20)))
    if refused:
        with pytest.raises(ContractError, match="6 of 26 rows break the contract"):
            check(frame, TABLES["orders"], few_bad=5)
    else:
        assert check(frame, TABLES["orders"], few_bad=5).good.height == 20


def test_a_table_that_is_bad_for_the_most_part_is_refused_however_small() -> None:
    with pytest.raises(ContractError, match="2 of 3 rows"):
        check(orders({"amount_cny": "-1"}, {"amount_cny": "-1"}, {}), TABLES["orders"], few_bad=5)


def test_a_month_end_cannot_be_known_before_the_month_is_over() -> None:
    frame = pl.DataFrame(
        {
            "account_id": [1, 2],
            "known_at": [datetime(2026, 1, 31, 20), datetime(2026, 1, 31, 20)],
            "month_end": [date(2026, 1, 31), date(2036, 1, 31)],
            "days_past_due": [0, 0],
            "account_state": [None, None],
        }
    )
    checked = check(frame, TABLES["delinquency"], max_bad_share=0.5)
    assert checked.good["account_id"].to_list() == [1]
    assert checked.bad["broken_rules"].to_list() == ["known_once_the_month_is_over"]
