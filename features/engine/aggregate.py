"""The lower layer: what is counted, summed or looked up over an account's rows, declared."""

from dataclasses import dataclass
from enum import IntEnum

from features.engine import kernels
from features.engine.window import ALL, Window


class Op(IntEnum):
    """What an aggregate does with the rows seen in its window.

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
    """Latest non-null value by event, then by knowledge date, then by value."""
    FIRST = kernels.FIRST
    """Earliest non-null value."""
    LAST_EVENT = kernels.LAST_EVENT
    """When the latest row happened."""
    FIRST_EVENT = kernels.FIRST_EVENT
    """When the earliest row happened."""
    STREAK = kernels.STREAK
    """Rows since the condition last failed, counted back from the latest."""
    LONGEST = kernels.LONGEST
    """Longest run of rows that meet the condition."""
    DISTINCT = kernels.DISTINCT
    """Distinct non-null values."""
    CHANGES = kernels.CHANGES
    """How often the value differs from the one before."""
    TIME_MEAN = kernels.TIME_MEAN
    """Mean over time of a level that holds until the next row, from the first row on."""


VALUED = frozenset(set(Op) - {Op.COUNT, Op.LAST_EVENT, Op.FIRST_EVENT, Op.STREAK, Op.LONGEST})


@dataclass(frozen=True)
class Aggregate:
    """One aggregate of one view.

    Attributes:
        view: name of the view, see `views.VIEWS`.
        op: what to do.
        column: the column it looks at, empty for ops that look at rows only.
        where: flag that a row must bear; for streaks the condition itself; empty for all rows.
        window: which events.
    """

    view: str
    op: Op
    column: str = ""
    where: str = ""
    window: Window = ALL

    def __str__(self) -> str:
        parts = [self.op.name.lower()]
        parts += [f"({self.column})"] if self.column else []
        parts += [f" if {self.where}"] if self.where else []
        return f"{self.view}.{''.join(parts)}[{self.window.label}]"
