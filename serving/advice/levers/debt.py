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
from serving.advice.text import Bilingual, cny, on
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

    def extra_cny(self, account: AccountSnapshot, lever: Lever, months: float) -> float:
        """The debt that is gone after so many months."""
        return float(_balance(account) * (1.0 - (1.0 - lever.size) ** months))

    def behaviour(self, size: float) -> BehaviourChange:
        """See the class."""
        return BehaviourChange(pay_down=size)

    def phrase(self, context: PathContext, lever: Lever) -> Bilingual:
        """The balance that is to be reached, by when, and the balance now."""
        balance, report = _balance(context.account), context.account.bureau_report
        left = cny(balance * (1.0 - lever.size) ** context.scenario.months)
        until_zh, until_en = on(context.until.date())
        seen_zh, seen_en = ("", "") if report is None else on(report["reported_at"].date())
        return (
            f"{until_zh}前把在其他机构的负债降到{left}以下（{seen_zh}的征信报告显示为{cny(balance)}），"
            f"每月还去余额的{figure(lever.size, 'ratio', 'zh')}",
            f"bring your debt with other lenders down to {left} by {until_en} (your credit report of "
            f"{seen_en} shows {cny(balance)}), by "
            f"{figure(lever.size, 'ratio', 'en')} of what is left each month",
        )


def _balance(account: AccountSnapshot) -> float:
    """Balance elsewhere by the last bureau report, 0 without one, CNY."""
    report = account.bureau_report
    return 0.0 if report is None else float(report["total_balance_cny"])
