"""Books the advised payments on the charges that the simulation made."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import polars as pl

from features.calendar import add_months
from features.tables import Tables
from serving.advice import AdviceSettings, Plan
from serving.advice.account import snapshot
from serving.advice.projection import projected_bill_rows


def book_payments(
    tables: Tables, plans: Mapping[int, Plan], as_of: datetime, settings: AdviceSettings, months: int
) -> Tables:
    """Replaces statements, repayments and month ends from `as_of` on by those of the advised payments.

    Args:
        tables: simulated tables.
        plans: by account, plans that govern payment.
        as_of: the moment of advice.
        settings: bounds of the payments.
        months: simulated months after it.
    """
    booked = {
        account: _booked(tables, account, plan, as_of, settings, months) for account, plan in plans.items()
    }
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


def _booked(  # noqa: PLR0917
    tables: Tables, account: int, plan: Plan, as_of: datetime, settings: AdviceSettings, months: int
) -> Mapping[str, pl.DataFrame]:
    """The advised payments on what the simulation charged in each month; empty with too few bills."""
    whole = settings.model_copy(update={"pace_months": months, "horizons": (months,)})
    now = snapshot(tables, account, as_of, settings)
    then = snapshot(tables, account, add_months(as_of, months), whole)
    if now.bill is None or then.payments is None or len(then.payments) < months:
        return {}
    return projected_bill_rows(replace(now, payments=then.payments), plan, whole)
