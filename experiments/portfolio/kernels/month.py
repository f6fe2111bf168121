"""One month of one account, and many months of many."""

from typing import Any

import numpy as np

from experiments.portfolio.kernels.compiling import DIGEST, NO, entry, njit
from experiments.portfolio.kernels.incumbent import decide
from experiments.portfolio.kernels.ledger import close, settle
from experiments.portfolio.kernels.life import begin, borrow, pressure, trouble, work
from experiments.portfolio.kernels.random_streams import ELSEWHERE, NONE, sigmoid, uniform
from experiments.portfolio.kernels.shopping import shop
from experiments.portfolio.layout import TERMS

N_TERMS = len(TERMS)


@njit
def step(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, given: Any, lever: Any, trunk: Any, o: Any, terms: Any,
    row: Any, orders: Any, n: Any,
) -> Any:  # fmt: skip
    """Lives one month of one account; returns the number of orders written so far."""
    work(s, x, key, t, w, p)
    trouble(s, x, key, t, p)
    if t == x.opened:
        s.limit, s.since_change = x.initial_limit, 0
    if t > x.opened:
        decide(s, x, key, t, w, p, given, o)
    borrow(s, x, key, t, p, lever, o)
    o.log_odds = pressure(s, x, t, w, p, lever, terms)
    o.late_elsewhere = uniform(key, t, ELSEWHERE, NONE) < sigmoid(
        p.elsewhere_late - x.elsewhere + 0.5 * (o.log_odds - p.intercept)
    )
    if t >= x.opened:
        settle(s, x, key, t, w, p, o.log_odds, trunk, not (lever.on_time and t >= lever.start), o)
        n = shop(s, x, key, t, w, p, o, row, orders, n)
        close(s, p, o)
    return n


@njit
def note(s: Any, x: Any, o: Any) -> None:
    """Copies what the month's record shows of the state."""
    o.employed, o.employer, o.missed, o.written_off = s.employed, s.employer, s.missed, s.written_off
    o.income, o.declared, o.debt, o.n_elsewhere = s.income, x.declared, s.debt, s.n_elsewhere
    o.limit_elsewhere, o.character, o.need, o.carry = s.limit_elsewhere, x.character, s.need, s.carry
    o.limit, o.extra = s.limit, s.extra


@njit
def live_all(
    state: Any, people: Any, keys: Any, t0: Any, t1: Any, w: Any, p: Any, given: Any, levers: Any, out: Any,
    orders: Any,
) -> Any:  # fmt: skip
    """Lives months t0 … t1 − 1 of all accounts, one account after the other."""
    terms, n = np.zeros(N_TERMS), NONE
    for i in range(len(state)):
        s, x, key, lever, row = state[i], people[i], keys[i], levers[i], np.int64(i)
        if t0 == 0:
            begin(s, x, key, w, p)
        for t in range(t0, t1):
            o = out[i, t - t0]
            n = step(s, x, key, t, w, p, given[i, t - t0], lever, NO, o, terms, row, orders, n)
            note(s, x, o)
    return n


def _entry(digest: str) -> Any:
    @entry
    def advance(
        state: Any, people: Any, keys: Any, t0: int, t1: int, w: Any, p: Any, given: Any, levers: Any,
        out: Any, orders: Any,
    ) -> Any:  # fmt: skip
        digest  # noqa: B018
        return live_all(state, people, keys, t0, t1, w, p, given, levers, out, orders)

    return advance


advance = _entry(DIGEST)
"""Lives months `t0 … t1 − 1` of all accounts and returns the number of orders placed.

Arguments: state (n,) and people (n,) records, keys (n,), t0, t1, world, parameters, given (n, t1 − t0)
    limits with NaN where the incumbent decides, levers (n,), and to be filled out (n, t1 − t0) and orders
    (empty: not written).
"""
