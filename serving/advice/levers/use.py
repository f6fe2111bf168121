"""Bringing every bill down to a share of the limit, and keeping it there."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

import numpy as np

from features.arrays import Floats, Ints
from serving.advice.account import AccountSnapshot
from serving.advice.levers.base import LeverDefinition
from serving.advice.levers.behaviour import BehaviourChange
from serving.advice.levers.context import PathContext
from serving.advice.levers.in_full import InFull
from serving.advice.levers.payment_text import arrears_first
from serving.advice.levers.projection_state import PaymentMonth, ProjectedOrders
from serving.advice.settings import AdviceSettings
from serving.advice.text import Bilingual, cny
from serving.advice.types import Lever, Plan, SourceProfiles
from serving.decision.wording.figures import figure

NEGLIGIBLE = 0.02
"""A bill this close to a target, as a share of the limit, has reached it."""
HALF_FEN = 0.005


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
        self, month: PaymentMonth, at: Ints, size: Floats, account: AccountSnapshot, settings: AdviceSettings
    ) -> None:
        """Pays what brings the bill to the target, as far as affordable; what is over is bought in cash."""
        target, due = size * account.limit_cny, month.due[at]
        most = np.maximum(month.affordable[at], month.paid[at])
        paid = np.clip(due + month.charged[at] - target, month.paid[at], most)
        over = np.maximum(0.0, due - paid + month.charged[at] - target)
        month.paid[at] = paid
        month.cash[at] = np.minimum(over, settings.most_cut * month.charged[at])
        month.charged[at] -= month.cash[at]

    def project_orders(self, orders: ProjectedOrders, at: Ints, size: Floats) -> None:
        """The largest orders of a month are the first to be paid in cash."""
        cash = orders.credit_before < orders.cash[np.ix_(at, orders.month)] - HALF_FEN
        orders.on_credit[at] &= ~cash

    def driver_values(self, plan: Plan, values: Mapping[str, float]) -> Mapping[str, float]:
        """See the class."""
        in_full = any(lever.kind == InFull.key for lever in plan)
        return {"use_in_full" if in_full else "use": 1.0}

    def behaviour(self, size: float) -> BehaviourChange:
        """See the class."""
        return BehaviourChange(pay_on_time=True, use=min(1.0, size))

    def phrase(self, context: PathContext, lever: Lever) -> Bilingual:
        """The target beside the usual bill; the extra money where no other lever shares it."""
        account, n = context.account, len(context.account.last_balances)
        usual, target = cny(float(np.mean(account.last_balances))), cny(lever.size * account.limit_cny)
        share = figure(lever.size, "ratio", "zh")
        first_zh, first_en = arrears_first(account)
        zh = f"{first_zh}按时还款，把每期账单降到并保持在额度的{share}以内（{target}；近{n}期平均{usual}）"
        en = (
            f"{first_en}pay on time, bring every bill down to {share} of the limit and keep it there "
            f"({target}; the last {n} bills averaged {usual})"
        )
        if context.monthly_cny < 1 or len(context.scenario.plan) > 1:
            return zh, en
        extra = cny(context.monthly_cny)
        return (
            f"{zh}，平均每月需多还或改用现金支付约{extra}",
            f"{en}: about {extra} a month more to pay back, or to pay in cash instead of on credit",
        )
