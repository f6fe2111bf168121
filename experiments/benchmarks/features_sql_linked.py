"""The rows of a linked source's view in SQL, from the columns that the source states."""

from features.sources.linked import IntegerEncoding, LinkedSource, ViewColumn

EXPRESSIONS = {
    IntegerEncoding.WHOLE: "{column}",
    IntegerEncoding.FEN: "round({column} * 100)",
    IntegerEncoding.YUAN: "round_even({column}, 0)",
    IntegerEncoding.FINE: "round({column} * 10000)",
    IntegerEncoding.MONTH: "date_diff('month', date '1970-01-01', {column})",
}


def rows_of(source: LinkedSource) -> str:
    """A query of the rows, with the table's name in braces to be filled in."""
    columns = ", ".join(_column(column) for column in source.view)
    return f"""select account_id as key, {source.event}::timestamp as event, known_at as known,
        {columns} from {{{source.table}}}"""


def _column(column: ViewColumn) -> str:
    return f'{EXPRESSIONS[column.encoding].format(column=column.column)} as "{column.name}"'
