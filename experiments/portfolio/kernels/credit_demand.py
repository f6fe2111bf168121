"""Demand for credit: reliance on it, applications and debt with other lenders, the balance wanted here."""

from math import exp
from typing import Any

from experiments.portfolio.kernels.compiling import njit
from experiments.portfolio.kernels.distributions import normal, poisson
from experiments.portfolio.kernels.random_streams import CLOSE, INQUIRY, LOAN, LOAN_SIZE, NONE, SEEK, uniform


@njit
def update_credit_demand(s: Any, x: Any, key: Any, t: Any, p: Any, action: Any, o: Any) -> None:
    """One month of borrowing: reliance, applications, loans elsewhere, and the target balance here."""
    idle, active = 1.0 - s.employed, t >= action.start
    s.need = min(1.0, x.thin * (1.0 + p.shock_job * idle + p.shock_illness * (s.ill > 0)))
    mean = p.seek_base + x.seek + p.seek_need * s.need + p.seek_job * idle
    s.seek = mean + p.seek_memory * (s.seek - mean) + 0.5 * p.seek_sigma * normal(key, t, SEEK)
    rate = exp(s.seek + (action.seek if active else 0.0))
    o.inquiries = poisson(uniform(key, t, INQUIRY, NONE), rate, 9)
    s.debt *= (1.0 - p.debt_paydown) * (action.debt if active else 1.0)
    take_loan_elsewhere(s, x, key, t, p, o)
    close_account_elsewhere(s, key, t, p)
    target = s.need * x.thirst * s.limit * (action.use if active else 1.0)
    s.carry += (p.draw_speed if target > s.carry else p.pay_speed) * (target - s.carry)


@njit
def take_loan_elsewhere(s: Any, x: Any, key: Any, t: Any, p: Any, o: Any) -> None:
    """At most one new loan a month, the likelier the more applications were made."""
    o.new_accounts = 0
    if o.inquiries > 0 and uniform(key, t, LOAN, NONE) < 1.0 - (1.0 - p.lend_chance) ** o.inquiries:
        size = x.income * exp(p.loan_log + p.loan_sigma * normal(key, t, LOAN_SIZE))
        s.debt, s.limit_elsewhere = s.debt + size, s.limit_elsewhere + 1.3 * size
        s.n_elsewhere, o.new_accounts = s.n_elsewhere + 1.0, 1


@njit
def close_account_elsewhere(s: Any, key: Any, t: Any, p: Any) -> None:
    """Closes one of several accounts with other lenders; limits there never fall below the debt."""
    if s.n_elsewhere > 1.0 and uniform(key, t, CLOSE, NONE) < p.close_chance * s.n_elsewhere:
        s.limit_elsewhere = max(s.debt, s.limit_elsewhere * (1.0 - 1.0 / s.n_elsewhere))
        s.n_elsewhere -= 1.0
