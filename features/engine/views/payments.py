"""The views of bills whose due day has passed, and of payments paired with the bills they settle.

Both are dated by the end of the due day, so the same window holds a bill and its payments, and a payment
after the due day counts from the time it is known. Both take a bill as it was first learned.
"""

from dataclasses import dataclass

import numpy as np

from features.arrays import Ints, Positions
from features.calendar import DAY, day_number
from features.engine.columns import ColumnReader
from features.engine.rows import UnsortedRows
from features.engine.views.column_types import FEN, FLAG, MONEY, NUMBER
from features.engine.views.view import View

DAY_BITS = 32
"""Low bits of a bill number that hold its day; the high ones hold the account."""


@dataclass(frozen=True)
class _Bills:
    """b bills as they were first learned, in order of account and bill date.

    Attributes:
        row: (b,) row of the bill.
        number: (b,) one number for each account and bill date, rising.
        passed: (b,) the last microsecond of its due day: at midnight after it the day has passed. Of bills
            due on the same day an earlier one passes a microsecond before the next, so each is its own.
    """

    row: Positions
    number: Ints
    passed: Ints


def _bill_number(accounts: Ints, everyone: Ints, bill_on: Ints) -> Ints:
    """One number for each account and bill day; half of a day's range is added to keep its sign bit clear."""
    return (np.searchsorted(everyone, accounts) << DAY_BITS) + (day_number(bill_on) + (1 << (DAY_BITS - 1)))


def _first_learned(r: ColumnReader, everyone: Ints) -> _Bills:
    t = "statements"
    number = _bill_number(r.whole(t, "account_id"), everyone, r.moment(t, "statement_on"))
    order = np.lexsort((r.scaled(t, "balance_cny", FEN), r.moment(t, "known_at"), number))
    ordered = number[order]
    first = np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(ordered)]
    row, number = order[first], ordered[first]
    return _Bills(row, number, _passed(r.moment(t, "due_on")[row] + (DAY - 1), number))


def _passed(ends: Ints, number: Ints) -> Ints:
    """The ends of due days, each less a microsecond for every bill after it that is due on the same day."""
    alike = (ends[1:] == ends[:-1]) & (number[1:] >> DAY_BITS == number[:-1] >> DAY_BITS)
    if not alike.any():
        return ends
    place = np.arange(len(ends))
    last = np.append(np.flatnonzero(~alike), len(ends) - 1)
    after: Ints = last[np.searchsorted(last, place)] - place
    return ends - after


def _due_bills(r: ColumnReader) -> UnsortedRows:
    t = "statements"
    bills = _first_learned(r, np.unique(r.whole(t, "account_id")))
    row = bills.row
    amounts = {"balance": "balance_cny", "minimum": "minimum_due_cny", "due": "due_cny"}
    columns = {name: r.scaled(t, column, FEN)[row] for name, column in amounts.items()}
    return UnsortedRows(r.whole(t, "account_id")[row], bills.passed, r.moment(t, "known_at")[row], columns)


def _settlements(r: ColumnReader) -> UnsortedRows:
    """Payments whose bill is on record, from when both are known, and how they met its due day.

    A payment that is announced before the money arrives counts from its arrival.
    """
    t, bills = "repayments", "statements"
    payment, bill, number, passed = _pairs(r)
    learned = np.maximum(r.moment(t, "known_at"), r.moment(t, "paid_at"))
    known = np.maximum(learned[payment], r.moment(bills, "known_at")[bill])
    amount, due_day = r.scaled(t, "amount_cny", FEN)[payment], day_number(r.moment(bills, "due_on")[bill])
    days_early = due_day - day_number(r.moment(t, "paid_at")[payment])
    goals = {"due": r.scaled(bills, "due_cny", FEN), "minimum": r.scaled(bills, "minimum_due_cny", FEN)}
    columns = {"amount": amount, "days_early": days_early, "due": goals["due"][bill]}
    order = np.lexsort((amount, known, number))
    for suffix, counted in (("", amount), ("_in_time", np.where(days_early >= 0, amount, 0))):
        before, after = _running(number[order], counted[order])
        for goal, target in goals.items():
            columns[f"fills_{goal}{suffix}"] = _crossing(before, after, target[bill], order)
    return UnsortedRows(r.whole(t, "account_id")[payment], passed, known, columns)


def _pairs(r: ColumnReader) -> tuple[Positions, Positions, Ints, Ints]:
    """Rows of payments whose bill is on record, rows of their bills, their numbers, when they passed."""
    payer, biller = r.whole("repayments", "account_id"), r.whole("statements", "account_id")
    everyone = np.unique(np.concatenate((payer, biller)))
    wanted = _bill_number(payer, everyone, r.moment("repayments", "statement_on"))
    bills = _first_learned(r, everyone)
    place = np.searchsorted(bills.number, wanted)
    found = np.append(bills.number, -1)[place] == wanted
    bill = place[found]
    return np.flatnonzero(found), bills.row[bill], wanted[found], bills.passed[bill]


def _running(bill: Ints, paid: Ints) -> tuple[Ints, Ints]:
    """What was paid towards the bill before and after each payment, fen.

    Args:
        bill: (p,) number of the bill of each payment, in the order in which payments became known, by bill.
        paid: (p,) fen that count.
    """
    running = np.cumsum(paid)
    first = np.concatenate(([True], bill[1:] != bill[:-1]))[: len(bill)]
    base = np.maximum.accumulate(np.where(first, np.arange(len(bill)), 0))
    after = running - (running - paid)[base]
    return after - paid, after


def _crossing(before: Ints, after: Ints, goal: Ints, order: Positions) -> Ints:
    """Whether a payment fills the goal, 0 or 1: counting them is counting the bills that are filled."""
    target = goal[order]
    crossed = np.empty(len(order), np.int64)
    crossed[order] = (target > 0) & (before < target) & (after >= target)
    return crossed


DUE_BILLS = View(
    "due_bills",
    ("statements",),
    "platform",
    _due_bills,
    {"balance": MONEY, "minimum": MONEY, "due": MONEY},
)
SETTLEMENTS = View(
    "settlements",
    ("repayments", "statements"),
    "platform",
    _settlements,
    {
        "amount": MONEY,
        "days_early": NUMBER,
        "due": MONEY,
        "fills_due": FLAG,
        "fills_minimum": FLAG,
        "fills_due_in_time": FLAG,
        "fills_minimum_in_time": FLAG,
    },
)
