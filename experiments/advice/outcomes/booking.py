"""Books the advised payments on the charges that the simulation made."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from features.tables import Tables
from serving.advice import AdviceSettings, Plan
from serving.advice.account import AccountSnapshot, snapshot
from serving.advice.projection import projected_bill_rows


def book_payments(
    tables: Tables, plans: Mapping[int, Plan], as_of: datetime, settings: AdviceSettings
) -> Tables:
    """Replaces statements, repayments and month ends from `as_of` on by those of the advised payments.

    Args:
        tables: simulated tables.
        plans: by account, plans that govern payment.
        as_of: the moment of advice.
        settings: bounds of the payments.
    """
    booked = {account: _booked(tables, account, plan, as_of, settings) for account, plan in plans.items()}
    parts = {account: rows for account, rows in booked.items() if rows}
    if not parts:
        return tables
    frames = {}
    for name in ("statements", "repayments", "delinquency"):
        replaced = pl.col("account_id").is_in(list(parts)) & (pl.col("known_at") >= as_of)
        kept = tables[name].filter(~replaced)
        advised = [rows[name].select(kept.columns).cast(kept.schema) for rows in parts.values()]
        frames[name] = pl.concat([kept, *advised])
    return tables.replace(**frames)


def _booked(
    tables: Tables, account: int, plan: Plan, as_of: datetime, settings: AdviceSettings
) -> Mapping[str, pl.DataFrame]:
    """The advised payments on what the simulation charged in each cycle; empty with fewer than two bills."""
    now = snapshot(tables, account, as_of, settings)
    if now.bills is None:
        return {}
    last = _last_bill(tables, account)
    cycles = int(now.bills.calendar.number_of(np.array([last]))[0])
    if cycles < 2:
        return {}
    whole = settings.model_copy(update={"pace_months": cycles, "horizons": (cycles - 1,)})
    then = snapshot(tables, account, _moment(last) + timedelta(days=2), whole)
    if then.payments is None or len(then.payments) != cycles:
        return {}
    return projected_bill_rows(_with_charges(now, then), plan, whole)


def _with_charges(now: AccountSnapshot, then: AccountSnapshot) -> AccountSnapshot:
    """The account as it is now, with the charges that are to come as its history."""
    assert now.bills is not None, "checked by the caller"
    known = np.flatnonzero(now.plans.started <= now.bills.statement_on[-1])
    return replace(now, payments=then.payments, plans=now.plans.of(known))


def _last_bill(tables: Tables, account: int) -> int:
    """The date of an account's last bill in the tables, microseconds."""
    mine = tables["statements"].filter(pl.col("account_id") == account)["statement_on"]
    return int(mine.cast(pl.Datetime("us")).to_numpy().astype("M8[us]").view(np.int64).max())


def _moment(at: int) -> datetime:
    found: datetime = np.array(at).astype("M8[us]").item()
    return found
