"""The lender that ran the portfolio: a platform-only rule, a small randomised test, answers to requests."""

from math import exp, isnan
from typing import Any

from experiments.portfolio.kernels.compiling import njit
from experiments.portfolio.kernels.random_streams import ASK, GRANT, NONE, ONE, RAISE, REVIEW, TEMP, uniform

POLICY, REQUEST, TEST = 1, 2, 3


@njit
def decide(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, given: Any, o: Any) -> None:
    """The limit of the month: given from outside, or the incumbent's rule, test and answer to requests."""
    o.old_limit, o.cause, o.asked, o.arm, s.extra = s.limit, 0, 0, -1, 0.0
    s.since_change += 1
    if not isnan(given):
        o.cause = POLICY if given != s.limit else 0
        s.limit = given
    elif not s.written_off:
        incumbent(s, x, key, t, w, p, o)
    if o.cause > 0 and s.limit != o.old_limit:
        s.since_change = 0


@njit
def incumbent(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any) -> None:
    """Test arms first; then the cut of a downturn, the half-yearly review, and requests."""
    calm, age, used = w.published[t] < 0.5 * p.cut_stress, t - x.opened, s.revolving + s.instalment
    ready = s.clean >= p.raise_clean and s.since_change >= p.raise_tenure and age >= p.raise_tenure
    active = s.spend + p.raise_use * used / 100.0
    s.held = max(0, s.held - 1)
    s.cut_done = 0 if calm else s.cut_done
    if t == x.test_month and age >= 6 and s.missed == 0:
        o.cause, o.arm, s.held = TEST, x.test_arm, int(p.test_hold)
        s.limit = stepped(s.limit, (0.0, 0.2, 0.5)[x.test_arm])
    elif s.held == 0 and w.published[t] >= p.cut_stress:
        if s.cut_done == 0 and t % 3 == x.review % 3:
            o.cause, s.cut_done = POLICY, 1
            s.limit = stepped(s.limit, -p.cut_share)
    elif s.held == 0 and t % 6 == x.review and calm and ready and active > p.raise_activity * s.limit:
        o.cause = POLICY if uniform(key, t, REVIEW, NONE) < p.raise_chance else 0
        step = p.raise_low + (p.raise_high - p.raise_low) * uniform(key, t, RAISE, NONE)
        s.limit = stepped(s.limit, step) if o.cause > 0 else s.limit
    if uniform(key, t, ASK, NONE) < p.request_chance + p.request_use * (used > 70.0 * s.limit):
        o.asked = 1
        if o.cause == 0 and s.held == 0 and calm and ready and uniform(key, t, GRANT, NONE) < p.request_grant:
            o.cause, s.limit = REQUEST, stepped(s.limit, 0.10 + 0.10 * uniform(key, t, GRANT, ONE))
    if (
        w.festival[t]
        and s.missed == 0
        and uniform(key, t, TEMP, NONE) < p.temporary_chance * exp(x.engagement)
    ):
        s.extra = stepped(s.limit, 0.1 + 0.2 * uniform(key, t, TEMP, ONE)) - s.limit


@njit
def stepped(limit: Any, share: Any) -> Any:
    """A limit changed by a share, in whole hundreds."""
    return round(limit * (1.0 + share) / 100.0) * 100.0
