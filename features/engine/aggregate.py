"""The lower layer of a feature: what is counted, summed or looked up over an account's rows, declared."""

from dataclasses import dataclass
from enum import IntEnum

from features.engine import kernels
from features.engine.cycles import Cycles
from features.engine.filters import Filter
from features.engine.window import ALL, Window


class Op(IntEnum):
    """What an aggregate does with the visible rows in its window.

    Results are integers, so they depend on no order of addition: amounts in fen, moments in microseconds,
    other numbers times their column's scale.
    """

    COUNT = kernels.COUNT
    """Rows."""
    SUM = kernels.SUM
    """Sum of the column, 0 without rows."""
    SUM_SQ = kernels.SUM_SQ
    """Sum of squares of the column."""
    MIN = kernels.MIN
    """Smallest value, null without rows."""
    MAX = kernels.MAX
    """Largest value, null without rows."""
    LAST = kernels.LAST
    """Latest non-null value by event time, then by knowledge time, then by value."""
    FIRST = kernels.FIRST
    """Earliest non-null value."""
    LAST_EVENT = kernels.LAST_EVENT
    """Event time of the latest row."""
    FIRST_EVENT = kernels.FIRST_EVENT
    """Event time of the earliest row."""
    STREAK = kernels.STREAK
    """Rows that meet the filter since one last failed it, counted back from the latest."""
    LONGEST = kernels.LONGEST
    """Longest run of rows that meet the filter."""
    DISTINCT = kernels.DISTINCT
    """Distinct non-null values."""
    CHANGES = kernels.CHANGES
    """How often the value differs from the one before."""
    TIME_MEAN = kernels.TIME_MEAN
    """Mean over time of a step function that holds its value until the next row, from the first row on."""


VALUED = frozenset(set(Op) - {Op.COUNT, Op.LAST_EVENT, Op.FIRST_EVENT, Op.STREAK, Op.LONGEST})
"""Operations on the values of a column; the others look at rows alone."""
CONDITIONAL = frozenset({Op.STREAK, Op.LONGEST})
"""Operations whose filter says which rows continue a run, and leaves none out."""


@dataclass(frozen=True)
class Aggregate:
    """One aggregate of one view.

    Attributes:
        view: name of the view, see `views.registry.VIEWS`.
        op: what to do.
        column: the column it looks at, empty for operations on rows alone.
        where: condition that a row must meet, None for all rows; for streaks the condition itself.
        window: which events, by days or by the ticks of a clock.
    """

    view: str
    op: Op
    column: str = ""
    where: Filter | None = None
    window: Window | Cycles = ALL

    def __str__(self) -> str:
        condition = "" if self.where is None else f"where {self.where}"
        inside = " ".join(part for part in (self.column, condition) if part)
        return f"{self.view}.{self.op.name.lower()}({inside})[{self.window.label}]"
