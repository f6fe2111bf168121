"""Applying for no other loan or card."""

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
from serving.advice.text import Bilingual, on
from serving.advice.types import Lever, SourceProfiles

ROUNDING = 1e-9
NO_APPLICATIONS = 4.0
"""Log factor by which applications fall where none is to be made."""


class Inquiries(LeverDefinition):
    """No application from now on, so the inquiries that the bureau counts lapse month by month."""

    key: ClassVar[str] = "inquiries"
    label: ClassVar[str] = "no new applications"
    family: ClassVar[str] = "inquiries"

    def offer(
        self, account: AccountSnapshot, settings: AdviceSettings, profiles: SourceProfiles | None
    ) -> Iterable[Lever]:
        """One size, where the last bureau report shows inquiries."""
        report = account.bureau_report
        return (self.lever(),) if report is not None and report["inquiries_12m"] > 0 else ()

    def project_reports(self, reports: ProjectedReports, at: Ints, size: Floats) -> None:
        """Lapses the inquiries of the last report evenly, rounded up.

        The bureau counts over the months before its report: those of the last quarter lapse after nine
        months, the others before.
        """
        last, months = reports.last, reports.months
        recent, older = last["inquiries_3m"], max(0.0, last["inquiries_12m"] - last["inquiries_3m"])
        quarter = recent * np.clip(1.0 - months / 3.0, 0.0, 1.0)
        year = older * np.clip(1.0 - months / 9.0, 0.0, 1.0) + recent * np.clip(
            (12.0 - months) / 3.0, 0.0, 1.0
        )
        opened = last["new_accounts_12m"] * np.clip(1.0 - months / 12.0, 0.0, 1.0)
        for name, count in (
            ("inquiries_3m", quarter),
            ("inquiries_12m", year),
            ("new_accounts_12m", opened),
        ):
            reports.columns[name][at] = np.ceil(count - ROUNDING)

    def behaviour(self, size: float) -> BehaviourChange:
        """See the class."""
        return BehaviourChange(fewer_inquiries=NO_APPLICATIONS)

    def phrase(self, context: PathContext, lever: Lever) -> Bilingual:
        """Until when, with the inquiries of the last report."""
        report = context.account.bureau_report
        n = 0 if report is None else int(report["inquiries_12m"])
        counted = "1 inquiry" if n == 1 else f"{n} inquiries"
        until_zh, until_en = on(context.until.date())
        seen_zh, seen_en = ("", "") if report is None else on(report["reported_at"].date())
        return (
            f"{until_zh}前不再申请其他机构的贷款或信用卡（{seen_zh}的征信报告显示此前12个月有{n}次查询）",
            f"apply for no other loan or card until {until_en} (your credit report of {seen_en} shows "
            f"{counted} in the 12 months before)",
        )
