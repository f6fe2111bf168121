"""Essentials, spending above savings, and borrowing elsewhere."""

from math import exp
from typing import Any

from experiments.cashflow.kernels.compiling import njit
from experiments.cashflow.kernels.income import DAYS, days_to_income
from experiments.cashflow.kernels.obligations import coming, months_behind
from experiments.cashflow.kernels.streams import APPLY, CONSUME, CONSUME_SIZE, CURIOUS, LENDER, NONE, ONE
from experiments.cashflow.layout import LOANS
from experiments.portfolio.kernels.distributions import normal
from experiments.portfolio.kernels.random_streams import uniform

ALL = 9
"""A place after every obligation: all of them count."""


@njit
def live(s: Any, x: Any, t: Any, w: Any) -> None:
    """Essentials of the day, and a share of the money above savings and what is set aside."""
    s.cash = max(0.0, s.cash - x.essentials / DAYS)
    if s.cash > x.buffer:
        spare = s.cash - x.buffer - x.foresight * coming(s, x, t, w, 31, ALL)
        s.cash -= x.spend_speed * max(0.0, spare)


@njit
def pay_down(s: Any, x: Any, t: Any, w: Any, share: Any) -> None:
    """Once a month on the bill's due day: a share of the money above a month of obligations goes to loans."""
    spare = share * (s.cash - 0.5 * x.essentials - coming(s, x, t, w, 31, ALL))
    for k in range(LOANS):
        if spare > 0.0 and s.loan_balance[k] > 0.0:
            paid = min(spare, s.loan_balance[k])
            s.loan_balance[k], s.cash, spare = s.loan_balance[k] - paid, s.cash - paid, spare - paid
            s.loan_owed[k] = min(s.loan_owed[k], s.loan_balance[k])


@njit
def seek_credit(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, action: Any) -> None:
    """Applications elsewhere: when money is missing, out of curiosity, for a purchase elsewhere."""
    if action.no_apply and t >= action.start:
        return
    if uniform(key, t, CURIOUS, NONE) < p.curious / DAYS:
        s.month_inquiries += 1
    appetite = 1.0 + p.consume_appetite * x.seek
    if uniform(key, t, CONSUME, NONE) < p.consume * appetite / DAYS:
        size = x.wage * exp(p.loan_size_log + p.loan_size_sigma * normal(key, t, CONSUME_SIZE))
        apply_for(s, x, key, t, p, size, False)
    if t % 7 == (x.bill_day + 3) % 7 and uniform(key, t, APPLY, NONE) < x.seek:
        missing = shortage(s, x, t, w, p)
        if missing > 0.0:
            size = min(p.loan_cap * x.wage, max(p.loan_floor, p.new_loan_need * missing))
            apply_for(s, x, key, t, p, size, True)


@njit
def shortage(s: Any, x: Any, t: Any, w: Any, p: Any) -> Any:
    """Money missing for essentials and obligations until the next income, CNY; negative = enough."""
    days = days_to_income(s, x, t, w, p)
    return x.essentials * days / DAYS + coming(s, x, t, w, days, ALL) - s.cash


@njit
def apply_for(s: Any, x: Any, key: Any, t: Any, p: Any, size: Any, cash: Any) -> None:
    """An application: a lender sees income, payments and arrears, and lends or does not."""
    s.month_inquiries += 1
    free, payments = -1, 0.0
    for k in range(LOANS):
        if s.loan_balance[k] <= 0.0:
            free = k
        else:
            payments += s.loan_payment[k]
    payment = size * (1.0 / p.loan_months + p.loan_rate)
    income = x.wage * s.level * (1.0 if s.employed else p.idle_income)
    lax = uniform(key, t, LENDER, NONE) < p.lax_share
    cap = p.burden_cap * (2.0 if lax else 1.0)
    if free < 0 or (payments + payment) > cap * income or (months_behind(s) >= 1.0 and not lax):
        return
    s.loan_balance[free], s.loan_payment[free] = payment * p.loan_months, payment
    s.loan_owed[free], s.loan_day[free] = 0.0, 1 + int(28.0 * uniform(key, t, LENDER, ONE))
    s.month_new += 1
    s.cash += size if cash else 0.0
