"""What a view is: rows drawn from contract tables, ready to be aggregated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from features.engine.aggregate import Aggregate
from features.engine.columns import ColumnReader
from features.engine.rows import UnsortedRows

FEN = 100
FINE = 10_000
"""Scale of scores, indices and percentages: four decimals."""


@dataclass(frozen=True)
class View:
    """Rows that bear a key, an event, a knowledge date, integer columns and flags.

    A fact revealed later than its row (a return, a payment that completes a bill) is a row of its own view,
    known when it was revealed: nothing then depends on the moment of observation but `known < as_of`.

    Attributes:
        name: what aggregates call it.
        tables: contract tables it is drawn from, the first being the one whose rows it has.
        source: source whose consent it needs; `platform` and `public` need none.
        make: gives its rows, in any order.
        columns: scale of each column.
        flags: names of its flags.
        key: `account`, `none` for rows that concern everyone, or the aggregate whose value is the key.
        revisable: whether a row known later replaces earlier ones of the same event.
    """

    name: str
    tables: tuple[str, ...]
    source: str
    make: Callable[[ColumnReader], UnsortedRows]
    columns: Mapping[str, int] = field(default_factory=dict, hash=False)
    flags: tuple[str, ...] = ()
    key: str | Aggregate = "account"
    revisable: bool = False

    @property
    def null_when_empty(self) -> bool:
        """The lender's own books say zero when they say nothing; any other source is then absent."""
        return self.source != "platform"
