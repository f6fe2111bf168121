"""Rows of a source that is linked at the moment of advice: the consent, and what the source then holds."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from features.arrays import Ints
from features.calendar import DAY, plus_months
from features.contract.registry import TABLES
from features.errors import DataError
from features.sources.registry import LINKED
from serving.advice.account import AccountSnapshot
from serving.advice.frames import contract_frame, contract_types, moments

ARRIVAL = DAY
"""From the moment of advice to the first rows of a newly linked source, microseconds."""
BACKFILL_MONTHS = 24
"""Months of contributions that arrive with a new consent."""
PUBLICATION_LAG = 2
"""Months from a month of contributions to its being known."""


def consent_row(account: AccountSnapshot, source: str) -> pl.DataFrame:
    """The consent, just before the first rows arrive."""
    granted = moments(np.array([account.now + ARRIVAL - 1]))
    columns = {
        "account_id": [account.account_id],
        "known_at": granted,
        "granted_at": granted,
        "revoked_at": [None],
        "source": [source],
    }
    return contract_frame("consents", columns)


def source_rows(
    account: AccountSnapshot, source: str, months: int, values: Mapping[str, float]
) -> pl.DataFrame:
    """The same values in every report, or in every month of contributions, of a linked source.

    Args:
        account: who links it.
        source: key of the source.
        months: projected months.
        values: by column of the source's table.

    Raises:
        DataError: a required column of the table is not among the values.
    """
    table = LINKED[source].table
    event = TABLES[table].event
    at, known = _contributions(account.now, months) if event == "month" else _reports(account.now, months)
    n = len(at)
    columns = {
        "account_id": np.full(n, account.account_id),
        event: moments(at),
        "known_at": moments(known),
        **{name: np.full(n, value) for name, value in values.items()},
    }
    return contract_frame(table, {**_unprofiled(table, columns, n), **columns})


def _reports(now: int, months: int) -> tuple[Ints, Ints]:
    """One report at once, and one a month from then on; known a microsecond later."""
    first = now + ARRIVAL
    at = np.concatenate(([first], plus_months(np.full(months, first), np.arange(1, months + 1))))
    return at, at + 1


def _contributions(now: int, months: int) -> tuple[Ints, Ints]:
    """The months of the backfill, known at once, and the projected months, known after the usual lag."""
    this_month = np.array([now]).astype("M8[us]").astype("M8[M]").astype("M8[us]").view(np.int64)
    at = plus_months(np.repeat(this_month, BACKFILL_MONTHS + months), np.arange(-BACKFILL_MONTHS, months))
    return at, np.maximum(plus_months(at, PUBLICATION_LAG), now + ARRIVAL)


def _unprofiled(table: str, given: Mapping[str, object], n: int) -> dict[str, pl.Series]:
    """Columns that a profile does not hold: null where the contract allows it, else a placeholder text."""
    filled = {}
    for name, column in TABLES[table].schema.columns().items():
        if name in given:
            continue
        dtype = contract_types(table)[name]
        if not column.nullable and dtype != pl.String:
            raise DataError(
                f"{table}.{name} is required, but no source profile holds it: add it to the profile"
            )
        filled[name] = pl.Series(name, [None if column.nullable else "linked"] * n, dtype=dtype)
    return filled
