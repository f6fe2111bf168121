"""Paying down debt with other lenders."""

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from features.arrays import Floats, Ints
from serving.advice.account import AccountSnapshot
from serving.advice.levers.base import LeverDefinition
from serving.advice.levers.behaviour import BehaviourChange
from serving.advice.levers.context import PathContext
from serving.advice.levers.projection_state import ProjectedReports
from serving.advice.settings import AdviceSettings
from serving.advice.text import Bilingual, cny
from serving.advice.types import Lever, SourceProfiles
from serving.decision.wording.figures import figure

SMALL_DEBT_CNY = 500.0


class Debt(LeverDefinition):
    """Size: share of the debt elsewhere that is paid down a month, beyond the usual."""

    key: ClassVar[str] = "debt"
    label: ClassVar[str] = "pay down other debt"
    family: ClassVar[str] = "debt"
    costs_money: ClassVar[bool] = True

    def offer(
        self, account: AccountSnapshot, settings: AdviceSettings, profiles: SourceProfiles | None
    ) -> Iterable[Lever]:
        """The rates whose first instalment is affordable, where the last bureau report shows a debt."""
        owed = _balance(account)
        affordable = settings.capacity_share * account.income_cny
        for rate in sorted(settings.debt_rates):
            if owed > SMALL_DEBT_CNY and rate * owed <= affordable:
                yield self.lever(rate)

    def project_reports(self, reports: ProjectedReports, at: Ints, size: Floats) -> None:
        """Balance and monthly payment elsewhere decline geometrically."""
        left = (1.0 - size[:, None]) ** reports.months
        for name in ("total_balance_cny", "monthly_payment_cny"):
            reports.columns[name][at] = np.round(reports.last[name] * left, 2)

    def extra_cny(self, account: AccountSnapshot, lever: Lever, months: int) -> float:
        """The debt that is gone after so many months."""
        return _balance(account) * (1.0 - (1.0 - lever.size) ** months)

    def behaviour(self, size: float) -> BehaviourChange:
        """See the class."""
        return BehaviourChange(pay_down=size)

    def phrase(self, context: PathContext, lever: Lever) -> Bilingual:
        """The rate, the balance and the first month's amount."""
        balance, share = _balance(context.account), figure(lever.size, "ratio", "zh")
        first = cny(balance * lever.size)
        return (
            f"在其他机构的负债每月多还约{share}（目前余额{cny(balance)}，首月约{first}）",
            f"pay down {share} of your debt with other lenders each month beyond the usual ({cny(balance)} "
            f"at present, about {first} in the first month)",
        )


def _balance(account: AccountSnapshot) -> float:
    """Balance elsewhere by the last bureau report, 0 without one, CNY."""
    report = account.bureau_report
    return 0.0 if report is None else float(report["total_balance_cny"])
