"""The view of a linked source, made from the columns that it states."""

from collections.abc import Callable

from features.arrays import Ints
from features.calendar import month_number
from features.engine.columns import ColumnReader
from features.engine.rows import UnsortedRows
from features.engine.views.column_types import DECIMAL, MONEY, NUMBER, WHOLE_CNY
from features.engine.views.view import View
from features.sources.linked import IntegerEncoding, LinkedSource, ViewColumn

TYPES = {
    IntegerEncoding.WHOLE: NUMBER,
    IntegerEncoding.FEN: MONEY,
    IntegerEncoding.YUAN: WHOLE_CNY,
    IntegerEncoding.FINE: DECIMAL,
    IntegerEncoding.MONTH: NUMBER,
}
"""What the integers of each encoding stand for in the view."""


def view_of(source: LinkedSource) -> View:
    """The view of this name: the rows of the source's table under the person's consent."""
    return View(
        source.key,
        (source.table,),
        source.key,
        _maker(source),
        {column.name: TYPES[column.encoding] for column in source.view},
    )


def _maker(source: LinkedSource) -> Callable[[ColumnReader], UnsortedRows]:
    def make(r: ColumnReader) -> UnsortedRows:
        t = source.table
        columns = {column.name: _values(r, t, column) for column in source.view}
        return UnsortedRows(
            r.whole(t, "account_id"), r.moment(t, source.event), r.moment(t, "known_at"), columns
        )

    return make


def _values(r: ColumnReader, table: str, column: ViewColumn) -> Ints:
    if column.encoding is IntegerEncoding.WHOLE:
        return r.whole(table, column.column)
    if column.encoding is IntegerEncoding.MONTH:
        return month_number(r.moment(table, column.column))
    return r.scaled(table, column.column, TYPES[column.encoding].scale)
