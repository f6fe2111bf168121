"""One account as it was known at a moment: its rows, its limit, and the habits that its last months show."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.arrays import Floats, Ints
from features.calendar import DAY, months_back
from features.contract.registry import ACCOUNT_TABLES, SHARED_TABLES, TABLES
from features.engine.consent import consented
from features.sources.registry import LINKED
from features.tables import Tables
from serving.advice.settings import AdviceSettings

WRITTEN_OFF = 180
"""Days past due after which lenders write an account off (practice; 180 days for revolving credit)."""


@dataclass(frozen=True)
class Bill:
    """The last bill, from which the next ones take their days.

    Attributes:
        months_ago: 0 when it fell in the month before the moment.
        statement_on: midnight, microseconds.
        due_on: midnight, microseconds.
        known_lag: from the bill date to its being known.
        balance_cny: its balance.
        minimum_cny: its minimum due, NaN where the lender has none.
    """

    months_ago: int
    statement_on: int
    due_on: int
    known_lag: int
    balance_cny: float
    minimum_cny: float


@dataclass(frozen=True)
class Habits:
    """The last L months, the latest first; each array is (L,).

    Attributes:
        charged: what the month added to the bill, CNY.
        paid_share: what was paid, as a share of the bill before, 0 … 1.
        offset: first payment less the due day, microseconds.
        past_due: days past due at month end.
    """

    charged: Floats
    paid_share: Floats
    offset: Ints
    past_due: Ints


@dataclass(frozen=True)
class Person:
    """An account at a moment.

    Attributes:
        account_id: the account.
        as_of: the moment.
        now: the moment, microseconds.
        tables: rows known before it, moments revealed later hidden.
        limit_cny: the fixed limit in force.
        bill: the last bill, None when there is none on record.
        habits: None when there is no bill.
        means_cny: monthly means, the measure of what can be paid.
        income_known: whether the means are an income that a consented source shows.
        consented: sources that may be seen.
    """

    account_id: int
    as_of: datetime
    now: int
    tables: Tables
    limit_cny: float
    bill: Bill | None
    habits: Habits | None
    means_cny: float
    income_known: bool
    consented: frozenset[str]

    @property
    def beyond_repair(self) -> bool:
        """Whether the arrears are older than paying the next bills could mend."""
        return self.habits is not None and int(self.habits.past_due[0]) > WRITTEN_OFF

    @property
    def past_due(self) -> bool:
        """Whether the account stood past due at the last month end."""
        return self.habits is not None and self.habits.past_due[0] > 0


def person_of(tables: Tables, account_id: int, as_of: datetime, settings: AdviceSettings) -> Person:
    """Reads an account from tables that may hold others and may know later facts."""
    now = int(np.array([as_of], dtype="M8[us]").view(np.int64)[0])
    known = _known(tables, account_id, as_of)
    limit = _limit(known)
    bill = _bill(known, now)
    habits = None if bill is None else _habits(known, now, settings.pace_months)
    held = _consented(known, account_id, as_of)
    means, shown = _means(known, now, held, limit, settings)
    return Person(account_id, as_of, now, known, limit, bill, habits, means, shown, held)


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


def micro(series: pl.Series) -> Ints:
    """Dates or moments as microseconds."""
    return series.cast(pl.Datetime("us")).to_numpy().astype("M8[us]").view(np.int64)


def _bill(known: Tables, now: int) -> Bill | None:
    bills = known["statements"].sort("statement_on", "known_at", maintain_order=True)
    if not bills.height:
        return None
    on, due = micro(bills["statement_on"])[-1], micro(bills["due_on"])[-1]
    ago = int(months_back(np.array([on]), now, 240)[0])
    minimum = bills["minimum_due_cny"][-1]
    return Bill(
        max(ago, 0),
        int(on),
        int(due),
        int(micro(bills["known_at"])[-1] - on),
        float(bills["balance_cny"][-1]),
        float("nan") if minimum is None else float(minimum),
    )


def _habits(known: Tables, now: int, pace: int) -> Habits:
    bills, payments, late = known["statements"], known["repayments"], known["delinquency"]
    billed = _by_month(micro(bills["statement_on"]), bills["balance_cny"].to_numpy(), now, pace + 1)
    length = max(1, min(pace, int(np.isfinite(billed).nonzero()[0].max(initial=0))))
    paid = np.zeros(pace + 2)
    at = months_back(micro(payments["paid_at"]), now, pace + 1)
    np.add.at(paid, np.clip(at, 0, pace + 1), payments["amount_cny"].to_numpy())
    before, this = np.nan_to_num(billed[1 : length + 1]), np.nan_to_num(billed[:length])
    share = np.where(before > 0, np.clip(paid[:length] / np.where(before > 0, before, 1.0), 0, 1), 1.0)
    dpd = _by_month(micro(late["month_end"]), late["days_past_due"].to_numpy().astype(float), now, pace + 1)
    return Habits(
        np.maximum(0.0, this - before + np.minimum(paid[:length], np.maximum(before, 0.0))),
        share,
        _offsets(known, now, length),
        np.nan_to_num(dpd[:length]).astype(np.int64),
    )


def _by_month(moments: Ints, values: NDArray[np.float64], now: int, most: int) -> Floats:
    """(most,) the latest value of each month back, NaN where there is none."""
    result = np.full(most + 1, np.nan)
    order = np.argsort(moments, kind="stable")
    result[np.clip(months_back(moments[order], now, most), 0, most)] = values[order]
    return result[:most]


def _offsets(known: Tables, now: int, length: int) -> Ints:
    """When the month's first payment came against the due day of its bill; where none came, as usual."""
    matched = known["repayments"].join(
        known["statements"].unique("statement_on", keep="last").select("statement_on", "due_on"),
        on="statement_on",
        maintain_order="left",
    )
    at, due = micro(matched["paid_at"]), micro(matched["due_on"])
    month, offset = months_back(at, now, length), at - due
    usual = int(np.median(offset)) if len(offset) else -DAY + DAY // 2
    result = np.full(length + 1, usual, np.int64)
    for place in range(len(at) - 1, -1, -1):
        if month[place] >= 0:
            result[month[place]] = offset[place]
    return result[:length]


def _consented(known: Tables, account_id: int, as_of: datetime) -> frozenset[str]:
    """Sources that may be seen; all of them where the lender keeps no consents."""
    if "consents" not in known.frames:
        return frozenset(LINKED)
    return consented(known, account_id, as_of)


def _means(
    known: Tables, now: int, consented: frozenset[str], limit: float, settings: AdviceSettings
) -> tuple[float, bool]:
    """The social security base, else what is paid here a month, never below a share of the limit."""
    if "social_security" in consented and known["social_security"].height:
        rows = known["social_security"].sort("month", maintain_order=True)
        if months_back(micro(rows["month"])[-1:], now, 12)[0] < 12:
            return float(rows["contribution_base_cny"][-1]), True
    payments = known["repayments"]
    recent = payments.filter(pl.Series(months_back(micro(payments["paid_at"]), now, 6) < 6, dtype=pl.Boolean))
    return max(float(recent["amount_cny"].sum()) / 6.0, settings.means_of_limit * limit, 1.0), False
