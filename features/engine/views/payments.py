"""The view that pairs payments with the bills they settle."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Ints
from features.calendar import day_number
from features.engine.columns import ColumnReader
from features.engine.rows import UnsortedRows
from features.engine.views.column_types import FEN, FLAG, MONEY, NUMBER
from features.engine.views.view import View

DAY_BITS = 32
"""Low bits of a bill number that hold its day; the high ones hold the account."""


@dataclass(frozen=True)
class _Matched:
    """p payments whose bill is on record, with that bill.

    Attributes:
        row: (p,) row of the payment.
        bill: (p,) one number for each account and bill date.
        known: (p,) when both payment and bill were known.
        due_day: (p,) last day to pay, days since 1970.
        balance: (p,) fen.
        minimum: (p,) fen.
    """

    row: Ints
    bill: Ints
    known: Ints
    due_day: Ints
    balance: Ints
    minimum: Ints


def _bill_number(accounts: Ints, everyone: Ints, bill_on: Ints) -> Ints:
    """One number for each account and bill day; half of a day's range is added to keep its sign bit clear."""
    return (np.searchsorted(everyone, accounts) << DAY_BITS) + (day_number(bill_on) + (1 << (DAY_BITS - 1)))


def _match(r: ColumnReader) -> _Matched:
    """Payments with their bill's first known version.

    A payment without a bill stays out: it counts from the time its bill is known, as if both had been
    learned then.
    """
    payer, biller = r.whole("repayments", "account_id"), r.whole("statements", "account_id")
    everyone = np.unique(np.concatenate((payer, biller)))
    bill = _bill_number(payer, everyone, r.moment("repayments", "statement_on"))
    billed = _bill_number(biller, everyone, r.moment("statements", "statement_on"))
    balance, known = r.scaled("statements", "balance_cny", FEN), r.moment("statements", "known_at")
    order = np.lexsort((balance, known, billed))
    place = np.searchsorted(billed[order], bill)
    row = np.flatnonzero(place < np.searchsorted(billed[order], bill, side="right"))
    first = order[place[row]]
    return _Matched(
        row,
        bill[row],
        np.maximum(r.moment("repayments", "known_at")[row], known[first]),
        day_number(r.moment("statements", "due_on"))[first],
        balance[first],
        r.scaled("statements", "minimum_due_cny", FEN)[first],
    )


def _settlements(r: ColumnReader) -> UnsortedRows:
    """Payments dated by the bill they settle, with how they came in against its due day."""
    t = "repayments"
    matched = _match(r)
    row = matched.row
    paid_on = day_number(r.moment(t, "paid_at")[row])
    amount = r.scaled(t, "amount_cny", FEN)[row]
    fills_balance, fills_minimum = _fills(matched, amount, np.ones(len(amount), np.bool_))
    balance_in_time, minimum_in_time = _fills(matched, amount, paid_on <= matched.due_day)
    columns = {
        "amount": amount,
        "days_early": matched.due_day - paid_on,
        "fills_balance": fills_balance,
        "fills_minimum": fills_minimum,
        "fills_balance_in_time": balance_in_time,
        "fills_minimum_in_time": minimum_in_time,
    }
    return UnsortedRows(
        r.whole(t, "account_id")[row], r.moment(t, "statement_on")[row], matched.known, columns
    )


def _fills(matched: _Matched, amount: Ints, counted: Bools) -> tuple[Ints, Ints]:
    """Whether, in the order they became known, this payment fills the balance and fills the minimum, 0 or 1.

    Counting the payments that fill is then counting the bills that are filled, whatever the moment of
    observation.

    Args:
        matched: p payments with their bills.
        amount: (p,) fen.
        counted: (p,) payments that count towards the goal; the others add nothing.
    """
    order = np.lexsort((amount, matched.known, matched.bill))
    bill = matched.bill[order]
    paid = np.where(counted, amount, 0)[order]
    running = np.cumsum(paid)
    first = np.concatenate(([True], bill[1:] != bill[:-1]))[: len(bill)]
    base = np.maximum.accumulate(np.where(first, np.arange(len(bill)), 0))
    after = running - (running - paid)[base]
    before = after - paid
    return _crossing(before, after, matched.balance, order), _crossing(before, after, matched.minimum, order)


def _crossing(before: Ints, after: Ints, goal: Ints, order: Ints) -> Ints:
    target = goal[order]
    crossed = np.empty(len(order), np.int64)
    crossed[order] = (target > 0) & (before < target) & (after >= target)
    return crossed


SETTLEMENTS = View(
    "settlements",
    ("repayments", "statements"),
    "platform",
    _settlements,
    {
        "amount": MONEY,
        "days_early": NUMBER,
        "fills_balance": FLAG,
        "fills_minimum": FLAG,
        "fills_balance_in_time": FLAG,
        "fills_minimum_in_time": FLAG,
    },
)
