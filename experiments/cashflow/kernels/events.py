"""Dated events of a simulation, written one after the other; nothing is written into an empty log."""

from math import floor, log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.cashflow.kernels.compiling import njit
from experiments.cashflow.kernels.streams import CATEGORY, NONE, WHEN
from experiments.cashflow.layout import BILL, CHANGE, OFFER, ORDER, PAYMENT
from experiments.portfolio.kernels.random_streams import uniform
from features.arrays import Ints

ORDERS, BILLS, PAYMENTS, CHANGES, OFFERS = range(5)


class EventLog(NamedTuple):
    """Events of some accounts; records beyond the length of an array are counted and not written.

    Attributes:
        orders: records of `layout.ORDER`.
        bills: of `layout.BILL`.
        payments: of `layout.PAYMENT`.
        changes: of `layout.CHANGE`.
        offers: of `layout.OFFER`.
        counts: (5,) events so far, by kind.
    """

    orders: NDArray[np.void]
    bills: NDArray[np.void]
    payments: NDArray[np.void]
    changes: NDArray[np.void]
    offers: NDArray[np.void]
    counts: Ints


def empty_log(orders: int = 0, bills: int = 0) -> EventLog:
    """A log with room for so many orders, and for bills with the payments, changes and offers beside them."""
    return EventLog(
        np.zeros(orders, ORDER),
        np.zeros(bills, BILL),
        np.zeros(2 * bills, PAYMENT),
        np.zeros(bills, CHANGE),
        np.zeros(bills, OFFER),
        np.zeros(5, np.int64),
    )


@njit
def slot(log: Any, kind: Any, size: Any) -> Any:
    """The place of the next event of a kind; −1 where there is no room."""
    n = log.counts[kind]
    log.counts[kind] = n + 1
    return n if n < size else -1


@njit
def write_order(
    events: Any, row: Any, key: Any, t: Any, fen: Any, on_credit: Any, parts: Any, fee: Any, back: Any
) -> None:
    """Writes an order; large ones are electronics and furniture more often."""
    n = slot(events, ORDERS, len(events.orders))
    if n < 0:
        return
    r = events.orders[n]
    r.row, r.day, r.back_on, r.amount, r.fee = row, t, back, fen, fee
    r.on_credit, r.instalments = on_credit, parts
    r.second = floor(75_600.0 * uniform(key, t, WHEN, int(fen) % 4096))
    u = uniform(key, t, CATEGORY, NONE)
    shift = min(0.55, 0.25 * max(0.0, log(fen / 20_000.0)))
    r.category = floor(4.0 * u / shift) if u < shift else 2 + floor(6.0 * (u - shift) / (1.0 - shift))


@njit
def write_bill(events: Any, row: Any, t: Any, s: Any, balance: Any) -> None:
    """Writes the bill that has just been issued."""
    n = slot(events, BILLS, len(events.bills))
    if n >= 0:
        r = events.bills[n]
        r.row, r.day, r.due_on = row, t, s.due_on
        r.balance, r.minimum, r.due = balance, s.minimum, s.bill_due


@njit
def write_payment(events: Any, row: Any, t: Any, second: Any, bill_on: Any, fen: Any) -> None:
    """Writes a payment to the platform."""
    n = slot(events, PAYMENTS, len(events.payments))
    if n >= 0:
        r = events.payments[n]
        r.row, r.day, r.second, r.bill_on, r.amount = row, t, second, bill_on, fen


@njit
def write_change(events: Any, row: Any, t: Any, cause: Any, arm: Any, old: Any, new: Any) -> None:
    """Writes a change of limit, or a request."""
    n = slot(events, CHANGES, len(events.changes))
    if n >= 0:
        r = events.changes[n]
        r.row, r.day, r.cause, r.arm, r.old, r.new = row, t, cause, arm, old, new


@njit
def write_offer(events: Any, row: Any, t: Any, terms: Any, discount: Any, limit: Any, accepted: Any) -> None:
    """Writes an instalment offer."""
    n = slot(events, OFFERS, len(events.offers))
    if n >= 0:
        r = events.offers[n]
        r.row, r.day, r.terms, r.discount, r.limit, r.accepted = row, t, terms, discount, limit, accepted
