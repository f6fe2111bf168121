"""The bills known at a moment, what each asked for, and what was paid towards it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from features.arrays import Floats, Ints
from features.calendar import DAY
from features.tables import Tables
from serving.advice.account.calendar import BillCalendar, calendar_of
from serving.advice.frames import microseconds

MOST_BILLS = 24
"""Bills that are read, the latest of them: two years, twice what a projection repeats."""
DORMANT = 62 * DAY
"""Without a bill for so long an account is no longer billed, and no coming bill can be stated."""
HALF_FEN = 0.005


@dataclass(frozen=True)
class Bills:
    """b bills as they were first learned, oldest first, and p payments, oldest first.

    Attributes:
        statement_on: (b,) bill dates, midnights in microseconds.
        due_on: (b,) due dates.
        balance: (b,) CNY.
        due: (b,) what must be paid by the due date for nothing to be carried on, NaN where not stated.
        minimum: (b,) minimum payment, NaN where the lender has none.
        paid: (b,) paid towards each by the moment.
        first_paid: (b,) first payment towards each less its due date, microseconds; `NOT_PAID` without one.
        paid_at: (p,) every payment known.
        amount: (p,) CNY.
        lag: from a bill date to the bill's being known, usually, microseconds.
        payment_lag: the same of payments.
    """

    statement_on: Ints
    due_on: Ints
    balance: Floats
    due: Floats
    minimum: Floats
    paid: Floats
    first_paid: Ints
    paid_at: Ints
    amount: Floats
    lag: int
    payment_lag: int

    def __len__(self) -> int:
        return len(self.statement_on)

    @cached_property
    def calendar(self) -> BillCalendar:
        """The days of its bills, past and coming."""
        return calendar_of(self.statement_on, self.due_on)

    @property
    def to_pay(self) -> Floats:
        """(b,) what pays each in full: `due`, or the whole balance where the lender does not state it."""
        return np.where(np.isnan(self.due), np.maximum(self.balance, 0.0), self.due)

    @property
    def later(self) -> float:
        """What of the last bill falls due with later ones, CNY; 0 where the lender does not state it."""
        return float(max(0.0, self.balance[-1] - self.due[-1])) if self.due[-1] >= 0 else 0.0

    def paid_since(self, i: int) -> float:
        """Paid after the date of the i-th bill, towards whichever bill, CNY."""
        return float(self.amount[self.paid_at >= self.statement_on[i] + DAY].sum())

    @property
    def paid_of_last(self) -> float:
        """Paid of the last bill so far, CNY."""
        return max(float(self.paid[-1]), self.paid_since(-1))

    def unmet(self, i: int) -> float:
        """What is unmet of the minimum of the i-th bill, CNY; of all of it where there is no minimum."""
        asked = self.to_pay[i] if np.isnan(self.minimum[i]) else self.minimum[i]
        left = float(asked) - max(float(self.paid[i]), self.paid_since(i))
        return round(left, 2) if left > HALF_FEN else 0.0

    def latest_due(self, now: int) -> int | None:
        """Position of the latest bill whose due day is over; None where none is."""
        over = np.flatnonzero(self.due_on + DAY <= now)
        return int(over[-1]) if len(over) else None


NOT_PAID = np.iinfo(np.int64).min


def known_bills(known: Tables, now: int) -> Bills | None:
    """The bills known at a moment (microseconds); None where there is none, or none any more."""
    rows = known["statements"].sort("statement_on", "known_at", "balance_cny", maintain_order=True)
    bills = rows.unique("statement_on", keep="first", maintain_order=True).tail(MOST_BILLS)
    if not bills.height or microseconds(bills["statement_on"])[-1] < now - DORMANT:
        return None
    on, due_on = microseconds(bills["statement_on"]), microseconds(bills["due_on"])
    payments = known["repayments"].sort("paid_at", "known_at", "amount_cny", maintain_order=True)
    at = microseconds(payments["paid_at"])
    paid, first = _towards(on, due_on, payments)
    return Bills(
        on,
        due_on,
        bills["balance_cny"].to_numpy(),
        _cny(bills["due_cny"]),
        _cny(bills["minimum_due_cny"]),
        paid,
        first,
        at,
        payments["amount_cny"].to_numpy(),
        _lag(on, bills),
        _lag(at, payments),
    )


def _towards(on: Ints, due_on: Ints, payments: pl.DataFrame) -> tuple[Floats, Ints]:
    """(b,) paid towards each bill, and when first, less its due date."""
    paid, first = np.zeros(len(on)), np.full(len(on), NOT_PAID, np.int64)
    settled = microseconds(payments["statement_on"])
    place = np.searchsorted(on, settled)
    rows = zip(place, settled, microseconds(payments["paid_at"]), payments["amount_cny"], strict=True)
    for i, bill, at, amount in rows:
        if i < len(on) and on[i] == bill:
            paid[i] += amount
            first[i] = at - due_on[i] if first[i] == NOT_PAID else first[i]
    return paid, first


def _lag(at: Ints, rows: pl.DataFrame) -> int:
    """The usual time from an event to its being known, at least 0; 0 without rows."""
    lags = (microseconds(rows["known_at"]) - at)[-12:]
    return max(0, int(np.median(lags))) if len(lags) else 0


def _cny(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
