"""Expected outcomes of the year ahead: Monte Carlo over circumstances, exact over missed payments.

The hazards of a month depend on the person's circumstances (job, income, debt, balance) and not on payments
missed on the way. So only circumstances are drawn, on paths on which nobody misses a payment; the probability
of each delinquency state is carried along beside them by the transition matrix of the month. That is
Rao-Blackwellisation: the estimate has the variance of circumstances alone.
"""

from math import sqrt
from typing import Any

import numpy as np

from experiments.portfolio.kernels.compiling import DIGEST, YES, entry, njit
from experiments.portfolio.kernels.distributions import sigmoid
from experiments.portfolio.kernels.ledger import roll_probabilities
from experiments.portfolio.kernels.month import N_TERMS, step
from experiments.portfolio.kernels.random_streams import NONE, path_key
from experiments.portfolio.layout import MONTH, ORDER, STATE

PD, PD_SE, PD_IF_CURRENT, BALANCE, PROFIT, LOSS = range(6)
"""Columns of `expected_outcomes`: probability of bad, its Monte Carlo standard error, the probability had the
account no arrears and no recent cure; mean bill, profit and loss of the year, CNY. The mean terms follow."""
N_OUTCOMES = 6
CURRENT, RECENTLY_CURED, ONE_MISSED, TWO_MISSED = range(4)
"""Delinquency states that are not bad."""
BAD_MISSED = 3
"""Missed payments at which an account is bad (60 days past due), the absorbing state."""


@njit
def start_chain(s: Any, q: Any) -> None:
    """Puts all probability on the account's delinquency state; on none where the account is bad already."""
    q[:] = 0.0
    # numba checks no bounds: a state beyond the last one would be written past the array.
    if s.missed < BAD_MISSED:
        q[RECENTLY_CURED + s.missed if s.missed > 0 else s.recently_cured] = 1.0


@njit
def advance_chain(q: Any, odds: Any, due: Any, p: Any) -> Any:
    """Moves the probabilities of the delinquency states by a month; returns what newly reaches 60 days."""
    q[CURRENT], q[RECENTLY_CURED] = (
        q[CURRENT] + p.arrears_heal * q[RECENTLY_CURED],
        (1.0 - p.arrears_heal) * q[RECENTLY_CURED],
    )
    miss, relapse = due * sigmoid(odds), due * sigmoid(odds + p.arrears)
    on1, stay1 = roll_probabilities(1, odds, p)
    on2, stay2 = roll_probabilities(2, odds, p)
    entering = q[CURRENT] * miss + q[RECENTLY_CURED] * relapse
    cured = q[ONE_MISSED] * (1.0 - on1 - stay1) + q[TWO_MISSED] * (1.0 - on2 - stay2)
    bad = q[TWO_MISSED] * on2
    q[CURRENT], q[RECENTLY_CURED] = q[CURRENT] * (1.0 - miss), q[RECENTLY_CURED] * (1.0 - relapse) + cured
    q[ONE_MISSED], q[TWO_MISSED] = (
        entering + q[ONE_MISSED] * stay1,
        q[ONE_MISSED] * on1 + q[TWO_MISSED] * stay2,
    )
    return bad


@njit
def simulate_path(
    initial: Any, x: Any, key: Any, t: Any, w: Any, p: Any, limits: Any, action: Any, scratch: Any,
    result: Any,
) -> Any:  # fmt: skip
    """One path of the year from the initial state; adds to `result`, returns the probability of bad on it."""
    q, q_current, terms, states, months, no_orders = scratch
    states[0] = initial[0]
    s, o = states[0], months[0]
    start_chain(s, q)
    q_current[:] = 0.0
    q_current[CURRENT] = 1.0
    s.missed, s.arrears, s.recently_cured = 0, 0.0, 0
    bad, bad_if_current = 0.0, 0.0
    for h in range(len(limits)):
        due = 1.0 if s.minimum > 0.0 else 0.0
        step(s, x, key, t + h, w, p, limits[h], action, YES, o, terms, NONE, no_orders, NONE)
        newly = advance_chain(q, o.log_odds, due, p)
        bad_if_current += advance_chain(q_current, o.log_odds, due, p)
        bad += newly
        add_month(o, terms, bad, newly, len(limits), p, result)
    result[PD_IF_CURRENT] += bad_if_current
    return bad


@njit
def add_month(o: Any, terms: Any, bad: Any, newly: Any, months: Any, p: Any, result: Any) -> None:
    """Adds a month's balance, profit, loss and terms; profit counts while the account is not bad."""
    earned = o.interest + o.fees + p.merchant_rate * o.purchases - p.funding_rate * max(0.0, o.balance)
    lost = newly * p.loss_given_bad * max(0.0, o.balance) / 100.0
    result[BALANCE] += o.balance / 100.0 / months
    result[PROFIT] += (1.0 - bad) * (earned / 100.0 - p.servicing_cny) - lost
    result[LOSS] += lost
    result[N_OUTCOMES:] += terms / months


@njit
def average_paths(
    initial: Any, x: Any, key: Any, month: Any, w: Any, p: Any, limits: Any, action: Any, scratch: Any,
    paths: Any, result: Any,
) -> None:  # fmt: skip
    """Fills `result` with the means over `paths` paths of one account, whose state is `initial[0]`."""
    square = 0.0
    for path in range(paths):
        stream = path_key(key, path)
        bad = simulate_path(initial, x, stream, month, w, p, limits, action, scratch, result)
        result[PD] += bad
        square += bad * bad
    result /= paths
    result[PD_SE] = sqrt(max(0.0, square / paths - result[PD] ** 2) / max(1, paths - 1))
    if initial[0].missed >= BAD_MISSED:
        result[PD], result[PD_SE] = 1.0, 0.0


@njit
def average_all(
    state: Any, people: Any, keys: Any, month: Any, w: Any, p: Any, limits: Any, actions: Any, paths: Any
) -> Any:
    """`average_paths` for every account."""
    results = np.zeros((len(state), N_OUTCOMES + N_TERMS))
    # Scratch memory is made once and reused: allocation would cost more than a simulated month. A record does
    # not keep its array alive in numba, so kernels take records from arrays that their caller holds.
    scratch = (
        np.zeros(4), np.zeros(4), np.zeros(N_TERMS), np.zeros(1, STATE), np.zeros(1, MONTH),
        np.zeros(0, ORDER),
    )  # fmt: skip
    for i in range(len(state)):
        one, x, key = state[i : i + 1], people[i], keys[i]
        average_paths(one, x, key, month, w, p, limits[i], actions[i], scratch, paths, results[i])
    return results


def _entry(digest: str) -> Any:
    @entry
    def expected_outcomes(
        state: Any, people: Any, keys: Any, month: int, w: Any, p: Any, limits: Any, actions: Any,
        paths: int,
    ) -> Any:  # fmt: skip
        digest  # noqa: B018
        return average_all(state, people, keys, month, w, p, limits, actions, paths)

    return expected_outcomes


expected_outcomes = _entry(DIGEST)
"""Expected outcomes of the year from `month` on, by account, over `paths` Monte Carlo paths.

Arguments: state (n,), people (n,), keys (n,), month, environment, parameters, limits (n, 12) in CNY, actions
    (n,) interventions, paths. Returns (n, N_OUTCOMES + terms): the columns named by `PD` to `LOSS`, then the
    mean terms of the log-odds. Releases the GIL.
"""
