"""Paying every bill in full by its due day, as far as it can be afforded."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from features.arrays import Floats, Ints
from serving.advice.account import AccountSnapshot
from serving.advice.levers.base import LeverDefinition
from serving.advice.levers.behaviour import BehaviourChange
from serving.advice.levers.context import PathContext
from serving.advice.levers.payment_text import paid_as_planned
from serving.advice.levers.projection_state import PaymentCycle
from serving.advice.settings import AdviceSettings
from serving.advice.text import Bilingual
from serving.advice.types import Lever, Plan, SourceProfiles


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
    every_change: ClassVar[bool] = True
    drivers: ClassVar[tuple[str, ...]] = ("in_full", "new_in_full")

    def offer(
        self, account: AccountSnapshot, settings: AdviceSettings, profiles: SourceProfiles | None
    ) -> Iterable[Lever]:
        """One size, where there are bills to pay; also to those who always paid in full."""
        return (self.lever(),) if account.payable else ()

    def project_payments(
        self, cycle: PaymentCycle, at: Ints, size: Floats, account: AccountSnapshot, settings: AdviceSettings
    ) -> None:
        """As much is paid as is affordable."""
        cycle.paid[at] = cycle.affordable[at]

    def driver_values(self, plan: Plan, values: Mapping[str, float]) -> Mapping[str, float]:
        """See the class."""
        return {"in_full": 1.0, "new_in_full": values["new"], "young": 0.0}

    def behaviour(self, size: float) -> BehaviourChange:
        """See the class."""
        return BehaviourChange(pay_on_time=True, use=0.0)

    def phrase(self, context: PathContext, lever: Lever) -> Bilingual:
        """What to pay, bill by bill."""
        return paid_as_planned(context)
