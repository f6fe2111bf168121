"""The upper layer: arithmetic on aggregates, written as ordinary expressions.

`a / b` is null where b is zero; null in any operand gives null, except in `coalesce`. The operations are
those of `interpreter`.
"""

from dataclasses import dataclass
from math import nan
from typing import Union

from features.engine import interpreter
from features.engine.aggregate import Aggregate

Operand = Union["Expression", float, int]


@dataclass(frozen=True)
class Expression:
    """A node of an expression: an operation over nodes, an aggregate, or a constant."""

    op: int
    args: tuple["Expression", ...] = ()
    aggregate: Aggregate | None = None
    constant: float = 0.0

    def __add__(self, other: Operand) -> "Expression":
        return Expression(interpreter.ADD, (self, as_value(other)))

    def __radd__(self, other: Operand) -> "Expression":
        return Expression(interpreter.ADD, (as_value(other), self))

    def __sub__(self, other: Operand) -> "Expression":
        return Expression(interpreter.SUB, (self, as_value(other)))

    def __rsub__(self, other: Operand) -> "Expression":
        return Expression(interpreter.SUB, (as_value(other), self))

    def __mul__(self, other: Operand) -> "Expression":
        return Expression(interpreter.MUL, (self, as_value(other)))

    def __rmul__(self, other: Operand) -> "Expression":
        return Expression(interpreter.MUL, (as_value(other), self))

    def __truediv__(self, other: Operand) -> "Expression":
        return Expression(interpreter.DIV, (self, as_value(other)))

    def __rtruediv__(self, other: Operand) -> "Expression":
        return Expression(interpreter.DIV, (as_value(other), self))

    def __lt__(self, other: Operand) -> "Expression":
        return Expression(interpreter.LT, (self, as_value(other)))

    def __le__(self, other: Operand) -> "Expression":
        return Expression(interpreter.LE, (self, as_value(other)))

    def __gt__(self, other: Operand) -> "Expression":
        return Expression(interpreter.LT, (as_value(other), self))

    def __ge__(self, other: Operand) -> "Expression":
        return Expression(interpreter.LE, (as_value(other), self))

    def equals(self, other: Operand) -> "Expression":
        """1 where equal, 0 where not, null where either is."""
        return Expression(interpreter.EQ, (self, as_value(other)))

    def or_else(self, other: Operand) -> "Expression":
        """This, or the other where this is null."""
        return Expression(interpreter.COALESCE, (self, as_value(other)))

    def clip(self, low: float, high: float) -> "Expression":
        """Cut off at both ends."""
        return largest(smallest(self, high), low)

    def sqrt(self) -> "Expression":
        """Square root, null below zero."""
        return Expression(interpreter.SQRT, (self,))

    def __str__(self) -> str:
        return _text(self)


AS_OF = Expression(interpreter.AS_OF)
"""The moment of observation, microseconds."""


NOTHING = Expression(interpreter.CONST, constant=nan)
"""Null."""


def of(aggregate: Aggregate) -> Expression:
    """An aggregate as a value, in the unit of its column: CNY, days past due, points."""
    return Expression(interpreter.LOAD, aggregate=aggregate)


def as_value(operand: Operand) -> Expression:
    """A number as a constant node."""
    return (
        operand if isinstance(operand, Expression) else Expression(interpreter.CONST, constant=float(operand))
    )


def smallest(first: Operand, *others: Operand) -> Expression:
    """The smallest of the operands, null when any is null."""
    result = as_value(first)
    for other in others:
        result = Expression(interpreter.MIN, (result, as_value(other)))
    return result


def largest(first: Operand, *others: Operand) -> Expression:
    """The largest of the operands, null when any is null."""
    result = as_value(first)
    for other in others:
        result = Expression(interpreter.MAX, (result, as_value(other)))
    return result


def where(condition: Expression, then: Operand, otherwise: Operand) -> Expression:
    """One or the other by a condition; null where the condition is null."""
    return Expression(interpreter.WHERE, (condition, as_value(then), as_value(otherwise)))


def total(values: list[Expression]) -> Expression:
    """Sum of several values, null when any is null."""
    result = values[0]
    for value in values[1:]:
        result = result + value
    return result


def largest_known(values: list[Expression]) -> Expression:
    """The largest of those values that are not null; null when all are."""
    result = values[0]
    for value in values[1:]:
        result = largest(result, value).or_else(result).or_else(value)
    return result


def smallest_known(values: list[Expression]) -> Expression:
    """The smallest of those values that are not null; null when all are."""
    result = values[0]
    for value in values[1:]:
        result = smallest(result, value).or_else(result).or_else(value)
    return result


def mean_known(values: list[Expression]) -> Expression:
    """Mean of those values that are not null; null when all are."""
    known = total([where(v.equals(v), 1.0, 0.0).or_else(0.0) for v in values])
    return total([v.or_else(0.0) for v in values]) / known


_INFIX = {
    interpreter.ADD: "+",
    interpreter.SUB: "−",
    interpreter.MUL: "×",
    interpreter.DIV: "/",
    interpreter.LT: "<",
    interpreter.LE: "≤",
    interpreter.EQ: "=",
}
_CALLS = {
    interpreter.MIN: "min",
    interpreter.MAX: "max",
    interpreter.WHERE: "if",
    interpreter.COALESCE: "or_else",
    interpreter.SQRT: "sqrt",
}


def _text(value: Expression) -> str:
    if value.aggregate is not None:
        return str(value.aggregate)
    if value.op == interpreter.AS_OF:
        return "as_of"
    if value.op == interpreter.CONST:
        return f"{value.constant:g}"
    parts = [_text(arg) for arg in value.args]
    if value.op in _INFIX:
        return f"({parts[0]} {_INFIX[value.op]} {parts[1]})"
    return f"{_CALLS[value.op]}({', '.join(parts)})"
