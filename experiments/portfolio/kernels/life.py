"""Jobs, troubles, debts, and the pressure that they put on paying."""

from math import exp, floor, log, log1p
from typing import Any

from experiments.portfolio.kernels.compiling import njit
from experiments.portfolio.kernels.random_streams import (
    CLOSE,
    HABIT,
    HEAL,
    HIRE,
    ILL,
    ILL_SPAN,
    INCOME,
    INQUIRY,
    JOB,
    LOAN,
    LOAN_SIZE,
    MOVE,
    NONE,
    SEEK,
    normal,
    poisson,
    uniform,
)


@njit
def begin(s: Any, x: Any, key: Any, w: Any, p: Any) -> None:
    """The state before month 0."""
    s.employed, s.employer = 1, (hire(x.industry, key, 0, w) if x.formal else -1)
    s.habit, s.debt, s.n_elsewhere, s.limit_elsewhere = x.habit, x.debt, x.n_elsewhere, x.limit_elsewhere
    s.seek = p.seek_base + x.seek + p.seek_need * x.thin


@njit
def work(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any) -> None:
    """Keeps, loses or finds a job; income follows."""
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
def trouble(s: Any, x: Any, key: Any, t: Any, p: Any) -> None:
    """Illness, moving, the slow habit of paying, and the mark of old arrears."""
    s.ill = max(0, s.ill - 1)
    if s.ill == 0 and uniform(key, t, ILL, NONE) < p.illness:
        s.ill = 3 + floor(4.0 * uniform(key, t, ILL_SPAN, NONE))
    s.moving = max(0, s.moving - 1)
    if s.moving == 0 and uniform(key, t, MOVE, NONE) < p.moving:
        s.moving = 2
    s.habit = x.habit + p.habit_memory * (s.habit - x.habit) + p.habit_noise * normal(key, t, HABIT)
    if s.scar and uniform(key, t, HEAL, NONE) < p.arrears_heal:
        s.scar = 0


@njit
def borrow(s: Any, x: Any, key: Any, t: Any, p: Any, lever: Any, o: Any) -> None:
    """What is wanted and owed, here (as a target) and elsewhere."""
    idle, on = 1.0 - s.employed, t >= lever.start
    s.need = min(1.0, x.thin * (1.0 + p.shock_job * idle + p.shock_illness * (s.ill > 0)))
    mean = p.seek_base + x.seek + p.seek_need * s.need + p.seek_job * idle
    s.seek = mean + p.seek_memory * (s.seek - mean) + 0.5 * p.seek_sigma * normal(key, t, SEEK)
    rate = exp(s.seek + (lever.seek if on else 0.0))
    o.inquiries = poisson(uniform(key, t, INQUIRY, NONE), rate, 9)
    s.debt *= (1.0 - p.debt_paydown) * (lever.debt if on else 1.0)
    o.new_accounts = 0
    if o.inquiries > 0 and uniform(key, t, LOAN, NONE) < 1.0 - (1.0 - p.lend_chance) ** o.inquiries:
        size = x.income * exp(p.loan_log + p.loan_sigma * normal(key, t, LOAN_SIZE))
        s.debt, s.limit_elsewhere = s.debt + size, s.limit_elsewhere + 1.3 * size
        s.n_elsewhere, o.new_accounts = s.n_elsewhere + 1.0, 1
    if s.n_elsewhere > 1.0 and uniform(key, t, CLOSE, NONE) < p.close_chance * s.n_elsewhere:
        s.limit_elsewhere = max(s.debt, s.limit_elsewhere * (1.0 - 1.0 / s.n_elsewhere))
        s.n_elsewhere -= 1.0
    target = s.need * x.thirst * s.limit * (lever.use if on else 1.0)
    s.carry += (p.draw_speed if target > s.carry else p.pay_speed) * (target - s.carry)


@njit
def pressure(s: Any, x: Any, t: Any, w: Any, p: Any, lever: Any, terms: Any) -> Any:
    """Fills `terms` with the log-odds of missing a payment by theme; returns their sum and the intercept.

    Nothing in it depends on the current arrears or the limit itself: the limit acts through the carried
    balance.
    """
    on = t >= lever.start
    state = w.distress[s.employer, t] if s.employer >= 0 and s.employed else 0
    terms[:] = 0.0
    terms[0] = p.tenure * exp(-(t - x.opened) / p.tenure_months)
    terms[1] = -p.repayment * (s.habit + (lever.habit if on else 0.0))
    terms[2] = p.arrears * s.scar
    terms[3] = p.utilisation * s.need * x.thirst * (lever.use if on else 1.0)
    terms[4] = p.balance * s.carry / x.income
    terms[5] = -p.spending * x.engagement
    terms[6] = p.returns * x.returning
    terms[8] = p.other_debt * log1p(s.debt / (3.0 * x.income))
    terms[9] = p.inquiries * (s.seek + (lever.seek if on else 0.0) - p.seek_base)
    terms[10] = -p.bureau_record * x.elsewhere
    terms[11] = -p.third_party * x.character
    terms[12] = p.social_job * (1.0 - s.employed) - p.social_income * log(x.income / p.income_median_cny)
    terms[13] = p.employer * (state == 1) + p.employer_industry * w.industry[x.industry, t]
    terms[14] = -p.housing_fund * x.reserves
    terms[15] = p.economy * w.stress[t]
    terms[16] = p.illness_hidden * (s.ill > 0) + p.moving_hidden * (s.moving > 0)
    return p.intercept + terms.sum()
