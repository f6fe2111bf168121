"""The incumbent policy on limits: simple rules on the platform's own books, and a randomised test."""

from math import isnan
from typing import Any

from experiments.cashflow.kernels.bills import outstanding
from experiments.cashflow.kernels.compiling import njit
from experiments.cashflow.kernels.streams import ASK, GRANT, NONE, ONE, RAISE, REVIEW
from experiments.portfolio.kernels.random_streams import uniform

POLICY, REQUEST, TEST, ASKED = 1, 2, 3, 4
"""Causes of a limit change; `ASKED` is a request without a change."""


@njit
def scaled(limit: Any, factor: Any) -> Any:
    """A limit changed by a factor, in whole hundreds."""
    return round(limit * factor / 100.0) * 100.0


@njit
def set_limit(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, action: Any) -> Any:
    """On the bill day: the limit that is held from outside, or what the incumbent sets; returns the cause."""
    s.since_change += 1
    s.held = max(0, s.held - 1)
    if s.written_off or (not isnan(action.limit) and t >= action.start):
        return 0
    month = w.month[t]
    calm = w.published[month] < 0.5 * p.cut_stress
    s.cut_done = 0 if calm else s.cut_done
    before = s.limit
    cause = change(s, x, key, t, w, p, month, calm)
    if s.limit != before:
        s.since_change = 0
    return cause


@njit
def change(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, month: Any, calm: Any) -> Any:
    """Test arms first; else a cut in the downturn, the half-yearly review, or a request."""
    ready = calm and s.clean >= p.raise_clean and s.since_change >= p.raise_months
    if month == x.test_month and s.n_owed == 0:
        s.limit, s.held = scaled(s.limit, (1.0, 1.2, 1.5)[x.test_arm]), int(p.test_hold)
        return TEST
    if s.held == 0 and w.published[month] >= p.cut_stress and s.cut_done == 0:
        s.limit, s.cut_done = scaled(s.limit, 1.0 - p.cut_share), 1
        return POLICY
    active = s.spend > p.raise_activity * s.limit
    reviewed = s.held == 0 and month % 6 == x.review and ready and active
    if reviewed and uniform(key, t, REVIEW, NONE) < p.raise_chance:
        share = p.raise_low + (p.raise_high - p.raise_low) * uniform(key, t, RAISE, NONE)
        s.limit = scaled(s.limit, 1.0 + share)
        return POLICY
    return request(s, key, t, p, ready)


@njit
def request(s: Any, key: Any, t: Any, p: Any, ready: Any) -> Any:
    """Requests of the customer, more from those who use most of the limit; some are granted."""
    used = s.revolving + outstanding(s) > 70.0 * s.limit
    if uniform(key, t, ASK, NONE) >= p.request_chance + p.request_use * used:
        return 0
    if s.held > 0 or not ready or uniform(key, t, GRANT, NONE) >= p.request_grant:
        return ASKED
    s.limit = scaled(s.limit, 1.10 + 0.10 * uniform(key, t, GRANT, ONE))
    return REQUEST
