"""Views that put payments beside the bills they settle."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Ints
from features.engine.columns import ColumnReader
from features.engine.rows import UnsortedRows
from features.engine.views.platform import day_of
from features.engine.views.view import FEN, View

DAY_BITS = 32


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
    return (np.searchsorted(everyone, accounts) << DAY_BITS) + (day_of(bill_on) + (1 << (DAY_BITS - 1)))


def _match(r: ColumnReader) -> _Matched:
    """Payments without a bill stay out: they count once it is known, as if both had been learned then."""
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
        day_of(r.moment("statements", "due_on"))[first],
        balance[first],
        r.scaled("statements", "minimum_due_cny", FEN)[first],
    )


def _settlements(r: ColumnReader) -> UnsortedRows:
    """Payments dated by the bill they settle, with how they came in against its due day."""
    t = "repayments"
    matched = _match(r)
    row = matched.row
    paid_on = day_of(r.moment(t, "paid_at")[row])
    amount = r.scaled(t, "amount_cny", FEN)[row]
    reaches = _reaches(matched, amount, np.ones(len(amount), np.bool_))
    in_time = _reaches(matched, amount, paid_on <= matched.due_day)
    flags = {
        "after_due": paid_on > matched.due_day,
        "fills_balance": reaches[0],
        "fills_minimum": reaches[1],
        "fills_balance_in_time": in_time[0],
        "fills_minimum_in_time": in_time[1],
    }
    values = {"amount": amount, "days_early": matched.due_day - paid_on}
    return UnsortedRows(
        r.whole(t, "account_id")[row], r.moment(t, "statement_on")[row], matched.known, values, flags
    )


def _reaches(matched: _Matched, amount: Ints, counted: Bools) -> tuple[Bools, Bools]:
    """Whether this payment is the one that, in the order they became known, fills the balance, the minimum.

    Counting the payments that fill is then counting the bills that are filled, whatever the moment.
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


def _crossing(before: Ints, after: Ints, goal: Ints, order: Ints) -> Bools:
    target = goal[order]
    crossed = np.empty(len(order), np.bool_)
    crossed[order] = (target > 0) & (before < target) & (after >= target)
    return crossed


SETTLEMENTS = View(
    "settlements",
    ("repayments", "statements"),
    "platform",
    _settlements,
    {"amount": FEN, "days_early": 1},
    ("after_due", "fills_balance", "fills_minimum", "fills_balance_in_time", "fills_minimum_in_time"),
)
