"""The upper layer of a feature: arithmetic on aggregates, written as ordinary expressions.

`a / b` is null where b is zero; null in any operand gives null, except in `coalesce`. The operations are
those of `interpreter`.

>>> from features.definitions.dsl import ORDERS, days
>>> print(ORDERS.sum("amount", days(90)) / 3 - 1)
((orders.sum(amount)[90d] / 3) − 1)
"""

from dataclasses import dataclass
from math import isnan, nan
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
        return Expression(interpreter.ADD, (self, as_expression(other)))

    def __radd__(self, other: Operand) -> "Expression":
        return Expression(interpreter.ADD, (as_expression(other), self))

    def __sub__(self, other: Operand) -> "Expression":
        return Expression(interpreter.SUB, (self, as_expression(other)))

    def __rsub__(self, other: Operand) -> "Expression":
        return Expression(interpreter.SUB, (as_expression(other), self))

    def __mul__(self, other: Operand) -> "Expression":
        return Expression(interpreter.MUL, (self, as_expression(other)))

    def __rmul__(self, other: Operand) -> "Expression":
        return Expression(interpreter.MUL, (as_expression(other), self))

    def __truediv__(self, other: Operand) -> "Expression":
        return Expression(interpreter.DIV, (self, as_expression(other)))

    def __rtruediv__(self, other: Operand) -> "Expression":
        return Expression(interpreter.DIV, (as_expression(other), self))

    def __lt__(self, other: Operand) -> "Expression":
        return Expression(interpreter.LT, (self, as_expression(other)))

    def __le__(self, other: Operand) -> "Expression":
        return Expression(interpreter.LE, (self, as_expression(other)))

    def __gt__(self, other: Operand) -> "Expression":
        return Expression(interpreter.LT, (as_expression(other), self))

    def __ge__(self, other: Operand) -> "Expression":
        return Expression(interpreter.LE, (as_expression(other), self))

    def equals(self, other: Operand) -> "Expression":
        """1 where equal, 0 where not, null where either is; `==` compares the expressions themselves."""
        return Expression(interpreter.EQ, (self, as_expression(other)))

    def coalesce(self, other: Operand) -> "Expression":
        """This, or the other where this is null.

        >>> print(AS_OF.coalesce(0))
        coalesce(as_of, 0)
        """
        return Expression(interpreter.COALESCE, (self, as_expression(other)))

    def clip(self, low: float, high: float) -> "Expression":
        """Cut off at both ends.

        >>> print(AS_OF.clip(0, 5))
        max(min(as_of, 5), 0)
        """
        return largest(smallest(self, high), low)

    def sqrt(self) -> "Expression":
        """Square root, null below zero."""
        return Expression(interpreter.SQRT, (self,))

    def __str__(self) -> str:
        return _text(self)


AS_OF = Expression(interpreter.AS_OF)
"""The moment of observation, microseconds."""
MISSING = Expression(interpreter.CONST, constant=nan)
"""Null."""


def of(aggregate: Aggregate) -> Expression:
    """An aggregate as an expression, in the unit of its column: CNY, days past due, points."""
    return Expression(interpreter.LOAD, aggregate=aggregate)


def as_expression(operand: Operand) -> Expression:
    """A number as a constant; an expression stays as it is."""
    if isinstance(operand, Expression):
        return operand
    return Expression(interpreter.CONST, constant=float(operand))


def aggregates_of(expression: Expression) -> frozenset[Aggregate]:
    """The aggregates that an expression reads."""
    own = () if expression.aggregate is None else (expression.aggregate,)
    return frozenset(own).union(*(aggregates_of(arg) for arg in expression.args))


def smallest(first: Operand, *others: Operand) -> Expression:
    """The smallest of the operands, null when any is null."""
    result = as_expression(first)
    for other in others:
        result = Expression(interpreter.MIN, (result, as_expression(other)))
    return result


def largest(first: Operand, *others: Operand) -> Expression:
    """The largest of the operands, null when any is null."""
    result = as_expression(first)
    for other in others:
        result = Expression(interpreter.MAX, (result, as_expression(other)))
    return result


def if_else(condition: Expression, then: Operand, otherwise: Operand) -> Expression:
    """One or the other by a condition; null where the condition is null.

    >>> print(if_else(AS_OF > 3, 1, 0))
    if((3 < as_of), 1, 0)
    """
    return Expression(interpreter.IF_ELSE, (condition, as_expression(then), as_expression(otherwise)))


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
        result = largest(result, value).coalesce(result).coalesce(value)
    return result


def smallest_known(values: list[Expression]) -> Expression:
    """The smallest of those values that are not null; null when all are."""
    result = values[0]
    for value in values[1:]:
        result = smallest(result, value).coalesce(result).coalesce(value)
    return result


def mean_known(values: list[Expression]) -> Expression:
    """Mean of those values that are not null; null when all are."""
    known = total([if_else(v.equals(v), 1.0, 0.0).coalesce(0.0) for v in values])
    return total([v.coalesce(0.0) for v in values]) / known


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
    interpreter.IF_ELSE: "if",
    interpreter.COALESCE: "coalesce",
    interpreter.SQRT: "sqrt",
}


def _text(expression: Expression) -> str:
    if expression.aggregate is not None:
        return str(expression.aggregate)
    if expression.op == interpreter.AS_OF:
        return "as_of"
    if expression.op == interpreter.CONST:
        return "null" if isnan(expression.constant) else f"{expression.constant:g}"
    parts = [_text(arg) for arg in expression.args]
    if expression.op in _INFIX:
        return f"({parts[0]} {_INFIX[expression.op]} {parts[1]})"
    return f"{_CALLS[expression.op]}({', '.join(parts)})"
