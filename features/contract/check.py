"""Holds a frame against the contract: bad rows are set aside by name, too many refuse the load."""

from dataclasses import dataclass

import dataframely as dy
import polars as pl

from features.contract.registry import TableSpec
from features.errors import ContractError

SHOWN = 3


@dataclass(frozen=True)
class Checked:
    """The outcome of a check.

    Attributes:
        good: rows that keep the contract, cast to its types, in the contract's column order.
        bad: rows that do not, as they came, with a column `broken_rules`.
        broken: rows broken by each rule, rule as `column: rule`.
    """

    good: pl.DataFrame
    bad: pl.DataFrame
    broken: dict[str, int]


def check(frame: pl.DataFrame, table: TableSpec, *, max_bad_share: float = 0.0, origin: str = "") -> Checked:
    """Splits a frame into rows that keep the contract and rows that break it.

    Args:
        frame: rows as read; extra columns are refused, so that nothing is dropped in silence.
        table: the contract.
        max_bad_share: share of rows that may be set aside; above it the load is refused.
        origin: file the rows came from, for the message.

    Raises:
        ContractError: a column is missing or unknown, or more rows are bad than `max_bad_share` allows.
    """
    _same_columns(frame, table, origin)
    result, failure = table.schema.filter(frame, cast=True)
    broken = {rule.replace("|", ": "): n for rule, n in failure.counts().items()}
    bad = _labelled(failure.details())
    checked = Checked(pl.DataFrame(result), bad, broken)
    if bad.height > max_bad_share * frame.height:
        raise ContractError(_message(checked, table, frame.height, max_bad_share, origin))
    return checked


def _same_columns(frame: pl.DataFrame, table: TableSpec, origin: str) -> None:
    expected, found = table.schema.column_names(), frame.columns
    missing = [name for name in expected if name not in found]
    unknown = [name for name in found if name not in expected]
    if missing or unknown:
        raise ContractError(
            f"table {table.name}{_from(origin)}: missing columns {missing or 'none'}, unknown columns "
            f"{unknown or 'none'}; the contract has {expected}"
        )


def _labelled(details: pl.DataFrame) -> pl.DataFrame:
    rules = [name for name, dtype in details.schema.items() if _is_rule(dtype)]
    names = [
        pl.when(pl.col(rule) == "invalid").then(pl.lit(rule.replace("|", ": "))).otherwise(None)
        for rule in rules
    ]
    label = pl.concat_list(names).list.drop_nulls().list.join("; ") if names else pl.lit("")
    return details.with_columns(label.alias("broken_rules")).drop(rules)


def _is_rule(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.Enum) and set(dtype.categories) >= {"valid", "invalid"}


def _message(checked: Checked, table: TableSpec, height: int, allowed: float, origin: str) -> str:
    rules = "; ".join(f"{rule} ({n} rows)" for rule, n in sorted(checked.broken.items(), key=lambda x: -x[1]))
    rows = "\n  ".join(str(row) for row in checked.bad.head(SHOWN).to_dicts())
    return (
        f"table {table.name}{_from(origin)}: {checked.bad.height} of {height} rows break the contract, "
        f"more than the {allowed:.2%} that may be set aside. Broken: {rules}. First rows:\n  {rows}\n"
        f"Mend the file, or raise the allowed share (max_bad_share) to set these rows aside."
    )


def _from(origin: str) -> str:
    return f" ({origin})" if origin else ""


def empty(schema: type[dy.Schema]) -> pl.DataFrame:
    """A frame of the schema without rows: what an absent source looks like."""
    return pl.DataFrame(schema.create_empty())
