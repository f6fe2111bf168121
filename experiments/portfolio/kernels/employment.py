"""Employment and income, and the shocks and habits of a month."""

from math import exp, floor
from typing import Any

from experiments.portfolio.kernels.compiling import njit
from experiments.portfolio.kernels.distributions import normal
from experiments.portfolio.kernels.random_streams import (
    HABIT,
    HEAL,
    HIRE,
    ILL,
    ILL_SPAN,
    INCOME,
    JOB,
    MOVE,
    NONE,
    uniform,
)


@njit
def initialise(s: Any, x: Any, key: Any, w: Any, p: Any) -> None:
    """The state before month 0: employed, payment habit and applications at the person's mean."""
    s.employed, s.employer = 1, (hire(x.industry, key, 0, w) if x.formal else -1)
    s.habit, s.debt, s.n_elsewhere, s.limit_elsewhere = x.habit, x.debt, x.n_elsewhere, x.limit_elsewhere
    s.seek = p.seek_base + x.seek + p.seek_need * x.thin


@njit
def update_employment(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any) -> None:
    """Job loss by a hazard in industry stress and employer distress, or rehiring; then income, log AR(1)."""
    stress, u = w.industry[x.industry, t], uniform(key, t, JOB, NONE)
    if s.employed:
        state = w.distress[s.employer, t] if s.employer >= 0 else 0
        chance = x.separation * exp(p.separation_stress * stress) + p.separation_distress * (state == 1)
        s.employed = 0 if state == 2 or u < chance else 1
    elif u < p.rehire * exp(-p.rehire_stress * stress):
        s.employed = 1
        if x.formal:
            s.employer = hire(x.industry, key, t, w)
    s.income_shock = p.income_memory * s.income_shock + p.income_noise * normal(key, t, INCOME)
    s.income = x.income * exp(s.income_shock) * (1.0 if s.employed else p.idle_income)


@njit
def hire(industry: Any, key: Any, t: Any, w: Any) -> Any:
    """A sound employer of the industry, as far as four tries find one."""
    employer = w.first[industry]
    for k in range(4):
        employer = w.first[industry] + floor(uniform(key, t, HIRE, k) * w.firms[industry])
        if w.distress[employer, t] == 0:
            break
    return employer


@njit
def update_shocks(s: Any, x: Any, key: Any, t: Any, p: Any) -> None:
    """Illness, moving, the payment habit (AR(1) around the person's mean), relapse risk after a cure."""
    s.ill = max(0, s.ill - 1)
    if s.ill == 0 and uniform(key, t, ILL, NONE) < p.illness:
        s.ill = 3 + floor(4.0 * uniform(key, t, ILL_SPAN, NONE))
    s.moving = max(0, s.moving - 1)
    if s.moving == 0 and uniform(key, t, MOVE, NONE) < p.moving:
        s.moving = 2
    s.habit = x.habit + p.habit_memory * (s.habit - x.habit) + p.habit_noise * normal(key, t, HABIT)
    if s.recently_cured and uniform(key, t, HEAL, NONE) < p.arrears_heal:
        s.recently_cured = 0
