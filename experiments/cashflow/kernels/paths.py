"""Probability of bad by simulating the coming year many times from a state."""

from math import sqrt
from typing import Any

import numpy as np

from experiments.cashflow.kernels.bills import days_past_due
from experiments.cashflow.kernels.compiling import DIGEST, allocating, entry, njit
from experiments.cashflow.kernels.day import start_month, step
from experiments.cashflow.kernels.streams import NONE
from experiments.cashflow.layout import STATE
from experiments.portfolio.kernels.random_streams import path_key

PD, PD_SE = range(2)
"""Columns of `default_probability`: the share of paths that go bad, and its standard error."""
BAD_DAYS = 60
"""Days past due at a month end at which an account is bad."""


@njit
def goes_bad(
    s: Any, x: Any, key: Any, since: Any, until: Any, w: Any, p: Any, action: Any, events: Any
) -> Any:
    """Whether a month end after `since` and up to `until` finds the account 60 or more days past due."""
    for t in range(since, until + 1):
        step(s, x, key, np.int64(t), w, p, action, NONE, events)
        if w.dom[t] == w.length[w.month[t]]:
            start_month(s)
            if t > since and days_past_due(s, t) >= BAD_DAYS:
                return True
    return False


@njit
def share_of_bad(
    initial: Any, x: Any, key: Any, since: Any, until: Any, w: Any, p: Any, action: Any, events: Any,
    paths: Any, scratch: Any,
) -> Any:  # fmt: skip
    """Share of the paths from the initial state that go bad."""
    bad = 0
    for path in range(paths):
        scratch[0] = initial[0]
        bad += goes_bad(scratch[0], x, path_key(key, path), since, until, w, p, action, events)
    return bad / paths


@allocating
def all_shares(
    state: Any, people: Any, keys: Any, since: Any, until: Any, w: Any, p: Any, actions: Any, events: Any,
    paths: Any,
) -> Any:  # fmt: skip
    """(n, 2) share of bad paths of each account and its standard error."""
    result, scratch = np.zeros((len(state), 2)), np.zeros(1, STATE)
    for i in range(len(state)):
        account = state[i : i + 1], people[i], keys[i], since[i], until[i]
        q = share_of_bad(*account, w, p, actions[i], events, paths, scratch)
        result[i, PD], result[i, PD_SE] = q, sqrt(q * (1.0 - q) / max(1, paths - 1))
    return result


def _entry(digest: str) -> Any:
    @entry
    def default_probability(
        state: Any, people: Any, keys: Any, since: Any, until: Any, w: Any, p: Any, actions: Any,
        events: Any, paths: int,
    ) -> Any:  # fmt: skip
        digest  # noqa: B018
        return all_shares(state, people, keys, since, until, w, p, actions, events, paths)

    return default_probability


default_probability = _entry(DIGEST)
"""Share of `paths` simulated years from day `since` to the month ends up to day `until` that go bad.

Arguments: state (n,), people (n,), keys (n,), since (n,) and until (n,) days, environment, parameters,
actions (n,)
    interventions, an empty event log, paths. Returns (n, 2): `PD`, `PD_SE`. Releases the GIL.
"""
