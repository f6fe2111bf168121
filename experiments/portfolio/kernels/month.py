"""One month of one account, and the entry point that advances many accounts by many months."""

from typing import Any

import numpy as np

from experiments.portfolio.kernels.compiling import DIGEST, NO, entry, njit
from experiments.portfolio.kernels.credit_demand import update_credit_demand
from experiments.portfolio.kernels.distributions import sigmoid
from experiments.portfolio.kernels.employment import initialise, update_employment, update_shocks
from experiments.portfolio.kernels.hazard import miss_log_odds
from experiments.portfolio.kernels.incumbent import set_limit
from experiments.portfolio.kernels.ledger import close_month, settle_bill
from experiments.portfolio.kernels.purchases import place_orders
from experiments.portfolio.kernels.random_streams import ELSEWHERE, NONE, uniform
from experiments.portfolio.layout import TERMS

N_TERMS = len(TERMS)


@njit
def step(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, override: Any, action: Any, never_miss: Any, o: Any,
    terms: Any, row: Any, orders: Any, n: Any,
) -> Any:  # fmt: skip
    """Simulates one month of one account; returns the number of orders written so far."""
    update_employment(s, x, key, t, w, p)
    update_shocks(s, x, key, t, p)
    if t == x.opened:
        s.limit, s.since_change = x.initial_limit, 0
    if t > x.opened:
        set_limit(s, x, key, t, w, p, override, o)
    update_credit_demand(s, x, key, t, p, action, o)
    o.log_odds = miss_log_odds(s, x, t, w, p, action, terms)
    o.late_elsewhere = uniform(key, t, ELSEWHERE, NONE) < sigmoid(
        p.elsewhere_late - x.elsewhere + 0.5 * (o.log_odds - p.intercept)
    )
    if t >= x.opened:
        may_be_late = not (action.on_time and t >= action.start)
        settle_bill(s, x, key, t, w, p, o.log_odds, never_miss, may_be_late, o)
        n = place_orders(s, x, key, t, w, p, o, row, orders, n)
        close_month(s, p, o)
    return n


@njit
def record_state(s: Any, x: Any, o: Any) -> None:
    """Copies what the month's record shows of the state."""
    o.employed, o.employer, o.missed, o.written_off = s.employed, s.employer, s.missed, s.written_off
    o.income, o.declared, o.debt, o.n_elsewhere = s.income, x.declared, s.debt, s.n_elsewhere
    o.limit_elsewhere, o.character, o.need, o.carry = s.limit_elsewhere, x.character, s.need, s.carry
    o.limit, o.extra = s.limit, s.extra


@njit
def advance_all(
    state: Any, people: Any, keys: Any, t0: Any, t1: Any, w: Any, p: Any, overrides: Any, actions: Any,
    out: Any, orders: Any,
) -> Any:  # fmt: skip
    """Simulates months t0 … t1 − 1 of all accounts, one account after the other."""
    terms, n = np.zeros(N_TERMS), NONE
    for i in range(len(state)):
        s, x, key, action, row = state[i], people[i], keys[i], actions[i], np.int64(i)
        if t0 == 0:
            initialise(s, x, key, w, p)
        for t in range(t0, t1):
            o = out[i, t - t0]
            n = step(s, x, key, t, w, p, overrides[i, t - t0], action, NO, o, terms, row, orders, n)
            record_state(s, x, o)
    return n


def _entry(digest: str) -> Any:
    @entry
    def advance(
        state: Any, people: Any, keys: Any, t0: int, t1: int, w: Any, p: Any, overrides: Any, actions: Any,
        out: Any, orders: Any,
    ) -> Any:  # fmt: skip
        digest  # noqa: B018
        return advance_all(state, people, keys, t0, t1, w, p, overrides, actions, out, orders)

    return advance


advance = _entry(DIGEST)
"""Simulates months `t0 … t1 − 1` of all accounts and returns the number of orders placed.

Arguments: state (n,) and people (n,) records, keys (n,), t0, t1, environment, parameters, overrides
    (n, t1 − t0) limits in CNY with NaN where the incumbent decides, actions (n,) interventions, and to be
    filled out (n, t1 − t0) and orders (empty: not written).
"""
