"""What a plan counts on being paid, bill by bill, and what of it is more than the usual."""

from datetime import date, datetime

import numpy as np

from features.calendar import DAY
from serving.advice.account import AccountSnapshot
from serving.advice.projection import ProjectedBills
from serving.advice.types import PlannedPayment

HALF_YUAN = 0.5
CARRIED = 0.01


def payments(
    account: AccountSnapshot, bills: ProjectedBills, plan: int, until: datetime
) -> tuple[PlannedPayment, ...]:
    """Every payment that falls due before a moment, what is overdue first; without those of ¥0."""
    overdue = _overdue(account, bills, plan)
    coming = (_payment(account, bills, plan, j) for j in range(_due_before(bills, until)))
    return tuple(one for one in (*overdue, *coming) if one.at_least_cny > 0)


def billed(bills: ProjectedBills, plan: int, until: datetime) -> tuple[tuple[date, float], ...]:
    """Date and balance of each projected bill that is issued before a moment."""
    moment = int(np.datetime64(until, "us").astype(np.int64))
    coming = zip(bills.cycles.issued[1:], bills.bill[plan], strict=True)
    return tuple((_day(int(on)), float(balance)) for on, balance in coming if on < moment)


def extra_paid(bills: ProjectedBills, plan: int, until: datetime) -> float:
    """The most ever paid beyond the usual (plan 0) before a moment, and charges paid in cash, CNY."""
    n = _due_before(bills, until)
    more = np.cumsum(bills.paid[plan, :n] - bills.paid[0, :n]) + bills.arrears[plan] - bills.arrears[0]
    return float(max(0.0, more.max(initial=0.0)) + bills.cash[plan, :n].sum())


def pays_as_usual(bills: ProjectedBills, plan: int, until: datetime) -> bool:
    """Whether a plan asks for no yuan more on any bill than is usual (plan 0), and for no day sooner."""
    n = _due_before(bills, until)
    more = bills.paid[plan, :n] - bills.paid[0, :n] > HALF_YUAN
    sooner = (bills.paid_at[plan, :n] < bills.paid_at[0, :n]) & (bills.paid[plan, :n] > 0)
    cash = bills.cash[plan, :n] > HALF_YUAN
    return not (more.any() or sooner.any() or cash.any() or bills.arrears[plan] > bills.arrears[0])


def _overdue(account: AccountSnapshot, bills: ProjectedBills, plan: int) -> tuple[PlannedPayment, ...]:
    """Arrears that are paid beside the last bill, which is not due yet."""
    place = None if account.bills is None else account.bills.latest_due(account.now)
    if account.bills is None or place is None or not bills.arrears[plan]:
        return ()
    on, due = account.bills.statement_on[place], account.bills.due_on[place]
    amount = float(bills.arrears[plan])
    return (PlannedPayment(_day(on), _day(due), amount, in_full=False, issued=True, overdue=True),)


def _payment(account: AccountSnapshot, bills: ProjectedBills, plan: int, j: int) -> PlannedPayment:
    on, due = int(bills.cycles.issued[j]), int(bills.cycles.due[j])
    amount, issued = float(bills.paid[plan, j]), j == 0
    in_full = amount >= _asked(account, bills, plan, j) - CARRIED
    paid = 0.0 if account.bills is None or not issued else account.bills.paid_of_last
    return PlannedPayment(
        _day(on), _day(due), amount, in_full, issued, overdue=due + DAY <= account.now, paid_cny=paid
    )


def _asked(account: AccountSnapshot, bills: ProjectedBills, plan: int, j: int) -> float:
    """What is left to pay of a bill for nothing to be carried on, CNY."""
    if j == 0 and account.bills is not None:
        return float(account.bills.to_pay[-1]) - account.bills.paid_of_last - float(bills.arrears[plan])
    due, balance = bills.due[plan, j - 1], bills.bill[plan, j - 1]
    return float(max(balance, 0.0) if np.isnan(due) else due)


def _due_before(bills: ProjectedBills, until: datetime) -> int:
    """How many bills fall due before a moment, the last one issued included."""
    moment = int(np.datetime64(until, "us").astype(np.int64))
    over = bills.cycles.due[: bills.paid.shape[1]] + DAY <= moment
    return int(over.sum())


def _day(midnight: int) -> date:
    found: date = np.array(midnight).astype("M8[us]").astype("M8[D]").item()
    return found
