"""The upper layer: arithmetic on aggregates, written as ordinary expressions.

`a / b` is null where b is zero; null in any operand gives null, except in `coalesce`. The operations are
those of `interpreter`.
"""

from dataclasses import dataclass
from math import nan
from typing import Union

from features.engine import interpreter
from features.engine.aggregate import Aggregate

Operand = Union["Value", float, int]


@dataclass(frozen=True)
class Value:
    """A node of an expression: an operation over nodes, an aggregate, or a constant."""

    op: int
    args: tuple["Value", ...] = ()
    aggregate: Aggregate | None = None
    constant: float = 0.0

    def __add__(self, other: Operand) -> "Value":
        return Value(interpreter.ADD, (self, as_value(other)))

    def __radd__(self, other: Operand) -> "Value":
        return Value(interpreter.ADD, (as_value(other), self))

    def __sub__(self, other: Operand) -> "Value":
        return Value(interpreter.SUB, (self, as_value(other)))

    def __rsub__(self, other: Operand) -> "Value":
        return Value(interpreter.SUB, (as_value(other), self))

    def __mul__(self, other: Operand) -> "Value":
        return Value(interpreter.MUL, (self, as_value(other)))

    def __rmul__(self, other: Operand) -> "Value":
        return Value(interpreter.MUL, (as_value(other), self))

    def __truediv__(self, other: Operand) -> "Value":
        return Value(interpreter.DIV, (self, as_value(other)))

    def __rtruediv__(self, other: Operand) -> "Value":
        return Value(interpreter.DIV, (as_value(other), self))

    def __lt__(self, other: Operand) -> "Value":
        return Value(interpreter.LT, (self, as_value(other)))

    def __le__(self, other: Operand) -> "Value":
        return Value(interpreter.LE, (self, as_value(other)))

    def __gt__(self, other: Operand) -> "Value":
        return Value(interpreter.LT, (as_value(other), self))

    def __ge__(self, other: Operand) -> "Value":
        return Value(interpreter.LE, (as_value(other), self))

    def equals(self, other: Operand) -> "Value":
        """1 where equal, 0 where not, null where either is."""
        return Value(interpreter.EQ, (self, as_value(other)))

    def or_else(self, other: Operand) -> "Value":
        """This, or the other where this is null."""
        return Value(interpreter.COALESCE, (self, as_value(other)))

    def clip(self, low: float, high: float) -> "Value":
        """Cut off at both ends."""
        return largest(smallest(self, high), low)

    def sqrt(self) -> "Value":
        """Square root, null below zero."""
        return Value(interpreter.SQRT, (self,))

    def __str__(self) -> str:
        return _text(self)


AS_OF = Value(interpreter.AS_OF)
"""The moment of observation, microseconds."""


NOTHING = Value(interpreter.CONST, constant=nan)
"""Null."""


def of(aggregate: Aggregate) -> Value:
    """An aggregate as a value, in the unit of its column: CNY, days past due, points."""
    return Value(interpreter.LOAD, aggregate=aggregate)


def as_value(operand: Operand) -> Value:
    """A number as a constant node."""
    return operand if isinstance(operand, Value) else Value(interpreter.CONST, constant=float(operand))


def smallest(first: Operand, *others: Operand) -> Value:
    """The smallest of the operands, null when any is null."""
    result = as_value(first)
    for other in others:
        result = Value(interpreter.MIN, (result, as_value(other)))
    return result


def largest(first: Operand, *others: Operand) -> Value:
    """The largest of the operands, null when any is null."""
    result = as_value(first)
    for other in others:
        result = Value(interpreter.MAX, (result, as_value(other)))
    return result


def where(condition: Value, then: Operand, otherwise: Operand) -> Value:
    """One or the other by a condition; null where the condition is null."""
    return Value(interpreter.WHERE, (condition, as_value(then), as_value(otherwise)))


def total(values: list[Value]) -> Value:
    """Sum of several values, null when any is null."""
    result = values[0]
    for value in values[1:]:
        result = result + value
    return result


def largest_known(values: list[Value]) -> Value:
    """The largest of those values that are not null; null when all are."""
    result = values[0]
    for value in values[1:]:
        result = largest(result, value).or_else(result).or_else(value)
    return result


def smallest_known(values: list[Value]) -> Value:
    """The smallest of those values that are not null; null when all are."""
    result = values[0]
    for value in values[1:]:
        result = smallest(result, value).or_else(result).or_else(value)
    return result


def mean_known(values: list[Value]) -> Value:
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


def _text(value: Value) -> str:
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
