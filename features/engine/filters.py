"""Row filters: conditions on the columns of a view, written where an aggregate uses them.

A column is compared with a constant in the column's own unit, or with another column. Money must say that it
is CNY (`cny(500)`; zero needs no unit), an enumeration or a text is compared with the text itself, a flag
stands alone. Conditions combine with `&`, `|` and `~`.

>>> print(col("on_credit") & (col("instalments") > 1))
on_credit and instalments > 1
>>> print(~((col("kind") == "fixed") | (col("amount") >= cny(500))))
kind ≠ fixed and amount < 500 CNY

Null is as in SQL: a comparison with null is neither true nor false, and a row is kept only where its filter
is true. So neither `col("minimum") > 0` nor `~(col("minimum") > 0)` keeps a row whose minimum is null. `~` is
applied to the single comparisons at once (De Morgan), which is exact in this logic and leaves no negation to
evaluate.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

from features.errors import ConfigError

Relation = Literal["<", "<=", "==", "!=", ">=", ">"]
NEGATED: dict[Relation, Relation] = {"<": ">=", "<=": ">", "==": "!=", "!=": "==", ">=": "<", ">": "<="}
_SIGNS: dict[Relation, str] = {"<": "<", "<=": "≤", "==": "=", "!=": "≠", ">=": "≥", ">": ">"}


@dataclass(frozen=True)
class Cny:
    """A constant amount in CNY."""

    amount: float

    def __str__(self) -> str:
        return f"{self.amount:.15g} CNY"


@dataclass(frozen=True)
class ColumnName:
    """A column on the right-hand side of a comparison."""

    name: str

    def __str__(self) -> str:
        return self.name


Operand = int | float | str | Cny | ColumnName


class Filter(ABC):
    """A condition that a row of a view meets or not."""

    def __and__(self, other: "Filter | Column") -> "Filter":
        return Combination(self, "and", as_filter(other))

    def __or__(self, other: "Filter | Column") -> "Filter":
        return Combination(self, "or", as_filter(other))

    @abstractmethod
    def __invert__(self) -> "Filter": ...

    def __bool__(self) -> bool:
        raise ConfigError(f"filter {self}: combine conditions with &, | and ~, not with `and`, `or` or `not`")


@dataclass(frozen=True)
class Comparison(Filter):
    """A column against a constant or another column; true of no row where either is null."""

    column: str
    relation: Relation
    operand: Operand

    def __invert__(self) -> Filter:
        return Comparison(self.column, NEGATED[self.relation], self.operand)

    def __str__(self) -> str:
        return f"{self.column} {_SIGNS[self.relation]} {self.operand}"


@dataclass(frozen=True)
class NullTest(Filter):
    """Whether a column is null, or is not."""

    column: str
    null: bool

    def __invert__(self) -> Filter:
        return NullTest(self.column, not self.null)

    def __str__(self) -> str:
        return f"{self.column} is {'' if self.null else 'not '}null"


@dataclass(frozen=True)
class Flag(Filter):
    """Whether a flag is set, or is not."""

    column: str
    value: bool

    def __invert__(self) -> Filter:
        return Flag(self.column, not self.value)

    def __str__(self) -> str:
        return f"{'' if self.value else 'not '}{self.column}"


@dataclass(frozen=True)
class Combination(Filter):
    """Two conditions, of which both or either must be met."""

    left: Filter
    operator: Literal["and", "or"]
    right: Filter

    def __invert__(self) -> Filter:
        return Combination(~self.left, "or" if self.operator == "and" else "and", ~self.right)

    def __str__(self) -> str:
        return f"{self._side(self.left)} {self.operator} {self._side(self.right)}"

    def _side(self, side: Filter) -> str:
        same = not isinstance(side, Combination) or side.operator == self.operator
        return str(side) if same else f"({side})"


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a view by its name; comparing it makes a filter, so two columns are never simply equal."""

    name: str

    def __lt__(self, other: "Operand | Column") -> Filter:
        return self._compared("<", other)

    def __le__(self, other: "Operand | Column") -> Filter:
        return self._compared("<=", other)

    def __gt__(self, other: "Operand | Column") -> Filter:
        return self._compared(">", other)

    def __ge__(self, other: "Operand | Column") -> Filter:
        return self._compared(">=", other)

    def __eq__(self, other: "Operand | Column") -> Filter:  # type: ignore[override]
        return self._compared("==", other)

    def __ne__(self, other: "Operand | Column") -> Filter:  # type: ignore[override]
        return self._compared("!=", other)

    __hash__ = None  # type: ignore[assignment]

    def __and__(self, other: "Filter | Column") -> Filter:
        return as_filter(self) & other

    def __or__(self, other: "Filter | Column") -> Filter:
        return as_filter(self) | other

    def __invert__(self) -> Filter:
        return ~as_filter(self)

    def __bool__(self) -> bool:
        raise ConfigError(f"column {self.name}: combine conditions with &, | and ~, not `and`, `or` or `not`")

    def is_null(self) -> Filter:
        """Rows without a value in this column."""
        return NullTest(self.name, null=True)

    def is_not_null(self) -> Filter:
        """Rows with a value in this column."""
        return NullTest(self.name, null=False)

    def _compared(self, relation: Relation, other: "Operand | Column") -> Filter:
        return Comparison(self.name, relation, ColumnName(other.name) if isinstance(other, Column) else other)


def col(name: str) -> Column:
    """A column of the aggregate's view, to be compared; a flag stands for itself.

    >>> print(col("dpd") >= 30)
    dpd ≥ 30
    >>> print(~col("on_credit"))
    not on_credit
    """
    return Column(name)


def cny(amount: float) -> Cny:
    """A constant amount in CNY, to compare a column of money with: its fen are whole.

    >>> print(col("balance") > cny(99.5))
    balance > 99.5 CNY
    """
    return Cny(amount)


def as_filter(condition: Filter | Column) -> Filter:
    """A bare column as the condition that its flag is set."""
    return Flag(condition.name, value=True) if isinstance(condition, Column) else condition
