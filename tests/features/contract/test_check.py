from datetime import date, datetime

import polars as pl
import pytest

from features.contract.check import check
from features.contract.registry import ACCOUNT_TABLES, SHARED_TABLES, TABLES
from features.errors import ContractError

NOON = datetime(2026, 1, 5, 12)


def repayments(amounts: list[float]) -> pl.DataFrame:
    n = len(amounts)
    return pl.DataFrame(
        {
            "account_id": list(range(1, n + 1)),
            "known_at": [NOON] * n,
            "paid_at": [NOON] * n,
            "amount_cny": amounts,
            "statement_on": [date(2026, 1, 1)] * n,
        }
    )


def test_rows_that_keep_the_contract_pass_unchanged() -> None:
    frame = repayments([1.0, 2.5])
    checked = check(frame, TABLES["repayments"])
    assert checked.good.equals(frame)
    assert checked.bad.is_empty()


def test_a_refusal_names_table_file_column_rule_count_and_row() -> None:
    with pytest.raises(ContractError) as error:
        check(repayments([1.0, -2.0, 3.0]), TABLES["repayments"], origin="r.parquet")
    message = str(error.value)
    for part in ("table repayments", "r.parquet", "amount_cny: min (1 rows)", "1 of 3 rows", "-2.0"):
        assert part in message


def test_bad_rows_within_the_share_are_set_aside_with_the_rule_they_break() -> None:
    checked = check(repayments([1.0, -2.0, 3.0]), TABLES["repayments"], max_bad_share=0.34)
    assert checked.good["account_id"].to_list() == [1, 3]
    assert checked.bad["broken_rules"].to_list() == ["amount_cny: min"]
    assert checked.good.height + checked.bad.height == 3


def test_nan_and_infinity_are_not_amounts() -> None:
    checked = check(repayments([float("nan"), float("inf"), 1.0]), TABLES["repayments"], max_bad_share=1.0)
    assert checked.good["amount_cny"].to_list() == [1.0]


def test_a_null_where_none_may_stand_is_set_aside() -> None:
    frame = repayments([1.0, 2.0]).with_columns(
        account_id=pl.Series([None, 2], dtype=pl.Int64),
    )
    checked = check(frame, TABLES["repayments"], max_bad_share=0.5)
    assert checked.bad["broken_rules"].to_list() == ["account_id: nullability"]


@pytest.mark.parametrize(("change", "word"), [("drop", "missing columns"), ("add", "unknown columns")])
def test_a_column_too_few_or_too_many_is_refused_by_name(change: str, word: str) -> None:
    frame = repayments([1.0])
    frame = frame.drop("paid_at") if change == "drop" else frame.with_columns(paidat=pl.lit(1))
    with pytest.raises(ContractError, match=word) as error:
        check(frame, TABLES["repayments"])
    assert ("paid_at" if change == "drop" else "paidat") in str(error.value)


def test_a_column_that_may_be_null_may_be_missing_and_is_null() -> None:
    bill = {"account_id": [1], "known_at": [NOON], "statement_on": [date(2026, 1, 1)],
            "due_on": [date(2026, 1, 20)], "balance_cny": [10.0]}  # fmt: skip
    for frame in (pl.DataFrame(bill), pl.DataFrame(bill).cast(pl.String)):
        good = check(frame, TABLES["statements"]).good
        assert good.columns == TABLES["statements"].schema.column_names()
        assert good.select("minimum_due_cny", "due_cny").rows() == [(None, None)]
        assert good.schema["due_cny"] == pl.Float64
    with pytest.raises(ContractError, match=r"missing columns \['balance_cny'\]"):
        check(pl.DataFrame(bill).drop("balance_cny"), TABLES["statements"])


def test_a_value_outside_the_named_choices_is_set_aside() -> None:
    frame = pl.DataFrame(
        {
            "account_id": [1, 2],
            "known_at": [NOON] * 2,
            "source": ["bureau", "horoscope"],
            "granted_at": [NOON] * 2,
            "revoked_at": pl.Series([None, None], dtype=pl.Datetime("us")),
        }
    )
    checked = check(frame, TABLES["consents"], max_bad_share=0.5)
    assert checked.good["account_id"].to_list() == [1]
    assert checked.bad.height == 1


def test_two_rows_for_one_account_break_the_key() -> None:
    frame = pl.DataFrame(
        {
            "account_id": [1, 1, 2],
            "known_at": [NOON] * 3,
            "opened_on": [date(2025, 1, 1)] * 3,
            "initial_limit_cny": [5000.0] * 3,
        }
    )
    checked = check(frame, TABLES["accounts"], max_bad_share=1.0)
    assert checked.good["account_id"].to_list() == [2]
    assert checked.broken == {"primary_key": 2}


def test_goods_cannot_come_back_before_they_were_ordered() -> None:
    frame = pl.DataFrame(
        {
            "account_id": [1],
            "known_at": [NOON],
            "placed_at": [NOON],
            "amount_cny": [9.0],
            "category": ["food"],
            "on_credit": [True],
            "instalments": [1],
            "returned_at": [datetime(2025, 1, 1)],
        }
    )
    with pytest.raises(ContractError, match="returned_after_placed"):
        check(frame, TABLES["orders"])


def test_every_table_bears_a_knowledge_date_and_its_event_column() -> None:
    for table in TABLES.values():
        columns = table.schema.column_names()
        assert "known_at" in columns
        assert table.event in columns
        assert set(table.revealed) <= set(columns)


def test_account_tables_have_the_account_and_shared_tables_do_not() -> None:
    assert all("account_id" in TABLES[name].schema.column_names() for name in ACCOUNT_TABLES)
    assert not any("account_id" in TABLES[name].schema.column_names() for name in SHARED_TABLES)
