"""Orders: paid at once or on credit, in instalments, sent back."""

from math import exp, floor, log
from typing import Any

import numpy as np

from experiments.portfolio.kernels.compiling import YES, njit
from experiments.portfolio.kernels.distributions import normal_quantile, poisson, sigmoid
from experiments.portfolio.kernels.random_streams import (
    ACCEPT,
    BACK,
    CATEGORY,
    CREDIT,
    NEED,
    NEED_SIZE,
    NEEDED,
    NONE,
    ONE,
    ORDERS,
    PROMO,
    PROMO_TERM,
    PROMOTED,
    SEASON,
    SIZE,
    SPLIT,
    TERM,
    WHEN,
    uniform,
)
from experiments.portfolio.layout import MAX_ORDERS

DAY_SECONDS = 86400.0


@njit
def place_orders(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any, row: Any, orders: Any, n: Any
) -> Any:
    """Places the month's orders; writes them to `orders` from row `n` on, unless it is empty."""
    o.purchases, o.refunds, o.spend, o.n_orders, o.promo = 0.0, s.refund, 0.0, 0, 0
    s.refund = 0.0
    if t <= x.opened:
        return n
    frozen = s.missed > 0 or s.written_off
    n = ordinary_orders(s, x, key, t, w, p, o, row, orders, n, frozen)
    if not frozen:
        n = order_on_need(s, x, key, t, w, p, o, row, orders, n)
        if s.clean >= 3 and uniform(key, t, PROMO, NONE) < p.promo_chance:
            n = promotion(s, x, key, t, w, p, o, row, orders, n)
    s.spend = p.spend_memory * s.spend + (1.0 - p.spend_memory) * o.purchases / 100.0
    return n


@njit
def ordinary_orders(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any, row: Any, orders: Any, n: Any, frozen: Any
) -> Any:
    """A Poisson number of orders of lognormal size (at least 5 CNY), fewer on the days of a calmer month."""
    high = max(w.season[t], w.season[t + 1])
    mean = exp(
        p.orders_log
        + x.engagement
        + high
        + p.job_orders * (1.0 - s.employed)
        + p.moving_orders * (s.moving > 0)
        + p.frozen_orders * frozen
    )
    for k in range(poisson(uniform(key, t, ORDERS, NONE), mean, MAX_ORDERS - 3)):
        if out_of_season(x, key, t, w, high, k):
            continue
        z = normal_quantile(uniform(key, t, SIZE, k))
        fen = floor(100.0 * exp(x.ticket + p.size_sigma * z)) + 500.0
        wants = uniform(key, t, CREDIT, k) < x.credit_share + (1.0 - x.credit_share) * 0.6 * s.need
        split = uniform(key, t, SPLIT, k) < p.instalment_share + p.instalment_need * s.need
        n = place_order(s, x, key, t, w, p, o, row, orders, n, k, fen, wants and not frozen, split, NONE)
    return n


@njit
def out_of_season(x: Any, key: Any, t: Any, w: Any, high: Any, k: Any) -> Any:
    """Thins the orders of the busiest month to those of the month that the order's own day lies in."""
    if w.season[t] == w.season[t + 1]:
        return False
    month = t if uniform(key, t, WHEN, k) * w.days[t] < w.days[t] - x.bill_day else t + 1
    return uniform(key, t, SEASON, k) >= exp(w.season[month] - high)


@njit
def order_on_need(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any, row: Any, orders: Any, n: Any
) -> Any:
    """A large order on credit by those who rely on credit and carry at least 500 CNY less than they want."""
    gap = 100.0 * s.need * x.thirst * s.limit - s.revolving - s.instalment
    if gap > 5e4 and s.need > 0.15 and uniform(key, t, NEED, NONE) < p.need_order:
        fen = floor(gap * (0.15 + 0.5 * uniform(key, t, NEED_SIZE, NONE)))
        split = uniform(key, t, SPLIT, NEEDED) < 0.5
        n = place_order(s, x, key, t, w, p, o, row, orders, n, NEEDED, fen, YES, split, NONE)
    return n


