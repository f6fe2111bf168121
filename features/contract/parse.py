"""Parses values, mostly text, as the types of the contract; a value that cannot be parsed breaks a rule.

Parsing is by value: a mistyped date costs its own row, not the column.
"""

from dataclasses import dataclass

import polars as pl
from polars.datatypes import DataTypeClass

from features.contract.registry import TableSpec
from features.errors import ContractError

MOMENTS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y%m%d")
TRUE, FALSE = ["true", "t", "yes", "y", "1"], ["false", "f", "no", "n", "0"]
EXPECTED = {
    pl.Date: "a day, YYYY-MM-DD",
    pl.Datetime: "a moment, YYYY-MM-DD HH:MM:SS in local time without a zone",
    pl.Boolean: "true or false",
    pl.Float64: "a number",
    pl.Int32: "a whole number",
    pl.Int64: "a whole number",
}


@dataclass(frozen=True)
class Parsed:
    """Rows parsed as the contract's types.

    Attributes:
        frame: all rows; a value that could not be parsed is null.
        unreadable: (n,) rules `column: not …` that a row's values break, null where all were parsed.
    """

    frame: pl.DataFrame
    unreadable: pl.Series


def parse(frame: pl.DataFrame, table: TableSpec, origin: str = "") -> Parsed | None:
    """Parses text, and floats where whole numbers are required; None when no column needs parsing.

    Raises:
        ContractError: a column of moments has a time zone, which a cast would silently shift.
    """
    wanted = pl.Schema(table.schema.create_empty().schema)
    refuse_zones(frame, table, origin)
    readers = {name: _reader(frame.schema[name], wanted[name], pl.col(name)) for name in frame.columns}
    read = {name: reader for name, reader in readers.items() if reader is not None}
    if not read:
        return None
    parsed = frame.with_columns(**{name: value for name, (_, value) in read.items()})
    given = frame.select(**{name: there for name, (there, _) in read.items()})
    rules = [
        pl.when(given[name] & parsed[name].is_null()).then(
            pl.lit(f"{name}: not {EXPECTED[_kind(wanted[name])]}")
        )
        for name in read
    ]
    label = pl.concat_list(rules).list.drop_nulls().list.join("; ").alias("broken_rules")
    return Parsed(parsed, parsed.select(pl.when(label != "").then(label)).to_series())


def refuse_zones(frame: pl.DataFrame, table: TableSpec, origin: str) -> None:
    """Refuses moments with a time zone: cast to UTC, they would be hours apart from local moments."""
    zoned = {n: t.time_zone for n, t in frame.schema.items() if isinstance(t, pl.Datetime) and t.time_zone}
    if zoned:
        raise ContractError(
            f"table {table.name}{f' ({origin})' if origin else ''}: {zoned} have a time zone; the contract "
            "requires local wall-clock time: convert them to the lender's own zone and drop it"
        )


def _kind(dtype: pl.DataType) -> DataTypeClass:
    return dtype.base_type()


def _reader(given: pl.DataType, wanted: pl.DataType, column: pl.Expr) -> tuple[pl.Expr, pl.Expr] | None:
    """Whether a value is given, and its parsed value; None when the type needs no parsing."""
    whole = wanted in (pl.Int32, pl.Int64)
    if whole and given.is_float():
        number = column.fill_nan(None)
        return number.is_not_null(), _whole(number, wanted)
    if given != pl.String or _kind(wanted) not in EXPECTED:
        return None
    text = column.str.strip_chars()
    there = text.is_not_null() & (text != "")
    if whole:
        exact = text.cast(wanted, strict=False)
        return there, pl.coalesce(exact, _whole(text.cast(pl.Float64, strict=False), wanted))
    return there, _of_text(text, _kind(wanted))


def _whole(number: pl.Expr, wanted: pl.DataType) -> pl.Expr:
    return pl.when(number == number.round()).then(number).cast(wanted, strict=False)


def _of_text(text: pl.Expr, wanted: DataTypeClass) -> pl.Expr:
    if wanted == pl.Boolean:
        low = text.str.to_lowercase()
        return pl.when(low.is_in(TRUE)).then(True).when(low.is_in(FALSE)).then(False)
    if wanted == pl.Float64:
        return text.cast(pl.Float64, strict=False)
    plain = text.str.replace_all("/", "-", literal=True).str.replace("T", " ", literal=True)
    tried = [plain.str.to_datetime(layout, time_unit="us", strict=False) for layout in MOMENTS]
    moment = pl.coalesce(tried)
    return moment.dt.date() if wanted == pl.Date else moment
