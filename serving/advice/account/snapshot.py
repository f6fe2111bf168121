"""Point-in-time snapshot of one account: what was known of it at the moment of advice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from features.calendar import months_back
from features.contract.registry import ACCOUNT_TABLES, SHARED_TABLES, TABLES
from features.engine.consent import consented
from features.sources.registry import LINKED
from features.tables import Tables
from serving.advice.account.payments import Bill, PaymentHistory, last_bill, payment_history
from serving.advice.frames import microseconds
from serving.advice.settings import AdviceSettings

WRITE_OFF_DPD = 180
"""Days past due after which lenders write an account off (practice; 180 days for revolving credit)."""


@dataclass(frozen=True)
class AccountSnapshot:
    """An account at a moment.

    Attributes:
        account_id: the account.
        as_of: the moment.
        now: the moment, microseconds.
        tables: rows known before it, moments revealed later hidden.
        limit_cny: the fixed limit in force.
        bill: the last bill, None when there is none on record.
        payments: payment history, None when there is no bill.
        income_cny: monthly income, known or estimated: the measure of what can be paid.
        consented: sources that may be seen.
    """

    account_id: int
    as_of: datetime
    now: int
    tables: Tables
    limit_cny: float
    bill: Bill | None
    payments: PaymentHistory | None
    income_cny: float
    consented: frozenset[str]

    @property
    def written_off(self) -> bool:
        """Whether the arrears are older than paying the next bills could cure."""
        return self.days_past_due > WRITE_OFF_DPD

    @property
    def days_past_due(self) -> int:
        """Days past due at the last month end, 0 without any bill."""
        return 0 if self.payments is None else int(self.payments.past_due[0])

    @property
    def payable(self) -> bool:
        """Whether there are bills on record, on an account that paying can still cure."""
        return self.bill is not None and self.payments is not None and not self.written_off

    @cached_property
    def bureau_reports(self) -> pl.DataFrame:
        """Bureau reports, the latest last; no row without consent."""
        reports = self.tables["bureau_reports"].sort("reported_at", "known_at", maintain_order=True)
        return reports if "bureau" in self.consented else reports.clear()

    @property
    def bureau_report(self) -> Mapping[str, Any] | None:
        """Row of the last bureau report, None where there is none."""
        reports = self.bureau_reports
        return reports.row(-1, named=True) if reports.height else None

    @cached_property
    def last_balances(self) -> tuple[float, ...]:
        """Balances of the last six bills, the latest last, CNY."""
        bills = self.tables["statements"].sort("statement_on")["balance_cny"].tail(6)
        return tuple(float(balance) for balance in bills)


def snapshot(tables: Tables, account_id: int, as_of: datetime, settings: AdviceSettings) -> AccountSnapshot:
    """Reads an account from tables that may hold other accounts and later facts."""
    now = int(np.array([as_of], dtype="M8[us]").view(np.int64)[0])
    known = _known(tables, account_id, as_of)
    limit, bill = _limit(known), last_bill(known, now)
    sources = _consented(known, account_id, as_of)
    return AccountSnapshot(
        account_id,
        as_of,
        now,
        known,
        limit,
        bill,
        None if bill is None else payment_history(known, now, settings.pace_months),
        _income(known, now, sources, limit, settings),
        sources,
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
    last_half_year = months_back(microseconds(payments["paid_at"]), now, 6) < 6
    recent = payments.filter(pl.Series(last_half_year, dtype=pl.Boolean))
    return max(float(recent["amount_cny"].sum()) / 6.0, settings.means_of_limit * limit, 1.0)
