"""Paying at least the minimum of every bill by its due day."""

from collections.abc import Iterable
from typing import ClassVar

from features.calendar import DAY
from serving.advice.account import AccountSnapshot
from serving.advice.levers.base import LeverDefinition
from serving.advice.levers.behaviour import BehaviourChange
from serving.advice.levers.context import PathContext
from serving.advice.levers.payment_text import arrears_first, billed
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
    every_month: ClassVar[bool] = True

    def offer(
        self, account: AccountSnapshot, settings: AdviceSettings, profiles: SourceProfiles | None
    ) -> Iterable[Lever]:
        """One size, where there are bills to pay."""
        return (self.lever(),) if account.payable else ()

    def behaviour(self, size: float) -> BehaviourChange:
        """See the class."""
        return BehaviourChange(pay_on_time=True)

    def phrase(self, context: PathContext, lever: Lever) -> Bilingual:
        """To go on, to start, or to settle the arrears first."""
        account = context.account
        late, n = _late_months(account)
        if late == 0:
            same_limit = context.unchanged.new_limit_cny == context.scenario.outcome.new_limit_cny
            return _GO_ON if same_limit and billed(account) else _PAY
        if account.days_past_due:
            first_zh, first_en = arrears_first(account)
            return f"{first_zh}每期在到期日前至少还清最低还款额", f"{first_en}{_PAY[1]}"
        return (
            f"{_PAY[0]}（近{n}个月有{late}个月晚于到期日）",
            f"{_PAY[1]} ({late} of the last {n} months {'was' if late == 1 else 'were'} late)",
        )


_PAY = ("每期账单在到期日前至少还清最低还款额", "pay at least the minimum of every bill by its due day")
_GO_ON = (
    "和以往一样，每期账单在到期日前至少还清最低还款额",
    "go on paying at least the minimum of every bill by its due day, as you have done",
)


def _late_months(account: AccountSnapshot) -> tuple[int, int]:
    """Months paid late or past due at their end, of how many."""
    payments = account.payments
    if payments is None:
        return 0, 0
    return int(((payments.offset >= DAY) | (payments.past_due > 0)).sum()), len(payments)
