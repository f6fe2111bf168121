"""Filters compiled for a view: checked against its columns, then evaluated into boolean masks."""

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
)
from features.engine.views.column_types import ColumnType
from features.errors import ConfigError
from features.spelling import nearest

ColumnTypes = Mapping[str, ColumnType]
"""Column types by column name, in the view's order, as `View.columns` has them."""
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


class Predicate(ABC):
    """A compiled filter; equal filters compile to equal predicates."""

    @abstractmethod
    def __call__(self, values: Ints) -> Bools:
        """Which rows meet it, (r,), given the (c, r) columns of the view."""


@dataclass(frozen=True)
class _WithConstant(Predicate):
    column: int
    relation: Relation
    constant: int

    def __call__(self, values: Ints) -> Bools:
        column = values[self.column]
        met = COMPARE[self.relation](column, self.constant)
        return met & (column != NULL) if self.relation in MET_BY_NULL else met


@dataclass(frozen=True)
class _WithColumn(Predicate):
    column: int
    relation: Relation
    second: int

    def __call__(self, values: Ints) -> Bools:
        column, second = values[self.column], values[self.second]
        known: Bools = (column != NULL) & (second != NULL)
        return known & COMPARE[self.relation](column, second)


@dataclass(frozen=True)
class _Both(Predicate):
    left: Predicate
    right: Predicate

    def __call__(self, values: Ints) -> Bools:
        return self.left(values) & self.right(values)


@dataclass(frozen=True)
class _Either(Predicate):
    left: Predicate
    right: Predicate

    def __call__(self, values: Ints) -> Bools:
        return self.left(values) | self.right(values)


def compile_filter(condition: Filter, types: ColumnTypes) -> Predicate:
    """The filter over the columns of a view.

    Raises:
        ConfigError: a column is unknown, or compared with what it cannot be compared with.
    """
    place = list(types).index
    match condition:
        case Combination(left, joined, right):
            combine = _Both if joined == "and" else _Either
            return combine(compile_filter(left, types), compile_filter(right, types))
        case Comparison(column, relation, ColumnName(second)):
            _check_alike(condition, types)
            return _WithColumn(place(column), relation, place(second))
        case Comparison(column, relation, _):
            constant = stored(condition, types)
            return _WithConstant(place(column), relation, constant)
        case Flag(column, value):
            _check_flag(condition, types)
            return _WithConstant(place(column), "==", int(value))
        case NullTest(column, null):
            _type(condition, column, types)
            return _WithConstant(place(column), "==" if null else ">", NULL)
    raise ConfigError(f"filter {condition} is of an unknown kind, {type(condition).__name__}")


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


def _check_flag(flag: Flag, types: ColumnTypes) -> None:
    if _type(flag, flag.column, types).kind != "flag":
        raise ConfigError(f"filter {flag}: column {flag.column} is no flag; compare it with a constant")


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
