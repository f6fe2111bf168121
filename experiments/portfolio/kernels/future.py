"""Possible years ahead of an account: the draws behind the truth."""

from math import sqrt
from typing import Any

import numpy as np

from experiments.portfolio.kernels.compiling import DIGEST, YES, entry, njit
from experiments.portfolio.kernels.ledger import roll_chances
from experiments.portfolio.kernels.month import N_TERMS, step
from experiments.portfolio.kernels.random_streams import NONE, path_key, sigmoid
from experiments.portfolio.layout import ORDER


@njit
def start_standing(s: Any, q: Any) -> None:
    """Puts all probability on where the account stands: clean, marked, one or two payments missed."""
    q[:] = 0.0
    q[1 + s.missed if s.missed > 0 else s.scar] = 1.0


@njit
def pass_month(q: Any, odds: Any, due: Any, p: Any) -> Any:
    """Moves the probabilities of standing by one month; returns the probability that newly reaches 60 days.

    The hazards depend on the path of the person's life alone, so given that path the chance of going bad is
    exact (Rao-Blackwell): only the life has to be drawn.
    """
    q[0], q[1] = q[0] + p.arrears_heal * q[1], (1.0 - p.arrears_heal) * q[1]
    miss, again = due * sigmoid(odds), due * sigmoid(odds + p.arrears)
    on1, stay1 = roll_chances(1, odds, p)
    on2, stay2 = roll_chances(2, odds, p)
    entering = q[0] * miss + q[1] * again
    cured = q[2] * (1.0 - on1 - stay1) + q[3] * (1.0 - on2 - stay2)
    bad = q[3] * on2
    q[0], q[1] = q[0] * (1.0 - miss), q[1] * (1.0 - again) + cured
    q[2], q[3] = entering + q[2] * stay1, q[2] * on1 + q[3] * stay2
    return bad


@njit
def future(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, given: Any, lever: Any, work_: Any, result: Any
) -> Any:
    """One possible year from state `s`; adds to `result` and returns the probability of bad on it."""
    q, clean, terms, o, none = work_
    start_standing(s, q)
    clean[:] = 0.0
    clean[0] = 1.0
    s.missed, s.arrears, s.scar = 0, 0.0, 0
    bad, bad_clean = 0.0, 0.0
    for h in range(len(given)):
        due = 1.0 if s.billed > 0.0 and s.minimum > 0.0 else 0.0
        step(s, x, key, t + h, w, p, given[h], lever, YES, o, terms, NONE, none, NONE)
        newly = pass_month(q, o.log_odds, due, p)
        bad_clean += pass_month(clean, o.log_odds, due, p)
        bad += newly
        earned = o.interest + o.fees + p.merchant_rate * o.purchases - p.funding_rate * max(0.0, o.balance)
        lost = newly * p.loss_given_bad * max(0.0, o.balance) / 100.0
        result[3] += o.balance / 100.0 / len(given)
        result[4] += (1.0 - bad) * (earned / 100.0 - p.servicing_cny) - lost
        result[5] += lost
        result[6:] += terms / len(given)
    result[2] += bad_clean
    return bad


@njit
def expect(
    state: Any, x: Any, key: Any, month: Any, w: Any, p: Any, given: Any, lever: Any, blank: Any, paths: Any,
    result: Any,
) -> None:  # fmt: skip
    """Fills `result` with the means over `paths` possible futures of one account."""
    square = 0.0
    work_ = (np.zeros(4), np.zeros(4), np.zeros(N_TERMS), blank.copy()[0], np.zeros(0, ORDER))
    for path in range(paths):
        bad = future(state.copy()[0], x, path_key(key, path), month, w, p, given, lever, work_, result)
        result[0] += bad
        square += bad * bad
    result /= paths
    result[1] = sqrt(max(0.0, square / paths - result[0] ** 2) / max(1, paths - 1))
    if state[0].missed >= 3:
        result[0], result[1] = 1.0, 0.0


@njit
def expect_all(
    state: Any, people: Any, keys: Any, month: Any, w: Any, p: Any, given: Any, levers: Any, blank: Any,
    paths: Any,
) -> Any:  # fmt: skip
    """`expect` for every account."""
    results = np.zeros((len(state), 6 + N_TERMS))
    for i in range(len(state)):
        one = state[i : i + 1]
        expect(one, people[i], keys[i], month, w, p, given[i], levers[i], blank, paths, results[i])
    return results


def _entry(digest: str) -> Any:
    @entry
    def foresee(
        state: Any, people: Any, keys: Any, month: int, w: Any, p: Any, given: Any, levers: Any, blank: Any,
        paths: int,
    ) -> Any:  # fmt: skip
        digest  # noqa: B018
        return expect_all(state, people, keys, month, w, p, given, levers, blank, paths)

    return foresee


foresee = _entry(DIGEST)
"""The expected year from `month` on of each account, over `paths` possible futures; releases the GIL.

Arguments: state (n,), people (n,), keys (n,), month, world, parameters, given (n, 12) limits, levers (n,),
    blank (one empty month record), paths. Returns (n, 6 + terms): probability of bad, its standard error,
    the same had the account no arrears, mean balance, profit and loss (CNY), and the mean terms of the
    log-odds.
"""
