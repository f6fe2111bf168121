"""Orders to come: the person's own again, some paid in cash where the line is to be used less."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.arrays import Floats, Ints
from features.calendar import months_back, plus_months
from serving.advice.external_sources import moments
from serving.advice.ledger import Ledger, template
from serving.advice.person import Person, micro


@dataclass(frozen=True)
class Purchases:
    """r orders to come of one account.

    Attributes:
        frame: the orders, as usual.
        month: (r,) month to come, 0 = the first.
        before: (r,) credit of the month that larger orders take, CNY.
    """

    frame: pl.DataFrame
    month: Ints
    before: Floats


def purchases(person: Person, length: int, months: int) -> Purchases:
    """Orders of the last `length` months, again in the months that repeat theirs."""
    rows = person.tables["orders"]
    placed = micro(rows["placed_at"])
    back = months_back(placed, person.now, length)
    repeat = template(months, length)
    month, row = np.nonzero(repeat[:, None] == back[None, :])
    shift = (month + 1) + repeat[month]
    frame = rows[row].with_columns(
        moments(plus_months(micro(rows[name])[row], shift)).alias(name) for name in ("placed_at", "known_at")
    )
    gap = micro(rows["returned_at"])[row] - placed[row]
    back_at = micro(frame["placed_at"]) + gap
    returned = rows["returned_at"].is_not_null().to_numpy()[row]
    frame = frame.with_columns(returned_at=moments(np.where(returned, back_at, np.iinfo(np.int64).min)))
    return Purchases(frame, month.astype(np.int64), _before(frame, month))


def _before(frame: pl.DataFrame, month: Ints) -> Floats:
    """Credit of larger orders in the month: the largest is the first to be paid in cash."""
    credit = np.where(frame["on_credit"].to_numpy(), frame["amount_cny"].to_numpy(), 0.0)
    order = np.lexsort((-credit, month))
    running = np.cumsum(credit[order])
    first = np.concatenate(([True], month[order][1:] != month[order][:-1]))[: len(order)]
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0)) if len(order) else order
    before = np.empty(len(order))
    before[order] = running - credit[order] - (running - credit[order])[start]
    return before


def placed(bought: Purchases, ledger: Ledger) -> pl.DataFrame:
    """The orders of every course, with a column `course`."""
    n, r = len(ledger.moved), bought.frame.height
    cash = bought.before[None, :] < ledger.moved[:, bought.month] - 0.005
    frozen = (ledger.past_due > 0)[:, bought.month] & (ledger.past_due[:, bought.month] > 30)
    credit = np.tile(bought.frame["on_credit"].to_numpy(), n) & ~(cash | frozen).ravel()
    return bought.frame[np.tile(np.arange(r), n)].with_columns(
        on_credit=pl.Series(credit, dtype=pl.Boolean),
        instalments=pl.when(pl.Series(credit, dtype=pl.Boolean)).then(pl.col("instalments")).otherwise(1),
        course=pl.Series(np.repeat(np.arange(n), r)),
    )
