"""Checks a frame against the contract: bad rows are set aside by rule, too many are an error."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import dataframely as dy
import polars as pl

from features.contract.future import after_the_present
from features.contract.parse import parse
from features.contract.registry import TableSpec
from features.errors import ContractError

SHOWN = 3
FEW_BAD = 5
"""Bad rows of a table up to which a load or an ingest always goes on."""
ROW = "row"
"""Column of rows set aside: their number among the rows as read, from 1."""


@dataclass(frozen=True)
class Checked:
    """The outcome of a check.

    Attributes:
        good: rows that keep the contract, cast to its types, in the contract's column order.
        bad: rows that do not, as they came, with columns `row` and `broken_rules`.
        broken: rows broken by each rule, rule as `column: rule`.
    """

    good: pl.DataFrame
    bad: pl.DataFrame
    broken: dict[str, int]


def check(
    frame: pl.DataFrame,
    table: TableSpec,
    *,
    max_bad_share: float = 0.0,
    few_bad: int = 0,
    origin: str = "",
    present: datetime | None = None,
) -> Checked:
    """Splits a frame into rows that keep the contract and rows that break it.

    Args:
        frame: rows as read, of any types that can be read as the contract's; extra columns are refused, so
            that nothing is dropped silently. A column that may be null may be missing.
        table: the contract.
        max_bad_share: share of rows that may be set aside; above it the load is refused.
        few_bad: so many rows may be set aside whatever their share, if they are less than half: in a small
            table a single mistake is a large share.
        origin: file the rows came from, for the message.
        present: rows that were learned, or happened, after this moment break the contract; None asks nothing.

    Raises:
        ContractError: a column that may not be null is missing, one is unknown, a moment has a time zone, or
            more rows are bad than may be set aside.
    """
    frame = with_every_column(frame, table, origin)
    checked = _split(frame, table, origin, present)
    allowed = max(max_bad_share * frame.height, min(few_bad, (frame.height - 1) // 2))
    if checked.bad.height > allowed:
        raise ContractError(_message(checked, table, frame.height, max_bad_share, origin))
    return checked


def with_every_column(frame: pl.DataFrame, table: TableSpec, origin: str) -> pl.DataFrame:
    """The frame in the contract's column order; a column that may be null and is missing is null throughout.

    A lender that lacks a fact need not write an empty column for it. The type of such a column is null, so
    that files with and without it can be put together.

    Raises:
        ContractError: a column that may not be null is missing, or one is unknown; names them.
    """
    expected, found = table.schema.columns(), frame.columns
    missing = [name for name in expected if name not in found]
    needed = [name for name in missing if not expected[name].nullable]
    unknown = [name for name in found if name not in expected]
    if needed or unknown:
        raise ContractError(
            f"table {table.name}{_from(origin)}: missing columns {needed or 'none'}, unknown columns "
            f"{unknown or 'none'}; the contract has {list(expected)}"
        )
    return frame.with_columns(pl.lit(None).alias(name) for name in missing).select(list(expected))


def _split(frame: pl.DataFrame, table: TableSpec, origin: str, present: datetime | None) -> Checked:
    """Splits the rows, numbering them only when one is bad: most files have no bad row."""
    parsed = parse(frame, table, origin)
    readable = frame if parsed is None else parsed.frame
    nothing = pl.Series([None] * frame.height, dtype=pl.String)
    unreadable = nothing if parsed is None else parsed.unreadable
    future = nothing if present is None else after_the_present(readable, table, present)
    labels = pl.select(pl.concat_str([unreadable, future], separator="; ", ignore_nulls=True)).to_series()
    labels = pl.select(pl.when(labels != "").then(labels)).to_series()
    if labels.null_count() == frame.height:
        result, failure = table.schema.filter(readable, cast=True)
        if not len(failure):
            return Checked(pl.DataFrame(result), frame.clear().with_columns(*LABELS), {})
    return _numbered(frame, readable, labels, table)


LABELS = (pl.lit(None, pl.UInt32).alias(ROW), pl.lit(None, pl.String).alias("broken_rules"))


def _numbered(
    frame: pl.DataFrame, readable: pl.DataFrame, unreadable: pl.Series, table: TableSpec
) -> Checked:
    rows = readable.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(ROW))
    clear = unreadable.is_null()
    result, failure = _with_row(table.schema).filter(rows.filter(clear), cast=True)
    refused = _labelled(failure.details())
    named = rows.select(ROW, broken_rules=unreadable).filter(~clear)
    labels = pl.concat([named, refused], how="vertical_relaxed").sort(ROW)
    bad = frame[(labels[ROW] - 1).to_list()].with_columns(labels[ROW], labels["broken_rules"])
    counts = labels["broken_rules"].str.split("; ").explode().value_counts()
    return Checked(pl.DataFrame(result).drop(ROW), bad, dict(counts.sort("broken_rules").iter_rows()))


@cache
def _with_row(schema: type[dy.Schema]) -> type[dy.Schema]:
    """The schema with a column for the number of the row."""
    make: Any = type(schema)
    numbered: type[dy.Schema] = make("Numbered", (schema,), {ROW: dy.UInt32(nullable=True)})
    return numbered


def _labelled(details: pl.DataFrame) -> pl.DataFrame:
    rules = [name for name, dtype in details.schema.items() if _is_rule(dtype)]
    names = [
        pl.when(pl.col(rule) == "invalid").then(pl.lit(rule.replace("|", ": "))).otherwise(None)
        for rule in rules
    ]
    label = pl.concat_list(names).list.drop_nulls().list.join("; ") if names else pl.lit("")
    return details.select(ROW, label.alias("broken_rules"))


def _is_rule(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.Enum) and set(dtype.categories) >= {"valid", "invalid"}


def _message(checked: Checked, table: TableSpec, height: int, allowed: float, origin: str) -> str:
    rules = "; ".join(f"{rule} ({n} rows)" for rule, n in sorted(checked.broken.items(), key=lambda x: -x[1]))
    rows = "\n  ".join(str(row) for row in checked.bad.head(SHOWN).to_dicts())
    return (
        f"table {table.name}{_from(origin)}: {checked.bad.height} of {height} rows break the contract, "
        f"more than the {allowed:.2%} that may be set aside. Broken: {rules}. First rows:\n  {rows}\n"
        f"Correct the file, or raise the allowed share (max_bad_share) to set these rows aside."
    )


def _from(origin: str) -> str:
    return f" ({origin})" if origin else ""


def empty(schema: type[dy.Schema]) -> pl.DataFrame:
    """A frame of the schema without rows, as of an absent table."""
    return pl.DataFrame(schema.create_empty())