@njit
def promotion(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any, row: Any, orders: Any, n: Any) -> Any:
    """An instalment offer with terms drawn at random; `promo` is 1 when offered, 2 when accepted."""
    o.promo, o.promo_terms = 1, (3, 6, 12, 24)[floor(4.0 * uniform(key, t, PROMO_TERM, NONE))]
    o.promo_discount = (0.0, 0.25, 0.5)[floor(3.0 * uniform(key, t, PROMO_TERM, ONE))]
    if uniform(key, t, ACCEPT, NONE) < sigmoid(
        p.promo_accept + p.promo_discount * o.promo_discount + p.promo_need * s.need + x.engagement
    ):
        z = normal_quantile(uniform(key, t, SIZE, PROMOTED))
        fen = floor(300.0 * exp(x.ticket + 1.0 + 0.5 * z))
        before, terms = o.purchases, np.int64(o.promo_terms)
        n = place_order(s, x, key, t, w, p, o, row, orders, n, PROMOTED, fen, YES, YES, terms)
        o.promo = 2 if o.purchases > before else 1
    return n


@njit
def place_order(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any, row: Any, orders: Any, n: Any,
    k: Any, fen: Any, wants: Any, split: Any, terms: Any,
) -> Any:  # fmt: skip
    """One order: on credit if wanted and within the limit, perhaps in instalments, perhaps sent back.

    `wants`: on credit; `split`: in instalments, whose number `terms` fixes and 0 leaves to a draw. The two
    special orders (index `k` from `MAX_ORDERS` on) are placed on credit or not at all.
    """
    on_credit = wants and fen <= 100.0 * (s.limit + s.extra) - s.revolving - s.instalment
    if (k >= MAX_ORDERS) and not on_credit:
        return n
    when = floor(uniform(key, t, WHEN, k) * DAY_SECONDS * w.days[t])
    back = days_until_return(x, key, t, p, k)
    parts = 1
    if on_credit and back == 0 and split and fen >= 100.0 * p.instalment_from_cny:
        parts = terms if terms > 0 else (3, 3, 6, 12, 24)[floor(5.0 * uniform(key, t, TERM, k))]
    if on_credit:
        o.purchases += fen
        book_purchase(s, fen, parts)
        book_refund(s, w, t, fen, when, back, o)
    o.spend, o.n_orders = o.spend + (fen if back == 0 else 0.0), o.n_orders + 1
    if len(orders) > 0:
        r = orders[n]
        r.account, r.month, r.category = row, t, category(fen, uniform(key, t, CATEGORY, k))
        r.on_credit, r.instalments, r.return_days, r.when, r.amount = on_credit, parts, back, when, fen
    return n + 1


@njit
def days_until_return(x: Any, key: Any, t: Any, p: Any, k: Any) -> Any:
    """Days after which the goods are back, 2 to 13; 0 = kept. Special orders are kept."""
    if uniform(key, t, BACK, k) < sigmoid(p.return_base + x.returning) and k < MAX_ORDERS:
        return 2 + floor(12.0 * uniform(key, t, BACK, MAX_ORDERS + k))
    return 0


@njit
def book_purchase(s: Any, fen: Any, parts: Any) -> None:
    """Books a purchase: revolving, or spread over the months to come, the last part taking the remainder."""
    if parts == 1:
        s.revolving += fen
        return
    part = floor(fen / parts)
    s.instalment += fen
    for j in range(1, parts + 1):
        s.schedule[j] += part if j < parts else fen - part * (parts - 1)


@njit
def book_refund(s: Any, w: Any, t: Any, fen: Any, when: Any, back: Any, o: Any) -> None:
    """Books a refund in the month in which the goods come back: this one or the next."""
    if back > 0 and when + DAY_SECONDS * back < DAY_SECONDS * w.days[t]:
        o.refunds += fen
    elif back > 0:
        s.refund += fen


@njit
def category(fen: Any, u: Any) -> Any:
    """Goods category: large orders are electronics and furniture more often."""
    shift = min(0.55, 0.25 * max(0.0, log(fen / 20000.0)))
    return floor(4.0 * u / shift) if u < shift else 2 + floor(6.0 * (u - shift) / (1.0 - shift))
