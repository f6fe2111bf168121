"""Point-in-time snapshot of one account: what was known of it at the moment of advice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl

from features.tables import Tables
from serving.advice.account.bills import Bills
from serving.advice.account.history import PaymentHistory
from serving.advice.account.instalments import InstalmentPlans
from serving.advice.frames import microseconds

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
        bills: the bills on record, None when there is none, or none for two months.
        plans: instalment plans on record.
        payments: payment history, None when there is no bill.
        income_cny: monthly income, known or estimated: the measure of what can be paid.
        consented: sources that may be seen.
        late: sources that are withheld since their feed is late: linked, and not to be linked again.
    """

    account_id: int
    as_of: datetime
    now: int
    tables: Tables
    limit_cny: float
    bills: Bills | None
    plans: InstalmentPlans
    payments: PaymentHistory | None
    income_cny: float
    consented: frozenset[str]
    late: frozenset[str] = frozenset()

    @property
    def written_off(self) -> bool:
        """Whether the arrears are older than paying the next bills could cure."""
        return self.days_past_due > WRITE_OFF_DPD

    @property
    def opened(self) -> int:
        """When the account was opened, microseconds; the moment of advice where that is not on record."""
        opened = self.tables["accounts"]["opened_on"]
        return int(microseconds(opened)[-1]) if len(opened) else self.now

    @property
    def days_past_due(self) -> int:
        """Days past due at the last month end on record, 0 without any."""
        ends = self.tables["delinquency"].sort("month_end", "known_at", maintain_order=True)
        return int(ends["days_past_due"][-1]) if ends.height else 0

    @property
    def payable(self) -> bool:
        """Whether there are bills on record, on an account that paying can still cure."""
        return self.bills is not None and not self.written_off

    @cached_property
    def overdue_cny(self) -> float:
        """What is unmet of the minimum of the latest bill whose due day is over, 0 where nothing is."""
        place = None if self.bills is None else self.bills.latest_due(self.now)
        return 0.0 if self.bills is None or place is None else self.bills.unmet(place)

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """Sources that were consented to and are no more."""
        if "consents" not in self.tables.frames:
            return frozenset()
        gone = self.tables["consents"].filter(pl.col("revoked_at").is_not_null())
        return frozenset(gone["source"].cast(pl.String)) - self.consented

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
