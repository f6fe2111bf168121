"""Reads one account as it was known at a moment, from tables that may hold other accounts and later facts."""

from datetime import datetime

import numpy as np
import polars as pl

from features.calendar import DAY, months_back
from features.contract.registry import ACCOUNT_TABLES, SHARED_TABLES, TABLES
from features.engine.consent import consented
from features.sources.registry import LINKED
from features.tables import Tables
from serving.advice.account.bills import known_bills
from serving.advice.account.history import payment_history
from serving.advice.account.instalments import known_plans
from serving.advice.account.snapshot import AccountSnapshot
from serving.advice.frames import microseconds
from serving.advice.settings import AdviceSettings

HALF_YEAR = 182 * DAY


def snapshot(
    tables: Tables,
    account_id: int,
    as_of: datetime,
    settings: AdviceSettings,
    late: frozenset[str] = frozenset(),
) -> AccountSnapshot:
    """Reads an account from tables that may hold other accounts and later facts.

    Args:
        tables: rows of at least this account and the shared tables.
        account_id: the account.
        as_of: the moment.
        settings: of the advice.
        late: sources that are withheld since their feed is late.
    """
    now = int(np.array([as_of], dtype="M8[us]").view(np.int64)[0])
    known = _known(tables, account_id, as_of)
    limit, bills, plans = _limit(known), known_bills(known, now), known_plans(known)
    sources = _consented(known, account_id, as_of)
    return AccountSnapshot(
        account_id,
        as_of,
        now,
        known,
        limit,
        bills,
        plans,
        None if bills is None else payment_history(known, bills, plans, settings.pace_months),
        _income(known, now, sources, limit, settings),
        sources,
        late,
    )


def _known(tables: Tables, account_id: int, as_of: datetime) -> Tables:
    frames = {}
    for name, frame in tables.frames.items():
        rows = frame.filter(pl.col("known_at") < as_of)
        if name in ACCOUNT_TABLES:
            rows = rows.filter(pl.col("account_id") == account_id)
        later = [
            pl.when(pl.col(column) < as_of).then(pl.col(column)).alias(column)
            for column in TABLES[name].revealed
        ]
        frames[name] = rows.with_columns(later)
    return Tables({name: frames[name] for name in (*ACCOUNT_TABLES, *SHARED_TABLES) if name in frames})


def _limit(known: Tables) -> float:
    changes = (
        known["limit_changes"].filter(pl.col("kind") == "fixed").sort("effective_at", maintain_order=True)
    )
    if changes.height:
        return float(changes["new_limit_cny"][-1])
    opened = known["accounts"]
    return float(opened["initial_limit_cny"][-1]) if opened.height else 0.0


def _consented(known: Tables, account_id: int, as_of: datetime) -> frozenset[str]:
    """Sources that may be seen; all of them where the lender keeps no consents."""
    if "consents" not in known.frames:
        return frozenset(LINKED)
    return consented(known, account_id, as_of)


def _income(
    known: Tables, now: int, sources: frozenset[str], limit: float, settings: AdviceSettings
) -> float:
    """The social security base, else mean monthly payments here, at least a share of the limit."""
    if "social_security" in sources and known["social_security"].height:
        rows = known["social_security"].sort("month", maintain_order=True)
        if months_back(microseconds(rows["month"])[-1:], now, 12)[0] < 12:
            return float(rows["contribution_base_cny"][-1])
    payments = known["repayments"]
    last_half_year = microseconds(payments["paid_at"]) >= now - HALF_YEAR
    recent = payments.filter(pl.Series(last_half_year, dtype=pl.Boolean))
    return max(float(recent["amount_cny"].sum()) / 6.0, settings.means_of_limit * limit, 1.0)
