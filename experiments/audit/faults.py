"""Faults planted into the rows that the engine reads: what a wrong engine would state."""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from experiments.audit.sentences import Fault
from features.tables import Tables


def _window_off_by_one(tables: Tables) -> Tables:
    """A bill counts as due only with the next one: its due day is a cycle late."""
    later = tables["statements"].with_columns(pl.col("due_on").dt.offset_by("1mo"))
    return tables.replace(statements=later)


def _paired_with_the_bill_before(tables: Tables) -> Tables:
    """A payment is taken for one towards the bill a month earlier."""
    earlier = tables["repayments"].with_columns(pl.col("statement_on").dt.offset_by("-1mo"))
    return tables.replace(repayments=earlier)


def _instalments_unpaid(tables: Tables) -> Tables:
    """Instalments that fall due later are asked for with the bill."""
    owed = pl.col("balance_cny").clip(lower_bound=0.0)
    asked = pl.when(pl.col("due_cny").is_null()).then(None).otherwise(owed).alias("due_cny")
    return tables.replace(statements=tables["statements"].with_columns(asked))


def _late_payment_in_time(tables: Tables) -> Tables:
    """A payment is dated five days before it arrived."""
    earlier = tables["repayments"].with_columns(pl.col("paid_at").dt.offset_by("-5d"))
    return tables.replace(repayments=earlier)


FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "a window off by one bill": _window_off_by_one,
        "payments paired with the bill before": _paired_with_the_bill_before,
        "instalments not yet due counted as unpaid": _instalments_unpaid,
        "late payments taken for early ones": _late_payment_in_time,
    }
)
