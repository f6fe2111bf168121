"""Filters against three-valued logic in plain Python, and what they refuse."""

import operator
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.arrays import NULL, Ints
from features.definitions.dsl import DELINQUENCY, cny, col, days
from features.engine.compiler import compile_plan
from features.engine.filters import (
    Column,
    ColumnName,
    Combination,
    Comparison,
    Filter,
    Flag,
    NullTest,
    Relation,
    as_filter,
)
from features.engine.masks import compile_filter
from features.engine.views.column_types import FLAG, MONEY, NUMBER, TEXT, enumeration
from features.errors import ConfigError

TYPES = {
    "n": NUMBER,
    "m": NUMBER,
    "flag": FLAG,
    "price": MONEY,
    "fee": MONEY,
    "state": enumeration(("good", "bad")),
    "goods": TEXT,
}
PLAIN: Mapping[Relation, Callable[[int, int], bool]] = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">=": operator.ge,
    ">": operator.gt,
}  # fmt: skip
Row = dict[str, int | None]


def truth(condition: Filter, row: Row) -> bool | None:
    """SQL's three-valued logic: None is unknown."""
    match condition:
        case Combination(left, joined, right):
            sides = (truth(left, row), truth(right, row))
            decisive = joined == "or"
            if decisive in sides:
                return decisive
            return None if None in sides else not decisive
        case Comparison(column, relation, operand):
            first = row[column]
            second = row[str(operand)] if isinstance(operand, ColumnName) else operand
            assert isinstance(second, int | None)
            return None if first is None or second is None else PLAIN[relation](first, second)
        case Flag(column, value):
            return None if row[column] is None else (row[column] == 1) == value
        case NullTest(column, null):
            return (row[column] is None) == null
    raise AssertionError(condition)


relations = st.sampled_from(list(PLAIN))
single = st.one_of(
    st.builds(Comparison, st.sampled_from("nm"), relations, st.integers(-2, 2)),
    st.builds(Comparison, st.sampled_from("nm"), relations, st.builds(ColumnName, st.sampled_from("nm"))),
    st.builds(Flag, st.just("flag"), st.booleans()),
    st.builds(NullTest, st.sampled_from("nm"), st.booleans()),
)
filters: st.SearchStrategy[Filter] = st.recursive(
    single,
    lambda inner: st.one_of(
        st.builds(operator.and_, inner, inner),
        st.builds(operator.or_, inner, inner),
        st.builds(operator.invert, inner),
    ),
    max_leaves=6,
)
number = st.one_of(st.none(), st.integers(-2, 2))
rows = st.lists(st.fixed_dictionaries({"n": number, "m": number, "flag": st.integers(0, 1)}), max_size=8)


def columns(of_rows: list[Row]) -> Ints:
    """The rows as the columns of `TYPES`."""
    columns = np.full((len(TYPES), len(of_rows)), NULL)
    for place, name in enumerate(("n", "m", "flag")):
        columns[place] = [NULL if row[name] is None else row[name] for row in of_rows]
    return columns


@settings(max_examples=400, deadline=None, derandomize=True)
@given(condition=filters, of_rows=rows)
def test_a_row_is_kept_where_its_filter_is_true_and_not_where_it_is_unknown(
    condition: Filter, of_rows: list[Row]
) -> None:
    kept = compile_filter(condition, TYPES)(columns(of_rows))
    assert kept.tolist() == [truth(condition, row) is True for row in of_rows]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(condition=filters, of_rows=rows)
def test_a_negated_filter_keeps_the_rows_where_the_filter_is_false(
    condition: Filter, of_rows: list[Row]
) -> None:
    kept = compile_filter(~condition, TYPES)(columns(of_rows))
    assert kept.tolist() == [truth(condition, row) is False for row in of_rows]
    assert str(~~condition) == str(condition)


@pytest.mark.parametrize(
    ("condition", "values", "kept"),
    [
        (col("price") >= cny(99.5), [9949, 9950, 9951], [False, True, True]),
        (col("price") > 0, [0, 1, NULL], [False, True, False]),
        (col("price") < col("fee"), [99, 100, NULL], [True, False, False]),
        (col("state") == "bad", [0, 1, NULL], [False, True, False]),
        (col("state") != "bad", [0, 1, NULL], [True, False, False]),
    ],
    ids=str,
)
def test_constants_are_in_the_unit_of_their_column(
    condition: Filter, values: list[int], kept: list[bool]
) -> None:
    stored = np.array([[100] * len(values) if name == "fee" else values for name in TYPES])
    assert compile_filter(condition, TYPES)(stored).tolist() == kept


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (col("prise") > 0, "filter prise > 0: the view has no column 'prise'; nearest: 'price'"),
        (col("n") > col("mm"), "no column 'mm'; nearest: 'm'"),
        (col("prise").is_null(), "nearest: 'price'"),
        (as_filter(col("flog")), "nearest: 'flag'"),
        (col("price") > 500, r"column price is money; write cny\(500\), in CNY"),
        (col("price") > cny(0.005), "column price counts in steps of 0.01"),
        (col("n") > 29.5, "column n counts in steps of 1"),
        (col("n") > cny(5), "column n is a number"),
        (col("n") == "five", "column n is a number and 'five' is not"),
        (col("n") == True, "column n is a number and True is not"),  # noqa: E712
        (col("price") > col("n"), "the two columns differ in type or unit"),
        (col("state") == "god", "column state has no level 'god'; nearest: 'good'"),
        (col("state") == 1, "column state can only equal a text"),
        (col("state") < "good", "column state can only equal a text"),
        (col("goods") >= "phone", "column goods can only equal a text"),
        (col("flag") == 1, r"flag is a flag; write col\('flag'\) or ~col\('flag'\)"),
        (as_filter(col("n")), "column n is no flag; compare it with a constant"),
        ((col("n") > 0) & ~(col("flag") | (col("prise") == 0)), "nearest: 'price'"),
    ],
    ids=str,
)
def test_a_filter_that_does_not_fit_its_columns_is_refused(condition: Filter, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        compile_filter(condition, TYPES)


@pytest.mark.parametrize("condition", [col("n"), col("n") > 0, col("flag") & (col("n") > 0)], ids=str)
def test_python_and_or_not_and_chained_comparisons_are_refused(condition: Filter | Column) -> None:
    with pytest.raises(ConfigError, match=r"combine conditions with &, \| and ~"):
        bool(condition)


def test_a_misspelt_column_is_refused_when_the_features_are_compiled() -> None:
    late = DELINQUENCY.count(days(6), where=col("days_past_due") >= 30)
    with pytest.raises(ConfigError, match=r"delinquency.count.*no column 'days_past_due'; known: dpd, state"):
        compile_plan([late])


def test_the_same_condition_written_twice_is_evaluated_once() -> None:
    late = [col("dpd") >= 30, ~(col("dpd") < 30), col("dpd") >= 30.0, col("dpd") == 0]
    counts = [DELINQUENCY.count(days(n), where=condition) for n, condition in enumerate(late)]
    [stage] = compile_plan(counts).stages
    assert len(stage.filters) == 2
    assert stage.masks.tolist() == [1, 1, 1, 2]
