"""Books the advised payments on the charges that the simulation made."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.calendar import DAY
from features.tables import Tables
from serving.advice import AdviceSettings, Plan
from serving.advice.account import PaymentHistory, snapshot
from serving.advice.projection import projected_bill_rows

Value = TypeVar("Value", bound=np.generic)


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
    """The advised payments on what the simulation charged in each cycle; empty where there is no bill."""
    now = snapshot(tables, account, as_of, settings)
    if now.bills is None or now.payments is None:
        return {}
    last, n = _last_bill(tables, account), settings.longest + 1
    ended = min(n, int(now.bills.calendar.number_of(np.array([last]))[0]))
    until = now.bills.calendar.issued(np.array([ended]))[0] + 2 * DAY
    then = snapshot(
        tables, account, _moment(int(until)), settings.model_copy(update={"pace_months": max(1, ended)})
    )
    if then.payments is None or (ended and len(then.payments) != ended):
        return {}
    simulated = then.payments if ended else now.payments
    known = np.flatnonzero(now.plans.started <= now.bills.statement_on[-1])
    charges = _padded(simulated, ended, n)
    return projected_bill_rows(replace(now, payments=charges, plans=now.plans.of(known)), plan, settings)


def _padded(history: PaymentHistory, ended: int, n: int) -> PaymentHistory:
    """The first `ended` cycles of a history of n, latest first; in later ones nothing is charged.

    The simulation writes accounts off that do not pay, and stops their bills; one that follows a plan pays.
    """
    lack = n - ended

    def pad(values: NDArray[Value], fill: float) -> NDArray[Value]:
        return np.concatenate([np.full(lack, fill, values.dtype), values[:ended]])

    return replace(
        history,
        charged=pad(history.charged, 0.0),
        paid_share=pad(history.paid_share, 1.0),
        offset=pad(history.offset, float(np.median(history.offset))),
        late=pad(history.late, 0.0),
        in_plans=pad(history.in_plans, 0.0),
        plan_length=pad(history.plan_length, 1.0),
    )


def _last_bill(tables: Tables, account: int) -> int:
    """The date of an account's last bill in the tables, microseconds."""
    mine = tables["statements"].filter(pl.col("account_id") == account)["statement_on"]
    return int(mine.cast(pl.Datetime("us")).to_numpy().astype("M8[us]").view(np.int64).max())


def _moment(at: int) -> datetime:
    found: datetime = np.array(at).astype("M8[us]").item()
    return found
