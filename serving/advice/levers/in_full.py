"""Paying every bill in full by its due day, as far as it can be afforded."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from features.arrays import Floats, Ints
from serving.advice.account import AccountSnapshot
from serving.advice.levers.base import LeverDefinition
from serving.advice.levers.behaviour import BehaviourChange
from serving.advice.levers.context import PathContext
from serving.advice.levers.payment_text import arrears_first, billed
from serving.advice.levers.projection_state import PaymentMonth
from serving.advice.settings import AdviceSettings
from serving.advice.text import Bilingual, cny
from serving.advice.types import Lever, Plan, SourceProfiles

PAID_IN_FULL = 0.99
"""Share of a bill from which it counts as paid in full."""


class InFull(LeverDefinition):
    """Bills are paid on time, and as much of them as is affordable.

    Drivers of the confidence: `in_full` itself; `new_in_full`, added to `new` where fewer than three months
    of bills are known. `young` falls away: with no balance carried over, a short history matters less.
    """

    key: ClassVar[str] = "in_full"
    label: ClassVar[str] = "pay in full"
    family: ClassVar[str] = "payment"
    governs_payment: ClassVar[bool] = True
    costs_money: ClassVar[bool] = True
    every_month: ClassVar[bool] = True
    drivers: ClassVar[tuple[str, ...]] = ("in_full", "new_in_full")

    def offer(
        self, account: AccountSnapshot, settings: AdviceSettings, profiles: SourceProfiles | None
    ) -> Iterable[Lever]:
        """One size, where there are bills to pay; also to those who always paid in full."""
        return (self.lever(),) if account.payable else ()

    def project_payments(
        self, month: PaymentMonth, at: Ints, size: Floats, account: AccountSnapshot, settings: AdviceSettings
    ) -> None:
        """As much is paid as is affordable."""
        month.paid[at] = month.affordable[at]

    def driver_values(self, plan: Plan, values: Mapping[str, float]) -> Mapping[str, float]:
        """See the class."""
        return {"in_full": 1.0, "new_in_full": values["new"], "young": 0.0}

    def behaviour(self, size: float) -> BehaviourChange:
        """See the class."""
        return BehaviourChange(pay_on_time=True, use=0.0)

    def phrase(self, context: PathContext, lever: Lever) -> Bilingual:
        """To go on, or to start, with the last bill and the extra money."""
        account = context.account
        if account.bill is None or not billed(account):
            return "每期账单在到期日前还清全部欠款", "pay every bill in full by its due day"
        bill = cny(account.bill.balance_cny)
        if context.monthly_cny < 1 and _always_in_full(account):
            return (
                f"和以往一样，每期账单在到期日前还清全部欠款（最近一期{bill}）",
                f"go on paying every bill in full by its due day, as you have done (the last one was {bill})",
            )
        first_zh, first_en = arrears_first(account)
        zh = f"{first_zh}每期账单在到期日前尽量还清全部欠款（最近一期{bill}）"
        en = f"{first_en}pay every bill by its due day, in full as far as you can (the last one was {bill})"
        if context.monthly_cny < 1:
            return zh, en
        extra = cny(context.monthly_cny)
        return f"{zh}，平均每月比平时多还约{extra}", f"{en}, about {extra} a month more than usual"


def _always_in_full(account: AccountSnapshot) -> bool:
    return account.payments is not None and bool((account.payments.paid_share >= PAID_IN_FULL).all())
