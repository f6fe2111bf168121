"""One day of one account, and the entry point that advances many accounts by many days."""

from math import isnan
from typing import Any

import numpy as np

from experiments.cashflow.kernels.bills import (
    age_arrears,
    days_past_due,
    issue_bill,
    outstanding,
    pass_due_day,
)
from experiments.cashflow.kernels.compiling import DIGEST, entry, njit
from experiments.cashflow.kernels.events import write_bill, write_change, write_payment
from experiments.cashflow.kernels.household import live, pay_down, seek_credit
from experiments.cashflow.kernels.income import (
    choose_employer,
    income_today,
    update_business,
    update_health,
    update_job,
)
from experiments.cashflow.kernels.incumbent import TEST, scaled, set_limit
from experiments.cashflow.kernels.obligations import fall_due, months_behind
from experiments.cashflow.kernels.settlement import payment_second, settle
from experiments.cashflow.kernels.shopping import receive_returns, shop
from experiments.cashflow.kernels.streams import NONE, ONE, START
from experiments.cashflow.layout import LOANS, RETURNS, SELF_EMPLOYED
from experiments.portfolio.kernels.random_streams import uniform


@njit
def initialise(s: Any, x: Any, key: Any, w: Any, p: Any) -> None:
    """The state at the start of the burn-in."""
    s.level, s.employed, s.employer = 1.0, 1, -1
    s.bill_on, s.due_on, s.planned_on = -1, -1, -1
    for j in range(RETURNS):
        s.back_on[j] = -1
    if x.kind != SELF_EMPLOYED:
        s.employer = choose_employer(x, key, 0, w)
    s.cash = x.buffer * (0.3 + 1.4 * uniform(key, 0, START, NONE)) + 0.5 * x.essentials
    for k in range(x.n_loans):
        s.loan_payment[k] = x.loan[k] * (1.0 / p.loan_months + p.loan_rate)
        left = 1.0 + int(p.loan_months * uniform(key, 0, START, ONE + k))
        s.loan_balance[k] = s.loan_payment[k] * left
        s.loan_day[k] = 1 + int(28.0 * uniform(key, 0, START, ONE + LOANS + k))


@njit
def live_a_day(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, action: Any) -> Any:
    """Work, income, obligations and essentials; returns the payment to the platform, fen."""
    update_job(s, x, key, t, w, p)
    update_health(s, x, key, t, p)
    update_business(s, x, key, t, w, p)
    income = income_today(s, x, key, t, w, p)
    s.cash, s.month_income = s.cash + income, s.month_income + income
    due = fall_due(s, x, t, w)
    paid = settle(s, x, t, w, p, action, income, due)
    live(s, x, t, w)
    seek_credit(s, x, key, t, w, p, action)
    if action.pay_down > 0.0 and t >= action.start and w.dom[t] == x.bill_day:
        pay_down(s, x, t, w, action.pay_down)
    return paid


@njit
def step(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, action: Any, row: Any, events: Any) -> None:
    """Simulates one day of one account."""
    if t == x.opened:
        s.limit = x.initial_limit
    if t == action.start and not isnan(action.limit) and t >= x.opened:
        s.limit = scaled(s.limit, action.limit)
    if s.bill_on >= 0 and t == s.due_on + 1 and not s.written_off:
        pass_due_day(s)
    receive_returns(s, t)
    bill_on = s.bill_on
    paid = live_a_day(s, x, key, t, w, p, action)
    if paid > 0.0:
        write_payment(events, row, t, payment_second(key, t), bill_on, paid)
    age_arrears(s, t, p)
    if t < x.opened:
        return
    shop(s, x, key, t, w, p, action, row, events)
    if w.dom[t] == x.bill_day and t > x.opened:
        close_cycle(s, x, key, t, w, p, action, row, events)


@njit
def close_cycle(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, action: Any, row: Any, events: Any) -> None:
    """The bill day: the limit is looked at, and the bill is written."""
    before = s.limit
    cause = set_limit(s, x, key, t, w, p, action)
    if cause > 0:
        write_change(events, row, t, cause, x.test_arm if cause == TEST else -1, before, s.limit)
    if not s.written_off:
        issue_bill(s, x, key, t, p)
        write_bill(events, row, t, s, s.revolving + outstanding(s))


@njit
def close_month(s: Any, t: Any, o: Any) -> None:
    """Copies what the month's record shows, and starts the counts of the next month."""
    o.dpd, o.employed, o.employer, o.written_off = days_past_due(s, t), s.employed, s.employer, s.written_off
    o.inquiries, o.new_accounts, o.late_elsewhere = s.month_inquiries, s.month_new, months_behind(s) >= 1.0
    o.behind_elsewhere, o.income, o.cash, o.limit = months_behind(s), s.month_income, s.cash, s.limit
    o.n_elsewhere, o.debt, o.payments = 0, 0.0, 0.0
    for k in range(LOANS):
        if s.loan_balance[k] > 0.0:
            o.n_elsewhere += 1
            o.debt += s.loan_balance[k]
            o.payments += s.loan_payment[k]
    o.revolving, o.balance = s.revolving, s.revolving + outstanding(s)
    start_month(s)


@njit
def start_month(s: Any) -> None:
    """Counts of the month begin at nothing."""
    s.month_inquiries, s.month_new, s.month_income = 0, 0, 0.0


@njit
def advance_all(
    state: Any, people: Any, keys: Any, since: Any, until: Any, w: Any, p: Any, actions: Any, out: Any,
    events: Any,
) -> None:  # fmt: skip
    """Simulates days since … until − 1 of every account, one account after the other."""
    for i in range(len(state)):
        s, x, key, action, row = state[i], people[i], keys[i], actions[i], np.int64(i)
        if since[i] == 0 and until[i] > 0:
            initialise(s, x, key, w, p)
        for t in range(since[i], until[i]):
            step(s, x, key, np.int64(t), w, p, action, row, events)
            month = w.month[t]
            if w.dom[t] == w.length[month]:
                if out.shape[1] > 0:
                    close_month(s, t, out[i, month])
                else:
                    start_month(s)


def _entry(digest: str) -> Any:
    @entry
    def advance(
        state: Any, people: Any, keys: Any, since: Any, until: Any, w: Any, p: Any, actions: Any, out: Any,
        events: Any,
    ) -> None:  # fmt: skip
        digest  # noqa: B018
        advance_all(state, people, keys, since, until, w, p, actions, out, events)

    return advance


advance = _entry(DIGEST)
"""Simulates days `since … until − 1` of every account.

Arguments: state (n,) and people (n,) records, keys (n,), since (n,) and until (n,) days, environment,
parameters,
    actions (n,) interventions, and to be filled out (n, months) records of `layout.MONTH` (no columns: not
    written) and the event log. Releases the GIL.
"""
