"""The platform's ledger in fen: bills, instalments, arrears."""

from math import ceil, floor, log
from typing import Any

from experiments.cashflow.kernels.compiling import njit
from experiments.cashflow.kernels.streams import FORGET, NONE, REMEMBER
from experiments.cashflow.layout import OWED, SCHEDULE
from experiments.portfolio.kernels.random_streams import uniform


@njit
def outstanding(s: Any) -> Any:
    """Instalments that later bills will ask for, fen."""
    total = 0.0
    for j in range(SCHEDULE):
        total += s.schedule[j]
    return total


@njit
def overdue(s: Any) -> Any:
    """Minimum amounts overdue, fen."""
    total = 0.0
    for j in range(s.n_owed):
        total += s.owed[j]
    return total


@njit
def days_past_due(s: Any, t: Any) -> Any:
    """Days since the due day of the oldest bill whose minimum is not paid; 0 = current."""
    return t - s.owed_since[0] if s.n_owed > 0 else 0


@njit
def issue_bill(s: Any, x: Any, key: Any, t: Any, p: Any) -> None:
    """Writes the bill of this day: what is carried bears interest, the next instalments fall due."""
    carried = max(0.0, s.bill_due - s.paid) if s.bill_on >= 0 else 0.0
    part, fee = s.schedule[0], s.plan_fees[0]
    for j in range(SCHEDULE - 1):
        s.schedule[j], s.plan_fees[j] = s.schedule[j + 1], s.plan_fees[j + 1]
    s.schedule[SCHEDULE - 1], s.plan_fees[SCHEDULE - 1] = 0.0, 0.0
    s.revolving += part + fee + floor(p.carry_rate * carried + 0.5) + floor(s.late_fees + 0.5)
    s.late_fees = 0.0
    if s.revolving <= 0.0:
        s.n_owed = 0
    s.bill_due = max(0.0, s.revolving)
    arrears = min(overdue(s), s.bill_due)
    rest = max(0.0, s.bill_due - arrears - part - fee)
    s.minimum = min(s.bill_due, arrears + part + fee + ceil(p.minimum_rate * rest))
    s.bill_on, s.due_on, s.paid, s.settled = t, t + int(p.bill_due_days), 0.0, 0
    s.spend = p.spend_memory * s.spend + (1.0 - p.spend_memory) * s.purchases / 100.0
    s.purchases = 0.0
    plan_payment(s, x, key, t, p)


@njit
def plan_payment(s: Any, x: Any, key: Any, t: Any, p: Any) -> None:
    """When the person means to pay: on the due day by debit, some days before it, or late since forgotten."""
    s.planned_on = s.due_on if x.autopay else s.due_on - x.lead
    if not x.autopay and uniform(key, t, FORGET, NONE) < x.forget * p.reminder:
        wait = 1.0 - p.remember_days * log(uniform(key, t, REMEMBER, NONE))
        s.planned_on = s.due_on + int(min(wait, 60.0))


@njit
def pass_due_day(s: Any) -> None:
    """After the due day: what is missing of the minimum is overdue from that day on."""
    missing = max(0.0, s.minimum - s.paid)
    own = missing - overdue(s)
    if missing <= 0.0:
        s.clean += 1
    else:
        s.clean = 0
    if own > 0.5 and s.n_owed < OWED:
        s.owed[s.n_owed], s.owed_since[s.n_owed] = own, s.due_on
        s.n_owed += 1


@njit
def receive(s: Any, fen: Any) -> None:
    """Books a payment: the oldest overdue minimum is settled first."""
    s.revolving, s.paid = s.revolving - fen, s.paid + fen
    while s.n_owed > 0 and fen > 0.0:
        used = min(fen, s.owed[0])
        s.owed[0] -= used
        fen -= used
        if s.owed[0] > 0.0:
            return
        for j in range(s.n_owed - 1):
            s.owed[j], s.owed_since[j] = s.owed[j + 1], s.owed_since[j + 1]
        s.n_owed -= 1


@njit
def age_arrears(s: Any, t: Any, p: Any) -> None:
    """A day of late fees, and the write-off of accounts long overdue."""
    if s.n_owed > 0 and not s.written_off:
        s.late_fees += p.late_fee_daily * overdue(s)
        if days_past_due(s, t) >= p.write_off_days:
            s.written_off = 1


@njit
def book_plan(s: Any, fen: Any, parts: Any, fee: Any) -> None:
    """Spreads an amount and its fees over the next bills; the last part takes the remainder."""
    part, part_fee = floor(fen / parts), floor(fee / parts)
    for j in range(parts):
        last = j == parts - 1
        s.schedule[j] += fen - part * (parts - 1) if last else part
        s.plan_fees[j] += fee - part_fee * (parts - 1) if last else part_fee
