"""Bringing every bill down to a share of the limit, and keeping it there."""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import ClassVar

import numpy as np

from features.arrays import Floats, Ints
from serving.advice.account import AccountSnapshot
from serving.advice.levers.base import LeverDefinition
from serving.advice.levers.behaviour import BehaviourChange
from serving.advice.levers.context import PathContext
from serving.advice.levers.in_full import InFull
from serving.advice.levers.on_time import OnTime
from serving.advice.levers.payment_text import bill_by_bill, states_payments
from serving.advice.levers.projection_state import PaymentCycle, ProjectedOrders
from serving.advice.settings import AdviceSettings
from serving.advice.text import Bilingual, cny, on
from serving.advice.types import Lever, Plan, SourceProfiles

NEGLIGIBLE = 0.02
"""A bill this close to a target, as a share of the limit, has reached it."""
HALF_FEN = 0.005
LAST_BILLS = 3
GOVERNING = (OnTime.key, InFull.key, "use")
"""Levers that govern payment, in the order of the registry."""


class Use(LeverDefinition):
    """Size: highest bill as a share of the limit. More is paid, then purchases are paid in cash.

    Drivers of the confidence: `use`, or `use_in_full` where bills are paid in full as well.
    """

    key: ClassVar[str] = "use"
    label: ClassVar[str] = "lower utilisation"
    family: ClassVar[str] = "use"
    governs_payment: ClassVar[bool] = True
    costs_money: ClassVar[bool] = True
    drivers: ClassVar[tuple[str, ...]] = ("use", "use_in_full")

    def offer(
        self, account: AccountSnapshot, settings: AdviceSettings, profiles: SourceProfiles | None
    ) -> Iterable[Lever]:
        """The targets of the settings that lie below the highest of the last bills."""
        if not account.payable or account.limit_cny <= 0:
            return
        highest = max((0.0, *account.last_balances)) / account.limit_cny
        for target in sorted(settings.use_targets, reverse=True):
            if target + NEGLIGIBLE < highest:
                yield self.lever(target)

    def project_payments(
        self, cycle: PaymentCycle, at: Ints, size: Floats, account: AccountSnapshot, settings: AdviceSettings
    ) -> None:
        """Pays what brings the bill to the target, as far as affordable; what is over is bought in cash."""
        target, owed = size * account.limit_cny, cycle.balance[at]
        most = np.maximum(cycle.affordable[at], cycle.paid[at])
        paid = np.clip(owed + cycle.charged[at] - target, cycle.paid[at], most)
        over = np.maximum(0.0, owed - paid + cycle.charged[at] - target)
        cycle.paid[at] = paid
        cycle.cash[at] = np.minimum(over, settings.most_cut * cycle.charged[at])
        cycle.charged[at] -= cycle.cash[at]

    def project_orders(self, orders: ProjectedOrders, at: Ints, size: Floats) -> None:
        """The largest orders of a month are the first to be paid in cash."""
        cash = orders.credit_before < orders.cash[np.ix_(at, orders.cycle)] - HALF_FEN
        orders.on_credit[at] &= ~cash

    def driver_values(self, plan: Plan, values: Mapping[str, float]) -> Mapping[str, float]:
        """See the class."""
        in_full = any(lever.kind == InFull.key for lever in plan)
        return {"use_in_full" if in_full else "use": 1.0}

    def behaviour(self, size: float) -> BehaviourChange:
        """See the class."""
        return BehaviourChange(pay_on_time=True, use=min(1.0, size))

    def phrase(self, context: PathContext, lever: Lever) -> Bilingual:
        """The most that a bill may be, and what to pay where no other lever of the plan says it."""
        on_zh, on_en, most = _reached(context, lever)
        zh = f"{on_zh}的账单起，每期账单不超过{most}，超出部分请用现金支付"
        en = f"from the bill of {on_en} on let no bill exceed {most}, and pay in cash for what would"
        if not states_payments(context, lever, GOVERNING):
            return zh, en
        pay_zh, pay_en = bill_by_bill(context.scenario.payments)
        return (f"{pay_zh}；{zh}", f"{pay_en}; {en}") if pay_zh else (zh, en)


def _reached(context: PathContext, lever: Lever) -> tuple[str, str, str]:
    """The bill from which on the projected ones stay at their lowest level, and that level.

    The target where they reach it; else the highest of the last bills, since no more can be asked.
    """
    bills, target = context.scenario.bills, lever.size * context.account.limit_cny
    last = [balance for _, balance in bills[-LAST_BILLS:]]
    most = max(target, *last) if last else target
    below = [place for place, (_, balance) in enumerate(bills) if balance > most + HALF_FEN]
    first = below[-1] + 1 if below else 0
    day_zh, day_en = on(bills[first][0] if bills else context.until.date())
    return day_zh, day_en, cny(ceil(most))
