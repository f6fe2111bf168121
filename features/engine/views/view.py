"""What a view is: rows drawn from contract tables, ready to be aggregated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from features.engine.aggregate import Aggregate
from features.engine.columns import ColumnReader
from features.engine.rows import UnsortedRows
from features.engine.views.column_types import ColumnType


@dataclass(frozen=True)
class View:
    """Rows with a key, an event time, a knowledge time and integer columns.

    A fact revealed later than its row (a return, a payment that completes a bill) is a row of its own view,
    known from the time it was revealed: nothing then depends on the moment of observation but
    `known < as_of`.

    Attributes:
        name: what aggregates call it.
        tables: contract tables it is drawn from, the first being the one whose rows it has.
        source: source whose consent it needs; `platform` and `public` need none.
        make: gives its rows, in any order.
        columns: type of each column; rows of equal event and knowledge time are ordered by the columns in
            this order.
        key: `account`, `none` for rows that concern everyone, or the aggregate whose value is the key.
        revisable: whether a row known later replaces earlier ones of the same event.
    """

    name: str
    tables: tuple[str, ...]
    source: str
    make: Callable[[ColumnReader], UnsortedRows]
    columns: Mapping[str, ColumnType] = field(default_factory=dict, hash=False)
    key: str | Aggregate = "account"
    revisable: bool = False

    @property
    def null_when_empty(self) -> bool:
        """Whether no known row at all means null: not in the lender's own books, where it means zero."""
        return self.source != "platform"
