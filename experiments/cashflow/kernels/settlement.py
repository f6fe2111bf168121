"""A day's payments: obligations in the person's own order of priority, from the money that is there."""

from math import floor
from typing import Any

from experiments.cashflow.kernels.bills import overdue, receive
from experiments.cashflow.kernels.compiling import njit
from experiments.cashflow.kernels.income import days_to_income
from experiments.cashflow.kernels.obligations import (
    bill_open,
    free_for,
    kept_back,
    pay_family,
    pay_loans,
    pay_rent,
)
from experiments.cashflow.kernels.streams import NONE, PAY_TIME
from experiments.cashflow.layout import FAMILY, LOAN, PLATFORM, RENT
from experiments.portfolio.kernels.random_streams import uniform

FULL_DAY = 75_600.0
"""Seconds of a day until the evening, when bills are written."""


@njit
def settle(s: Any, x: Any, t: Any, w: Any, p: Any, action: Any, income: Any, due: Any) -> Any:
    """Pays what is owed, in order of priority; returns the payment to the platform, fen."""
    obeys = action.pay_full and t >= action.start
    paid = pay_in_full(s, x, t, w, p) if obeys else 0.0
    wakes = income > 0.0 or due or t % 7 == x.bill_day % 7
    if not (wakes or t in (s.planned_on, s.due_on)):
        return paid
    for place in range(4):
        if x.rank[PLATFORM] == place and not obeys and t >= s.planned_on:
            paid += pay_platform(s, x, t, w, p, place)
        elif x.rank[RENT] == place and s.rent_owed > 0.0:
            pay_rent(s, free_for(s, x, t, w, p, place))
        elif x.rank[LOAN] == place:
            pay_loans(s, free_for(s, x, t, w, p, place))
        elif x.rank[FAMILY] == place and s.family_owed > 0.0:
            pay_family(s, free_for(s, x, t, w, p, place))
    return paid


@njit
def pay_in_full(s: Any, x: Any, t: Any, w: Any, p: Any) -> Any:
    """From two days before the due day on: the bill before anything but essentials, or what there is."""
    wanted = bill_open(s)
    if wanted <= 0.0 or t < s.due_on - 2:
        return 0.0
    days = days_to_income(s, x, t, w, p)
    free = s.cash - kept_back(x, p, days)
    return pay(s, min(wanted, max(0.0, free)))


@njit
def pay_platform(s: Any, x: Any, t: Any, w: Any, p: Any, place: Any) -> Any:
    """The bill: what the person means to pay, or at least the minimum, or a part of what is overdue."""
    if bill_open(s) <= 0.0:
        return 0.0
    free = max(0.0, free_for(s, x, t, w, p, place))
    least = max(0.0, s.minimum - s.paid) / 100.0
    wanted = max(least, x.part * s.bill_due / 100.0 - s.paid / 100.0)
    if free >= wanted:
        s.settled = 1
        return pay(s, wanted)
    if free >= least:
        s.settled = 1 if t >= s.due_on else 0
        return pay(s, max(least, floor(free / 10.0) * 10.0))
    if s.n_owed > 0 and free >= max(p.partial_from, 0.25 * overdue(s) / 100.0):
        return pay(s, floor(free / 10.0) * 10.0)
    return 0.0


@njit
def pay(s: Any, cny: Any) -> Any:
    """Moves money from the household to the platform; returns the amount in fen."""
    fen = min(floor(100.0 * cny), max(0.0, s.bill_due - s.paid))
    if fen <= 0.0:
        return 0.0
    s.cash -= fen / 100.0
    receive(s, fen)
    if s.paid >= s.bill_due:
        s.settled = 1
    return fen


@njit
def payment_second(key: Any, t: Any) -> Any:
    """Second of the day at which money arrives."""
    return floor(FULL_DAY * uniform(key, t, PAY_TIME, NONE))
