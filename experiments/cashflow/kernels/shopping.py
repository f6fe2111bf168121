"""Orders on the platform: everyday ones, large baskets where the limit tempts, instalment offers."""

from math import exp, floor
from typing import Any

from experiments.cashflow.kernels.bills import book_plan, outstanding
from experiments.cashflow.kernels.compiling import njit
from experiments.cashflow.kernels.events import write_offer, write_order
from experiments.cashflow.kernels.income import DAYS
from experiments.cashflow.kernels.streams import (
    ACCEPT,
    BACK,
    CREDIT,
    NONE,
    OFFER,
    OFFER_TERMS,
    ONE,
    ORDER,
    PULL,
    PULL_SIZE,
    SIZE,
    SPLIT,
    TERM,
)
from experiments.cashflow.layout import RETURNS
from experiments.portfolio.kernels.distributions import normal
from experiments.portfolio.kernels.random_streams import uniform


@njit
def headroom(s: Any) -> Any:
    """Unused limit, fen."""
    return 100.0 * s.limit - s.revolving - outstanding(s)


@njit
def receive_returns(s: Any, t: Any) -> None:
    """Refunds of goods that come back on this day, to the bill or to the household."""
    for j in range(RETURNS):
        if s.back_on[j] == t:
            if s.back_credit[j]:
                s.revolving -= s.back_amount[j]
            else:
                s.cash += s.back_amount[j] / 100.0
            s.back_on[j] = -1


@njit
def shop(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, action: Any, row: Any, log: Any) -> None:
    """The orders of a day; nothing is bought on credit while a bill is overdue."""
    frozen = s.n_owed > 0 or s.written_off
    use = action.use if t >= action.start else 1.0
    if uniform(key, t, ORDER, NONE) < x.orders * w.season[w.month[t]] / DAYS:
        fen = floor(100.0 * exp(x.ticket + p.size_sigma * normal(key, t, SIZE))) + 500.0
        short = s.cash < 0.5 * x.buffer + fen / 100.0
        share = max(x.credit_share, p.short_on_credit) if short else x.credit_share
        wants = uniform(key, t, CREDIT, NONE) < share * use and not frozen
        split = uniform(key, t, SPLIT, NONE) < p.instalment_share
        place(s, x, key, t, p, fen, wants, split, 0, 1.0, row, log)
    if not frozen:
        unused = max(0.0, headroom(s))
        chance = p.pull_rate * use * unused / max(1.0, 100.0 * s.limit) / DAYS
        if x.pull > 0.0 and uniform(key, t, PULL, NONE) < chance:
            fen = floor(x.pull * unused * uniform(key, t, PULL_SIZE, NONE)) + 5_000.0
            split = uniform(key, t, SPLIT, ONE) < 0.6
            place(s, x, key, t, p, fen, True, split, 0, 1.0, row, log)
        if s.clean >= 3 and uniform(key, t, OFFER, NONE) < p.offer_chance / DAYS:
            offer(s, x, key, t, p, use, row, log)


@njit
def offer(s: Any, x: Any, key: Any, t: Any, p: Any, use: Any, row: Any, log: Any) -> None:
    """An instalment offer with terms drawn at random; accepted, it is an order on credit."""
    terms = (3, 6, 12, 24)[floor(4.0 * uniform(key, t, OFFER_TERMS, NONE))]
    discount = (0.0, 0.25, 0.5)[floor(3.0 * uniform(key, t, OFFER_TERMS, ONE))]
    chance = (p.accept_share + p.accept_discount * discount) * use
    fen = floor(300.0 * exp(x.ticket + 0.5 * normal(key, t, SIZE)))
    accepted = uniform(key, t, ACCEPT, NONE) < chance and fen <= headroom(s)
    write_offer(log, row, t, terms, discount, s.limit, accepted)
    if accepted:
        place(s, x, key, t, p, fen, True, True, terms, 1.0 - discount, row, log)


@njit
def place(
    s: Any, x: Any, key: Any, t: Any, p: Any, fen: Any, wants: Any, split: Any, terms: Any,
    full_fee: Any, row: Any, log: Any,
) -> None:  # fmt: skip
    """One order: on credit if wanted and within the limit, or from money that is there, or not at all.

    `split` in instalments, whose number `terms` fixes and 0 leaves to a draw; `full_fee` share of the fee
    asked.
    """
    on_credit = wants and fen <= headroom(s)
    if not on_credit and s.cash < fen / 100.0 + 0.2 * x.essentials:
        return
    parts, fee, back = 1, 0.0, -1
    if on_credit and split and fen >= 100.0 * p.instalment_from:
        parts = terms if terms > 0 else (3, 3, 6, 12, 24)[floor(5.0 * uniform(key, t, TERM, NONE))]
        fee = floor(p.instalment_fee * fen * parts * full_fee + 0.5)
        book_plan(s, fen, parts, fee)
    elif on_credit:
        s.revolving += fen
        back = send_back(s, x, key, t, fen, 1)
    else:
        s.cash -= fen / 100.0
        back = send_back(s, x, key, t, fen, 0)
    s.purchases += fen if on_credit else 0.0
    write_order(log, row, key, t, fen, on_credit, parts, fee, back)


@njit
def send_back(s: Any, x: Any, key: Any, t: Any, fen: Any, on_credit: Any) -> Any:
    """Day on which the goods come back, 2 to 13 days on; −1 = kept."""
    if uniform(key, t, BACK, NONE) >= x.returning:
        return -1
    for j in range(RETURNS):
        if s.back_on[j] < t:
            s.back_on[j] = t + 2 + floor(12.0 * uniform(key, t, BACK, ONE))
            s.back_amount[j], s.back_credit[j] = fen, on_credit
            return s.back_on[j]
    return -1
