"""Bills, payments and arrears, in fen."""

from math import exp, floor, sqrt
from typing import Any

from experiments.portfolio.kernels.compiling import njit
from experiments.portfolio.kernels.distributions import normal, sigmoid
from experiments.portfolio.kernels.random_streams import CARRY, DAY, LATE, MISS, NONE, ROLL, SLACK, uniform

WRITE_OFF = 7
"""Missed payments at which an account is written off (more than 180 days past due)."""
CURED, STAYS, ROLLS = 0, 1, 2
"""Outcomes of a month in arrears: all that is overdue is paid, one instalment is paid, nothing is paid."""


@njit
def settle_bill(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, odds: Any, never_miss: Any, may_be_late: Any, o: Any
) -> None:
    """Pays last month's bill or misses it. With `never_miss` nobody misses (see `monte_carlo`)."""
    o.paid, o.pay_day, o.fees, o.interest = 0.0, 0, 0.0, 0.0
    if s.written_off:
        return
    o.fees = floor(p.instalment_fee * s.instalment + 0.5)
    s.revolving, s.instalment = s.revolving + s.schedule[0], s.instalment - s.schedule[0]
    if s.minimum <= 0.0:
        s.clean += 1
        return
    if s.missed == 0 and (never_miss or uniform(key, t, MISS, NONE) >= sigmoid(odds)):
        pay_bill(s, x, key, t, w, p, odds, may_be_late, o)
    else:
        miss_or_recover(s, key, t, w, p, odds, o)


@njit
def miss_or_recover(s: Any, key: Any, t: Any, w: Any, p: Any, odds: Any, o: Any) -> None:
    """A first missed payment, or a month of an account in arrears: cured, staying, or rolling on."""
    s.clean = 0
    u, relapse = uniform(key, t, ROLL, NONE), p.arrears * s.recently_cured
    outcome = ROLLS if s.missed == 0 else roll(s.missed, odds - relapse, u, p)
    if outcome == CURED:
        o.paid, s.arrears, s.missed, s.recently_cured = min(s.minimum, s.revolving), 0.0, 0, 1
    elif outcome == STAYS:
        o.paid = min(floor(s.minimum / (s.missed + 1.0)), s.revolving)
        s.arrears = max(0.0, s.minimum - o.paid)
    else:
        s.missed, s.arrears = s.missed + 1, s.minimum
        s.written_off = 1 if s.missed >= WRITE_OFF else 0
    s.revolving -= o.paid
    o.pay_day = 1 + floor(uniform(key, t, DAY, NONE) * w.days[t]) if o.paid > 0.0 else 0
    o.fees += floor(30.0 * p.late_fee_daily * s.arrears + 0.5)


@njit
def pay_bill(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, odds: Any, may_be_late: Any, o: Any) -> None:
    """In full, or down to the balance that the person wants to carry; by the due day, or days late."""
    carry = max(0.0, 100.0 * s.carry * exp(p.carry_noise * normal(key, t, CARRY)) - s.instalment)
    least = min(s.minimum, max(0.0, s.revolving))
    slack = uniform(key, t, SLACK, NONE) < sigmoid(p.slack_minimum - p.slack_habit * s.habit)
    pay = max(0.0, s.revolving)
    if slack:
        pay = least
    elif carry > 100.0 * p.full_below * s.limit:
        pay = max(least, floor(s.revolving - carry))
    o.pay_day = payment_day(s, x, key, t, w, p, odds, may_be_late)
    s.revolving, o.paid, s.clean = s.revolving - pay, pay, s.clean + 1
    o.interest = floor(p.carry_rate * max(0.0, s.revolving) + 0.5)


@njit
def payment_day(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, odds: Any, may_be_late: Any) -> Any:
    """Day of the cycle: most payments shortly before the due day, late ones soon after it."""
    u, v = uniform(key, t, LATE, NONE), uniform(key, t, DAY, NONE)
    late = sigmoid(p.late_base - p.late_habit * s.habit + p.late_risk * (odds - p.intercept))
    if not may_be_late or u >= late:
        return 1 + floor(sqrt(v) * x.due_day)
    return x.due_day + 1 + floor(v * v * (w.days[t] - x.due_day))


@njit
def roll(missed: Any, odds: Any, u: Any, p: Any) -> Any:
    """Outcome of a month in arrears."""
    onward, stays = roll_probabilities(missed, odds, p)
    return ROLLS if u < onward else (STAYS if u < onward + stays else CURED)


@njit
def roll_probabilities(missed: Any, odds: Any, p: Any) -> Any:
    """Probabilities of rolling on and of staying, from 1, 2, 3 or more missed payments."""
    base = p.roll1 if missed == 1 else (p.roll2 if missed == 2 else p.roll3)
    onward = sigmoid(base + p.roll_risk * (odds + 4.0))
    return onward, p.stay_share * (1.0 - onward)


@njit
def close_month(s: Any, p: Any, o: Any) -> None:
    """Books fees and refunds, moves the instalment schedule on by a month, and writes the bill.

    Refunds that leave nothing due end the arrears.
    """
    s.revolving += o.fees + o.interest - o.refunds
    for j in range(len(s.schedule) - 1):
        s.schedule[j] = s.schedule[j + 1]
    s.schedule[len(s.schedule) - 1] = 0.0
    if s.revolving < 0.0 and s.arrears > 0.0:
        s.arrears = 0.0
    s.billed = s.revolving + s.instalment
    o.due = max(0.0, s.revolving + s.schedule[0])
    free = max(0.0, s.revolving - s.arrears)
    s.minimum = min(o.due, s.arrears + floor(p.minimum_rate * free) + s.schedule[0])
    if s.minimum <= 0.0 and s.missed > 0 and not s.written_off:
        s.missed, s.arrears, s.recently_cured = 0, 0.0, 1
    o.balance, o.minimum = s.billed, s.minimum
