"""Paying at least the minimum of every bill by its due day."""

from collections.abc import Iterable
from typing import ClassVar

from serving.advice.account import AccountSnapshot
from serving.advice.levers.base import LeverDefinition
from serving.advice.levers.behaviour import BehaviourChange
from serving.advice.levers.context import PathContext
from serving.advice.levers.payment_text import paid_as_planned
from serving.advice.settings import AdviceSettings
from serving.advice.text import Bilingual
from serving.advice.types import Lever, SourceProfiles


class OnTime(LeverDefinition):
    """Offered to those as well who always did: unchanged behaviour leaves open how bills are paid."""

    key: ClassVar[str] = "on_time"
    label: ClassVar[str] = "pay on time"
    family: ClassVar[str] = "payment"
    governs_payment: ClassVar[bool] = True
    costs_money: ClassVar[bool] = True
    every_change: ClassVar[bool] = True

    def offer(
        self, account: AccountSnapshot, settings: AdviceSettings, profiles: SourceProfiles | None
    ) -> Iterable[Lever]:
        """One size, where there are bills to pay."""
        return (self.lever(),) if account.payable else ()

    def behaviour(self, size: float) -> BehaviourChange:
        """See the class."""
        return BehaviourChange(pay_on_time=True)

    def phrase(self, context: PathContext, lever: Lever) -> Bilingual:
        """What to pay, bill by bill."""
        return paid_as_planned(context)
