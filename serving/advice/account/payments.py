"""The last bill, and how the bills of the last months were made up and paid."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints
from features.calendar import DAY, months_back
from features.tables import Tables
from serving.advice.frames import microseconds

USUAL_PAYMENT_DAY = -DAY + DAY // 2
"""Payment less due day where no payment is on record: the middle of the day before."""


@dataclass(frozen=True)
class Bill:
    """The last bill; the projected ones take their days of the month from it.

    Attributes:
        months_ago: 0 when it fell in the month before the moment.
        statement_on: midnight, microseconds.
        due_on: midnight, microseconds.
        known_lag: from the bill date to its being known, microseconds.
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
class PaymentHistory:
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

    def __len__(self) -> int:
        return len(self.charged)


def last_bill(known: Tables, now: int) -> Bill | None:
    """The last bill known at a moment (microseconds), None where there is none."""
    bills = known["statements"].sort("statement_on", "known_at", maintain_order=True)
    if not bills.height:
        return None
    on, due = microseconds(bills["statement_on"])[-1], microseconds(bills["due_on"])[-1]
    ago = int(months_back(np.array([on]), now, 240)[0])
    minimum = bills["minimum_due_cny"][-1]
    return Bill(
        max(ago, 0),
        int(on),
        int(due),
        int(microseconds(bills["known_at"])[-1] - on),
        float(bills["balance_cny"][-1]),
        float("nan") if minimum is None else float(minimum),
    )


def payment_history(known: Tables, now: int, longest: int) -> PaymentHistory:
    """Charges and payments of at most `longest` months before `now`, as many as have bills."""
    bills, payments, late = known["statements"], known["repayments"], known["delinquency"]
    billed = _by_month(microseconds(bills["statement_on"]), bills["balance_cny"].to_numpy(), now, longest + 1)
    length = max(1, min(longest, int(np.isfinite(billed).nonzero()[0].max(initial=0))))
    paid = np.zeros(longest + 2)
    at = months_back(microseconds(payments["paid_at"]), now, longest + 1)
    np.add.at(paid, np.clip(at, 0, longest + 1), payments["amount_cny"].to_numpy())
    before, this = np.nan_to_num(billed[1 : length + 1]), np.nan_to_num(billed[:length])
    share = np.where(before > 0, np.clip(paid[:length] / np.where(before > 0, before, 1.0), 0, 1), 1.0)
    dpd = late["days_past_due"].to_numpy().astype(float)
    past_due = _by_month(microseconds(late["month_end"]), dpd, now, longest + 1)
    return PaymentHistory(
        np.maximum(0.0, this - before + np.minimum(paid[:length], np.maximum(before, 0.0))),
        share,
        _offsets(known, now, length),
        np.nan_to_num(past_due[:length]).astype(np.int64),
    )


def _by_month(moments: Ints, values: Floats, now: int, longest: int) -> Floats:
    """(longest,) the latest value of each month back, NaN where there is none."""
    result = np.full(longest + 1, np.nan)
    order = np.argsort(moments, kind="stable")
    result[np.clip(months_back(moments[order], now, longest), 0, longest)] = values[order]
    return result[:longest]


def _offsets(known: Tables, now: int, length: int) -> Ints:
    """(length,) the month's first payment less the due day of its bill; the median where none was made."""
    matched = known["repayments"].join(
        known["statements"].unique("statement_on", keep="last").select("statement_on", "due_on"),
        on="statement_on",
        maintain_order="left",
    )
    at, due = microseconds(matched["paid_at"]), microseconds(matched["due_on"])
    month, offset = months_back(at, now, length), at - due
    usual = int(np.median(offset)) if len(offset) else USUAL_PAYMENT_DAY
    result = np.full(length + 1, usual, np.int64)
    for place in range(len(at) - 1, -1, -1):
        if month[place] >= 0:
            result[month[place]] = offset[place]
    return result[:length]
