"""Bills and payments, in fen (0.01 CNY) held as whole floats, so that the identities of money are exact."""

from math import exp, floor, sqrt
from typing import Any

from experiments.portfolio.kernels.compiling import njit
from experiments.portfolio.kernels.random_streams import (
    CARRY,
    DAY,
    LATE,
    MISS,
    NONE,
    ROLL,
    SLACK,
    normal,
    sigmoid,
    uniform,
)

GONE = 7
"""Missed payments at which an account is written off (more than 180 days past due)."""


@njit
def settle(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, odds: Any, trunk: Any, late: Any, o: Any
) -> None:
    """Pays last month's bill, or not. On a trunk path nobody misses (see `hazard`)."""
    o.paid, o.pay_day, o.fees, o.interest = 0.0, 0, 0.0, 0.0
    if s.written_off or s.billed <= 0.0 or s.minimum <= 0.0:
        s.clean += s.missed == 0
        return
    o.fees = floor(p.instalment_fee * s.instalment + 0.5)
    due = s.schedule[0]
    s.revolving, s.instalment = s.revolving + due, s.instalment - due
    if s.missed == 0 and (trunk or uniform(key, t, MISS, NONE) >= sigmoid(odds)):
        pay_bill(s, x, key, t, w, p, odds, late, o)
        return
    s.clean = 0
    outcome = (
        2 if s.missed == 0 else roll(s.missed, odds - p.arrears * s.scar, uniform(key, t, ROLL, NONE), p)
    )
    if outcome == 0:
        o.paid, s.arrears, s.missed, s.scar = min(s.minimum, s.revolving), 0.0, 0, 1
    elif outcome == 1:
        o.paid = min(floor(s.minimum / (s.missed + 1.0)), s.revolving)
        s.arrears = max(0.0, s.minimum - o.paid)
    else:
        s.missed, s.arrears = s.missed + 1, s.minimum
        s.written_off = 1 if s.missed >= GONE else 0
    s.revolving -= o.paid
    o.pay_day = 1 + floor(uniform(key, t, DAY, NONE) * w.days[t]) if o.paid > 0.0 else 0
    o.fees += floor(30.0 * p.late_fee_daily * s.arrears + 0.5)


@njit
def pay_bill(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, odds: Any, late: Any, o: Any) -> None:
    """In full, or down to what the person wants to carry; on time, or days late within the month."""
    carry = max(0.0, 100.0 * s.carry * exp(p.carry_noise * normal(key, t, CARRY)) - s.instalment)
    floor_pay = min(s.minimum, max(0.0, s.revolving))
    slack = uniform(key, t, SLACK, NONE) < sigmoid(p.slack_minimum - p.slack_habit * s.habit)
    pay = max(0.0, s.revolving)
    if slack:
        pay = floor_pay
    elif carry > 100.0 * p.full_below * s.limit:
        pay = max(floor_pay, floor(s.revolving - carry))
    u, v = uniform(key, t, LATE, NONE), uniform(key, t, DAY, NONE)
    if not late or u >= sigmoid(p.late_base - p.late_habit * s.habit + p.late_risk * (odds - p.intercept)):
        o.pay_day = 1 + floor(sqrt(v) * x.due_day)
    else:
        o.pay_day = x.due_day + 1 + floor(v * v * (w.days[t] - x.due_day))
    s.revolving, o.paid, s.clean = s.revolving - pay, pay, s.clean + 1
    o.interest = floor(p.carry_rate * max(0.0, s.revolving) + 0.5)


@njit
def roll(missed: Any, odds: Any, u: Any, p: Any) -> Any:
    """From arrears: 0 cured, 1 one payment made and stays, 2 rolls on."""
    onward, stays = roll_chances(missed, odds, p)
    return 2 if u < onward else (1 if u < onward + stays else 0)


@njit
def roll_chances(missed: Any, odds: Any, p: Any) -> Any:
    """Chances of rolling on and of staying, from 1, 2, 3 or more missed payments."""
    base = p.roll1 if missed == 1 else (p.roll2 if missed == 2 else p.roll3)
    onward = sigmoid(base + p.roll_risk * (odds + 4.0))
    return onward, p.stay_share * (1.0 - onward)


@njit
def close(s: Any, p: Any, o: Any) -> None:
    """Ends the month: fees and refunds are booked, the bill is written."""
    s.revolving += o.fees + o.interest - o.refunds
    for j in range(len(s.schedule) - 1):
        s.schedule[j] = s.schedule[j + 1]
    s.schedule[len(s.schedule) - 1] = 0.0
    if s.revolving < 0.0 and s.arrears > 0.0:
        s.arrears = 0.0
    s.billed = s.revolving + s.instalment
    free = max(0.0, s.revolving - s.arrears)
    s.minimum = max(0.0, min(s.billed, s.arrears + floor(p.minimum_rate * free) + s.schedule[0]))
    o.balance, o.minimum = s.billed, s.minimum
