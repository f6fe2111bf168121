"""Instalments that fall due with coming bills."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.arrays import Floats, Ints
from features.tables import Tables
from serving.advice.account.bills import HALF_FEN, Bills
from serving.advice.account.calendar import BillCalendar
from serving.advice.frames import microseconds

UNKNOWN_PLAN = 6
"""Bills over which what falls due later is spread where no plan is on record: half a year."""


@dataclass(frozen=True)
class InstalmentPlans:
    """q amounts repaid in equal instalments, from the first bill dated on their first day or after it.

    Attributes:
        started: (q,) first day, midnight in microseconds.
        amount: (q,) CNY, without fees.
        instalments: (q,) how many.
    """

    started: Ints
    amount: Floats
    instalments: Ints

    def of(self, kept: Ints) -> "InstalmentPlans":
        """Those at these positions."""
        return InstalmentPlans(self.started[kept], self.amount[kept], self.instalments[kept])


def known_plans(known: Tables) -> InstalmentPlans:
    """The plans on record; where the lender keeps no table of them, purchases in instalments that stand."""
    if "instalment_plans" in known.frames:
        rows = known["instalment_plans"].sort("started_on", "known_at", "amount_cny", maintain_order=True)
        started = microseconds(rows["started_on"])
    else:
        orders = known["orders"].sort("placed_at", "known_at", "amount_cny", maintain_order=True)
        split = pl.col("on_credit") & (pl.col("instalments") > 1) & pl.col("returned_at").is_null()
        rows = orders.filter(split)
        started = microseconds(rows["placed_at"].cast(pl.Date))
    return InstalmentPlans(started, rows["amount_cny"].to_numpy(), rows["instalments"].to_numpy())


def falling_due(plans: InstalmentPlans, calendar: BillCalendar, bills: int) -> Floats:
    """(bills + 1,) instalments that fall due with the k-th coming bill, CNY; the last bill's at place 0."""
    sums = np.zeros(bills + 1)
    first = calendar.number_of(plans.started)
    for begin, amount, n in zip(first, plans.amount, plans.instalments, strict=True):
        sums[max(0, begin) : max(0, begin + n)] += amount / n
    return sums


def coming_instalments(bills: Bills, plans: InstalmentPlans, n: int) -> tuple[Floats, bool]:
    """Instalments that fall due with the coming bills.

    The last bill says how much falls due later. The plans on record spread it over the coming bills; without
    any, it is spread evenly. Plans since the last bill are added to it.

    Args:
        bills: the account's.
        plans: those on record.
        n: coming bills.

    Returns:
        (n + 1,) CNY, 0 at place 0, which stands for the last bill; and whether they are spread without a plan
        on record.
    """
    number = bills.calendar.number_of(plans.started)
    on_bill, since = plans.of(np.flatnonzero(number <= 0)), plans.of(np.flatnonzero(number > 0))
    spread = falling_due(on_bill, bills.calendar, n + int(plans.instalments.max(initial=0)))
    spread[0] = 0.0
    assumed = bills.later > HALF_FEN and spread.sum() <= HALF_FEN
    if assumed:
        spread[1 : UNKNOWN_PLAN + 1] = 1.0
    total = float(spread.sum())
    scale = bills.later / total if total > HALF_FEN else 0.0
    return scale * spread[: n + 1] + falling_due(since, bills.calendar, n), assumed
