"""Orders: paid at once or on credit, in instalments, sent back."""

from math import exp, floor, log
from typing import Any

import numpy as np

from experiments.portfolio.kernels.compiling import YES, njit
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
    SIZE,
    SPLIT,
    TERM,
    WHEN,
    poisson,
    quantile,
    sigmoid,
    uniform,
)
from experiments.portfolio.layout import MAX_ORDERS


@njit
def shop(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any, row: Any, orders: Any, n: Any) -> Any:
    """Places the month's orders; writes them to `orders` from row `n` on, if there is room for any."""
    o.purchases, o.refunds, o.spend, o.n_orders, o.promo = 0.0, s.refund, 0.0, 0, 0
    s.refund = 0.0
    if t <= x.opened:
        return n
    frozen = s.missed > 0 or s.written_off
    mean = exp(
        p.orders_log
        + x.engagement
        + w.season[t]
        + p.job_orders * (1.0 - s.employed)
        + p.moving_orders * (s.moving > 0)
        + p.frozen_orders * frozen
    )
    for k in range(poisson(uniform(key, t, ORDERS, NONE), mean, MAX_ORDERS - 3)):
        fen = floor(100.0 * exp(x.ticket + p.size_sigma * quantile(uniform(key, t, SIZE, k)))) + 500.0
        wants = uniform(key, t, CREDIT, k) < x.credit_share + (1.0 - x.credit_share) * 0.6 * s.need
        split = uniform(key, t, SPLIT, k) < p.instalment_share + p.instalment_need * s.need
        n = place(s, x, key, t, w, p, o, row, orders, n, k, fen, wants and not frozen, split, NONE)
    gap = 100.0 * s.need * x.thirst * s.limit - s.revolving - s.instalment
    if not frozen and gap > 5e4 and s.need > 0.15 and uniform(key, t, NEED, NONE) < p.need_order:
        fen = floor(gap * (0.15 + 0.5 * uniform(key, t, NEED_SIZE, NONE)))
        split = uniform(key, t, SPLIT, NEEDED) < 0.5
        n = place(s, x, key, t, w, p, o, row, orders, n, NEEDED, fen, YES, split, NONE)
    if not frozen and s.clean >= 3 and uniform(key, t, PROMO, NONE) < p.promo_chance:
        n = promotion(s, x, key, t, w, p, o, row, orders, n)
    s.spend = p.spend_memory * s.spend + (1.0 - p.spend_memory) * o.purchases / 100.0
    return n


@njit
def promotion(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any, row: Any, orders: Any, n: Any) -> Any:
    """An instalment offer with terms drawn at random, taken or not."""
    o.promo, o.promo_terms = 1, (3, 6, 12, 24)[floor(4.0 * uniform(key, t, PROMO_TERM, NONE))]
    o.promo_discount = (0.0, 0.25, 0.5)[floor(3.0 * uniform(key, t, PROMO_TERM, ONE))]
    if uniform(key, t, ACCEPT, NONE) < sigmoid(
        p.promo_accept + p.promo_discount * o.promo_discount + p.promo_need * s.need + x.engagement
    ):
        fen = floor(300.0 * exp(x.ticket + 1.0 + 0.5 * quantile(uniform(key, t, SIZE, PROMOTED))))
        before = o.purchases
        n = place(s, x, key, t, w, p, o, row, orders, n, PROMOTED, fen, YES, YES, np.int64(o.promo_terms))
        o.promo = 2 if o.purchases > before else 1
    return n


@njit
def place(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any, row: Any, orders: Any, n: Any,
    k: Any, fen: Any, wants: Any, split: Any, terms: Any,
) -> Any:  # fmt: skip
    """One order: on credit if wanted and there is room, perhaps in instalments, perhaps sent back."""
    room = 100.0 * (s.limit + s.extra) - s.revolving - s.instalment
    on_credit = wants and fen <= room
    if (k >= MAX_ORDERS) and not on_credit:
        return n
    when = floor(uniform(key, t, WHEN, k) * 86400.0 * w.days[t])
    back = 0
    if uniform(key, t, BACK, k) < sigmoid(p.return_base + x.returning) and k < MAX_ORDERS:
        back = 2 + floor(12.0 * uniform(key, t, BACK, MAX_ORDERS + k))
    parts = 1
    if on_credit and back == 0 and split and fen >= 100.0 * p.instalment_from_cny:
        parts = terms if terms > 0 else (3, 3, 6, 12, 24)[floor(5.0 * uniform(key, t, TERM, k))]
    if on_credit:
        o.purchases += fen
        owe(s, fen, parts)
        if back > 0 and when + 86400.0 * back < 86400.0 * w.days[t]:
            o.refunds += fen
        elif back > 0:
            s.refund += fen
    o.spend, o.n_orders = o.spend + (fen if back == 0 else 0.0), o.n_orders + 1
    if len(orders) > 0:
        r = orders[n]
        r.account, r.month, r.category, r.on_credit = (
            row,
            t,
            category(fen, uniform(key, t, CATEGORY, k)),
            on_credit,
        )
        r.instalments, r.return_days, r.when, r.amount = parts, back, when, fen
    return n + 1


@njit
def owe(s: Any, fen: Any, parts: Any) -> None:
    """Books a purchase: revolving, or spread over the months to come, the last part taking the remainder."""
    if parts == 1:
        s.revolving += fen
        return
    part = floor(fen / parts)
    s.instalment += fen
    for j in range(1, parts + 1):
        s.schedule[j] += part if j < parts else fen - part * (parts - 1)


@njit
def category(fen: Any, u: Any) -> Any:
    """Goods category: large orders are electronics and furniture more often."""
    shift = min(0.55, 0.25 * max(0.0, log(fen / 20000.0)))
    return floor(4.0 * u / shift) if u < shift else 2 + floor(6.0 * (u - shift) / (1.0 - shift))
