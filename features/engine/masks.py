"""Filters checked against the columns of a view, and evaluated into boolean masks."""

import operator
from collections.abc import Callable, Mapping

import polars as pl

from features.arrays import NULL, Bools, Ints
from features.engine.columns import codes
from features.engine.filters import (
    Cny,
    ColumnName,
    Combination,
    Comparison,
    Filter,
    Flag,
    NullTest,
    Relation,
    Stored,
)
from features.engine.views.column_types import ColumnType
from features.errors import ConfigError
from features.spelling import nearest

ColumnTypes = Mapping[str, ColumnType]
"""Column types by column name, as `View.columns` has them."""
COMPARE: dict[Relation, Callable[[Ints, Ints | int], Bools]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
MET_BY_NULL = ("<", "<=", "!=")
"""Relations that `NULL`, the smallest integer, would meet with any constant."""
ROUNDING = 1e-6
"""Share of a column's step by which a constant may miss a whole number of steps: float64 noise, no more."""


def resolve(condition: Filter, types: ColumnTypes) -> Filter:
    """The filter with every constant as its column stores it, ready to be evaluated.

    Raises:
        ConfigError: a column is unknown, or compared with what it cannot be compared with.
    """
    match condition:
        case Combination(left, joined, right):
            return Combination(resolve(left, types), joined, resolve(right, types))
        case Comparison(column, relation, ColumnName()):
            _check_alike(condition, types)
        case Comparison(column, relation, _):
            return Comparison(column, relation, Stored(stored(condition, types)))
        case Flag(column) if _type(condition, column, types).kind != "flag":
            raise ConfigError(f"filter {condition}: column {column} is no flag; compare it with a constant")
        case NullTest(column):
            _type(condition, column, types)
    return condition


def evaluate(resolved: Filter, columns: Mapping[str, Ints]) -> Bools:
    """Which rows meet a resolved filter, (r,), given the (r,) integers of every column."""
    match resolved:
        case Combination(left, joined, right):
            one, other = evaluate(left, columns), evaluate(right, columns)
            return one & other if joined == "and" else one | other
        case Comparison(column, relation, Stored(constant)):
            met = COMPARE[relation](columns[column], constant)
            return met & (columns[column] != NULL) if relation in MET_BY_NULL else met
        case Comparison(column, relation, ColumnName(second)):
            known: Bools = (columns[column] != NULL) & (columns[second] != NULL)
            return known & COMPARE[relation](columns[column], columns[second])
        case Flag(column, value):
            return COMPARE["=="](columns[column], int(value))
        case NullTest(column, null):
            return COMPARE["==" if null else "!="](columns[column], NULL)
    raise ConfigError(f"filter {resolved} cannot be evaluated before it is resolved")


def stored(comparison: Comparison, types: ColumnTypes) -> int:
    """The constant of a comparison as its column stores it.

    Raises:
        ConfigError: the column is unknown, or the constant is not of its type.
    """
    own = _type(comparison, comparison.column, types)
    if own.kind == "flag":
        name = comparison.column
        raise ConfigError(f"filter {comparison}: {name} is a flag; write col({name!r}) or ~col({name!r})")
    if own.kind in ("enumeration", "text"):
        return _code(comparison, own)
    steps = _quantity(comparison, own) * own.scale
    if abs(steps - round(steps)) > ROUNDING:
        name, step = comparison.column, 1 / own.scale
        raise ConfigError(f"filter {comparison}: column {name} counts in steps of {step:g}")
    return round(steps)


def _type(condition: Filter, column: str, types: ColumnTypes) -> ColumnType:
    if column not in types:
        raise ConfigError(f"filter {condition}: the view has no column {column!r}; {nearest(column, types)}")
    return types[column]


def _check_alike(comparison: Comparison, types: ColumnTypes) -> None:
    first = _type(comparison, comparison.column, types)
    if first != _type(comparison, str(comparison.operand), types):
        raise ConfigError(f"filter {comparison}: the two columns differ in type or unit")


def _code(comparison: Comparison, own: ColumnType) -> int:
    name, text = comparison.column, comparison.operand
    if not isinstance(text, str) or comparison.relation not in ("==", "!="):
        raise ConfigError(f"filter {comparison}: column {name} can only equal a text, or not (==, !=)")
    if own.kind == "text":
        return int(codes(pl.Series([text]))[0])
    if text not in own.levels:
        close = nearest(text, own.levels)
        raise ConfigError(f"filter {comparison}: column {name} has no level {text!r}; {close}")
    return own.levels.index(text)


def _quantity(comparison: Comparison, own: ColumnType) -> float:
    name, constant = comparison.column, comparison.operand
    if own.kind == "money":
        if isinstance(constant, Cny):
            return constant.amount
        if constant != 0:
            raise ConfigError(f"filter {comparison}: column {name} is money; write cny({constant}), in CNY")
    if not isinstance(constant, int | float) or isinstance(constant, bool):
        raise ConfigError(f"filter {comparison}: column {name} is a number and {constant!r} is not")
    return constant
