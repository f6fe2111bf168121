"""The view of a linked source, made from the columns that it states."""

from collections.abc import Callable

from features.arrays import Ints
from features.engine.columns import ColumnReader
from features.engine.rows import UnsortedRows
from features.engine.views.platform import months_since
from features.engine.views.view import FEN, FINE, View
from features.engine.window import NULL
from features.sources.linked import IntegerEncoding, LinkedSource, ViewColumn

SCALES = {
    IntegerEncoding.WHOLE: 1,
    IntegerEncoding.FEN: FEN,
    IntegerEncoding.YUAN: 1,
    IntegerEncoding.FINE: FINE,
    IntegerEncoding.MONTH: 1,
}
"""Units of the integers in one unit of the column."""


def view_of(source: LinkedSource) -> View:
    """The view of this name: the rows of the source's table under the person's consent."""
    return View(
        source.key,
        (source.table,),
        source.key,
        _maker(source),
        {column.name: SCALES[column.encoding] for column in source.view},
        tuple(column.known_flag for column in source.view if column.known_flag),
    )


def _maker(source: LinkedSource) -> Callable[[ColumnReader], UnsortedRows]:
    def make(r: ColumnReader) -> UnsortedRows:
        t = source.table
        values = {column.name: _values(r, t, column) for column in source.view}
        known = {c.known_flag: values[c.name] != NULL for c in source.view if c.known_flag}
        return UnsortedRows(
            r.whole(t, "account_id"), r.moment(t, source.event), r.moment(t, "known_at"), values, known
        )

    return make


def _values(r: ColumnReader, table: str, column: ViewColumn) -> Ints:
    if column.encoding is IntegerEncoding.WHOLE:
        return r.whole(table, column.column)
    if column.encoding is IntegerEncoding.MONTH:
        return months_since(r.moment(table, column.column))
    return r.scaled(table, column.column, SCALES[column.encoding])
