"""Work and money coming in: wages on pay day, irregular receipts, job loss, illness."""

from math import exp, floor
from typing import Any

from experiments.cashflow.kernels.compiling import njit
from experiments.cashflow.kernels.streams import (
    FIRM,
    GIG,
    HIRE,
    ILL,
    ILL_SPAN,
    JOB,
    LEVEL,
    NEW_WAGE,
    NONE,
    RECEIPT,
    RECEIPT_SIZE,
    UNPAID,
)
from experiments.cashflow.layout import FORMAL, SELF_EMPLOYED
from experiments.portfolio.kernels.distributions import normal
from experiments.portfolio.kernels.random_streams import uniform

DAYS = 30.4
"""Days of a month, where a monthly rate becomes a daily one."""
DISTRESSED, CLOSED = 1, 2


@njit
def choose_employer(x: Any, key: Any, t: Any, w: Any) -> Any:
    """A firm of the person's industry, drawn evenly."""
    return w.first[x.industry] + floor(uniform(key, t, FIRM, NONE) * w.firms[x.industry])


@njit
def update_job(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any) -> None:
    """Job loss, with severance where the job is formal, and a new job at another wage."""
    if x.kind == SELF_EMPLOYED:
        return
    stress = w.industry[x.industry, w.month[t]]
    if s.employed:
        firm = w.distress[s.employer, w.month[t]]
        chance = x.separation * (1.0 + p.separation_stress * stress)
        chance += p.separation_distress if firm == DISTRESSED else 0.0
        if firm == CLOSED or uniform(key, t, JOB, NONE) < chance / DAYS:
            extra = p.severance if x.kind == FORMAL and firm != CLOSED else 0.0
            s.cash += (s.accrued + extra) * x.wage * s.level
            s.employed, s.employer, s.accrued = 0, -1, 0.0
    elif uniform(key, t, HIRE, NONE) < p.rehire * (1.0 - p.rehire_stress * stress) / DAYS:
        s.employed, s.employer = 1, choose_employer(x, key, t, w)
        change = s.level * exp(p.new_wage_sigma * normal(key, t, NEW_WAGE))
        s.level = min(1.4, max(0.6, change))


@njit
def update_health(s: Any, x: Any, key: Any, t: Any, p: Any) -> None:
    """Illness: costs at once, and less income while it lasts."""
    s.ill = max(0, s.ill - 1)
    if s.ill == 0 and uniform(key, t, ILL, NONE) < p.illness / DAYS:
        span = p.illness_days_high - p.illness_days_low
        s.ill = int(p.illness_days_low + span * uniform(key, t, ILL_SPAN, NONE))
        s.cash = max(0.0, s.cash - p.illness_cost * x.wage)


@njit
def update_business(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any) -> None:
    """The level of business of the self-employed, once a month: an AR(1) process in logs."""
    if x.kind == SELF_EMPLOYED and w.dom[t] == 1:
        s.level = s.level**p.level_memory * exp(p.level_sigma * normal(key, t, LEVEL))


@njit
def income_today(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any) -> Any:
    """Money that comes in on this day, CNY."""
    rate = p.illness_pay if s.ill > 0 else 1.0
    if x.kind == SELF_EMPLOYED:
        return receipt(s, x, key, t, w, p) * rate
    if not s.employed:
        weekly = x.wage * s.level * p.idle_income * 7.0 / DAYS
        return weekly * (0.5 + uniform(key, t, GIG, NONE)) if w.dom[t] % 7 == 0 else 0.0
    s.accrued += rate / DAYS
    if w.dom[t] != x.pay_day:
        return 0.0
    if w.distress[s.employer, w.month[t]] == DISTRESSED and uniform(key, t, UNPAID, NONE) < p.wage_unpaid:
        return 0.0
    paid, s.accrued = s.accrued * x.wage * s.level, 0.0
    return paid


@njit
def receipt(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any) -> Any:
    """A receipt of the self-employed on some days, lognormal around the usual size."""
    if uniform(key, t, RECEIPT, NONE) >= x.receipts / DAYS:
        return 0.0
    stress = w.industry[x.industry, w.month[t]]
    size = exp(p.receipts_sigma * normal(key, t, RECEIPT_SIZE) - 0.5 * p.receipts_sigma**2)
    return x.wage * s.level / x.receipts * size * (1.0 - p.receipts_stress * stress)


@njit
def days_until(day: Any, t: Any, w: Any) -> Any:
    """Days until a day of the month comes next, 1 at least."""
    left = day - w.dom[t]
    return left if left > 0 else left + w.length[w.month[t]]


@njit
def days_to_income(s: Any, x: Any, t: Any, w: Any, p: Any) -> Any:
    """How far ahead a person has to live on what is there."""
    if x.kind == SELF_EMPLOYED or not s.employed:
        return int(p.irregular_horizon)
    return days_until(x.pay_day, t, w)
