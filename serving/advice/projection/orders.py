"""Projected orders: the account's own repeat, changed by the levers."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.arrays import Floats, Ints
from features.calendar import months_back, plus_months
from serving.advice.account import AccountSnapshot
from serving.advice.frames import NEVER, for_plans, microseconds, moments
from serving.advice.levers.projection_state import ProjectedOrders
from serving.advice.projection.bills import ProjectedBills, seasonal_naive
from serving.advice.projection.plan_arrays import PlanArrays

BLOCKED_DPD = 30
"""Days past due beyond which no purchase is granted on credit."""


@dataclass(frozen=True)
class RepeatedOrders:
    """r orders of one account, repeated in the projected months.

    Attributes:
        frame: the orders, as usual.
        month: (r,) projected month, 0 = the first.
    """

    frame: pl.DataFrame
    month: Ints


def repeated_orders(account: AccountSnapshot, length: int, months: int) -> RepeatedOrders:
    """Orders of the last `length` months, again in the projected months that repeat theirs."""
    rows = account.tables["orders"]
    placed = microseconds(rows["placed_at"])
    back = months_back(placed, account.now, length)
    repeat = seasonal_naive(months, length)
    month, row = np.nonzero(repeat[:, None] == back[None, :])
    shift = (month + 1) + repeat[month]
    frame = rows[row].with_columns(
        moments(plus_months(microseconds(rows[name])[row], shift)).alias(name)
        for name in ("placed_at", "known_at")
    )
    gap = microseconds(rows["returned_at"])[row] - placed[row]
    returned = rows["returned_at"].is_not_null().to_numpy()[row]
    returned_at = np.where(returned, microseconds(frame["placed_at"]) + gap, NEVER)
    return RepeatedOrders(frame.with_columns(returned_at=moments(returned_at)), month.astype(np.int64))


def project_orders(orders: RepeatedOrders, bills: ProjectedBills, plans: PlanArrays) -> pl.DataFrame:
    """The orders under every plan, with a column `plan`."""
    n, frame, month = len(plans), orders.frame, orders.month
    split = np.tile(frame["instalments"].to_numpy().astype(np.int64), (n, 1))
    on_credit = np.tile(frame["on_credit"].to_numpy(), (n, 1))
    state = ProjectedOrders(month, _credit_before(frame, month), bills.cash, on_credit, split)
    for definition, at, size in plans.selections:
        definition.project_orders(state, at, size)
    credit = state.on_credit & ~(bills.past_due[:, month] > BLOCKED_DPD)
    instalments = np.where(credit, state.instalments, 1)
    return for_plans(frame, np.arange(n)).with_columns(
        on_credit=pl.Series(credit.ravel(), dtype=pl.Boolean),
        instalments=pl.Series(instalments.ravel(), dtype=frame.schema["instalments"]),
    )


def _credit_before(frame: pl.DataFrame, month: Ints) -> Floats:
    """(r,) credit that larger orders of the same month take, CNY."""
    credit = np.where(frame["on_credit"].to_numpy(), frame["amount_cny"].to_numpy(), 0.0)
    order = np.lexsort((-credit, month))
    running = np.cumsum(credit[order])
    first = np.concatenate(([True], month[order][1:] != month[order][:-1]))[: len(order)]
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0)) if len(order) else order
    before = np.empty(len(order))
    before[order] = running - credit[order] - (running - credit[order])[start]
    return before
