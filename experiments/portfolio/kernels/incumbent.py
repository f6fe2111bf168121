"""The incumbent policy on limits: a platform-only rule, a randomised test, answers to requests."""

from math import exp, isnan
from typing import Any

from experiments.portfolio.kernels.compiling import njit
from experiments.portfolio.kernels.random_streams import ASK, GRANT, NONE, ONE, RAISE, REVIEW, TEMP, uniform

POLICY, REQUEST, TEST = 1, 2, 3
"""Causes of a limit change; 0 = none."""


@njit
def set_limit(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, override: Any, o: Any) -> None:
    """The limit of the month: the override where there is one, or what the incumbent policy sets."""
    o.old_limit, o.cause, o.asked, o.arm, s.extra = s.limit, 0, 0, -1, 0.0
    s.since_change += 1
    if not isnan(override):
        o.cause = POLICY if override != s.limit else 0
        s.limit = override
    elif not s.written_off:
        apply_incumbent(s, x, key, t, w, p, o)
    if o.cause > 0 and s.limit != o.old_limit:
        s.since_change = 0


@njit
def apply_incumbent(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any) -> None:
    """Test arms first; else the downturn cut or the half-yearly review; then requests, temporary limits."""
    calm, age, used = w.published[t] < 0.5 * p.cut_stress, t - x.opened, s.revolving + s.instalment
    ready = s.clean >= p.raise_clean and s.since_change >= p.raise_tenure and age >= p.raise_tenure
    active = s.spend + p.raise_use * used / 100.0
    s.held = max(0, s.held - 1)
    s.cut_done = 0 if calm else s.cut_done
    if t == x.test_month and age >= 6 and s.missed == 0:
        o.cause, o.arm, s.held = TEST, x.test_arm, int(p.test_hold)
        s.limit = scaled(s.limit, (0.0, 0.2, 0.5)[x.test_arm])
    elif s.held == 0 and w.published[t] >= p.cut_stress:
        cut_in_downturn(s, x, t, p, o)
    elif s.held == 0 and t % 6 == x.review and calm and ready and active > p.raise_activity * s.limit:
        review(s, key, t, p, o)
    answer_request(s, key, t, p, used, calm and ready, o)
    if s.missed == 0 and (w.festival[t] > x.bill_day or 0 < w.festival[t + 1] <= x.bill_day):
        grant_temporary_limit(s, x, key, t, p)


@njit
def cut_in_downturn(s: Any, x: Any, t: Any, p: Any, o: Any) -> None:
    """One cut a downturn, spread over three months by the account's review month."""
    if s.cut_done == 0 and t % 3 == x.review % 3:
        o.cause, s.cut_done = POLICY, 1
        s.limit = scaled(s.limit, -p.cut_share)


@njit
def review(s: Any, key: Any, t: Any, p: Any, o: Any) -> None:
    """A half-yearly review of an active account: raises some of them, by a random share."""
    o.cause = POLICY if uniform(key, t, REVIEW, NONE) < p.raise_chance else 0
    share = p.raise_low + (p.raise_high - p.raise_low) * uniform(key, t, RAISE, NONE)
    s.limit = scaled(s.limit, share) if o.cause > 0 else s.limit


@njit
def answer_request(s: Any, key: Any, t: Any, p: Any, used: Any, ready: Any, o: Any) -> None:
    """Requests, likelier above 70 % utilisation; granted to some where nothing else changed the limit."""
    if uniform(key, t, ASK, NONE) < p.request_chance + p.request_use * (used > 70.0 * s.limit):
        o.asked = 1
        if o.cause == 0 and s.held == 0 and ready and uniform(key, t, GRANT, NONE) < p.request_grant:
            o.cause, s.limit = REQUEST, scaled(s.limit, 0.10 + 0.10 * uniform(key, t, GRANT, ONE))


@njit
def grant_temporary_limit(s: Any, x: Any, key: Any, t: Any, p: Any) -> None:
    """A temporary limit on top for the cycle of a shopping festival."""
    if uniform(key, t, TEMP, NONE) < p.temporary_chance * exp(x.engagement):
        s.extra = scaled(s.limit, 0.1 + 0.2 * uniform(key, t, TEMP, ONE)) - s.limit


@njit
def scaled(limit: Any, share: Any) -> Any:
    """A limit changed by a share, in whole hundreds."""
    return round(limit * (1.0 + share) / 100.0) * 100.0
