"""Projected orders: the account's own repeat, changed by the levers."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.arrays import Floats, Ints
from features.calendar import DAY
from serving.advice.account import AccountSnapshot, Bills
from serving.advice.frames import NEVER, for_plans, microseconds, moments
from serving.advice.levers.projection_state import ProjectedOrders
from serving.advice.projection.bills import ProjectedBills
from serving.advice.projection.cycles import ComingCycles
from serving.advice.projection.plan_arrays import PlanArrays


@dataclass(frozen=True)
class RepeatedOrders:
    """r orders of one account, repeated in the projected cycles.

    Attributes:
        frame: the orders, as usual.
        cycle: (r,) projected cycle, 0 = the one in progress.
    """

    frame: pl.DataFrame
    cycle: Ints


def repeated_orders(account: AccountSnapshot, bills: Bills, cycles: ComingCycles) -> RepeatedOrders:
    """Orders of the past cycles, as many days after the bill, in the cycles that repeat theirs."""
    rows = account.tables["orders"]
    placed = microseconds(rows["placed_at"])
    back = len(bills) - 1 - np.searchsorted(bills.statement_on + DAY, placed, side="right")
    cycle, row = np.nonzero(cycles.repeats[:, None] == back[None, :])
    starts = np.append(bills.calendar.issued(np.array([-len(bills)])), bills.statement_on)
    shift = cycles.issued[cycle] - starts[len(bills) - 1 - back[row]]
    coming = placed[row] + shift >= account.now
    cycle, row, shift = cycle[coming], row[coming], shift[coming]
    frame = rows[row].with_columns(
        moments(microseconds(rows[name])[row] + shift).alias(name) for name in ("placed_at", "known_at")
    )
    gap = microseconds(rows["returned_at"])[row] - placed[row]
    returned = rows["returned_at"].is_not_null().to_numpy()[row]
    returned_at = np.where(returned, microseconds(frame["placed_at"]) + gap, NEVER)
    return RepeatedOrders(frame.with_columns(returned_at=moments(returned_at)), cycle.astype(np.int64))


def project_orders(orders: RepeatedOrders, bills: ProjectedBills, plans: PlanArrays) -> pl.DataFrame:
    """The orders under every plan, with a column `plan`."""
    n, frame, cycle = len(plans), orders.frame, orders.cycle
    split = np.tile(frame["instalments"].to_numpy().astype(np.int64), (n, 1))
    on_credit = np.tile(frame["on_credit"].to_numpy(), (n, 1))
    state = ProjectedOrders(cycle, _credit_before(frame, cycle), bills.cash, on_credit, split)
    for definition, at, size in plans.selections:
        definition.project_orders(state, at, size)
    credit = state.on_credit & ~bills.frozen[:, cycle]
    instalments = np.where(credit, state.instalments, 1)
    return for_plans(frame, np.arange(n)).with_columns(
        on_credit=pl.Series(credit.ravel(), dtype=pl.Boolean),
        instalments=pl.Series(instalments.ravel(), dtype=frame.schema["instalments"]),
    )


def _credit_before(frame: pl.DataFrame, cycle: Ints) -> Floats:
    """(r,) credit that larger orders of the same cycle take, CNY."""
    credit = np.where(frame["on_credit"].to_numpy(), frame["amount_cny"].to_numpy(), 0.0)
    order = np.lexsort((-credit, cycle))
    running = np.cumsum(credit[order])
    first = np.concatenate(([True], cycle[order][1:] != cycle[order][:-1]))[: len(order)]
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0)) if len(order) else order
    before = np.empty(len(order))
    before[order] = running - credit[order] - (running - credit[order])[start]
    return before
