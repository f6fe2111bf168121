"""Linking a source that the account has not consented to."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

import polars as pl

from features.errors import DataError
from features.sources.registry import LINKED
from serving.advice.account import AccountSnapshot
from serving.advice.levers.base import LeverDefinition
from serving.advice.levers.behaviour import BehaviourChange
from serving.advice.levers.context import PathContext
from serving.advice.levers.link_text import linking
from serving.advice.linking.rows import consent_row, source_rows
from serving.advice.profile import ASKED
from serving.advice.settings import AdviceSettings
from serving.advice.text import Bilingual
from serving.advice.types import Lever, Plan, SourceProfiles


class Link(LeverDefinition):
    """Size: share of comparable accounts that show less than the condition asks for.

    What a source holds is unknown before it is linked. So it is projected at a quantile of the reference, and
    worded as the condition under which linking helps.

    Drivers of the confidence: `link`, and `link_slack` times the slack.
    """

    key: ClassVar[str] = "link"
    label: ClassVar[str] = "link a source"
    family: ClassVar[str] = "link"
    drivers: ClassVar[tuple[str, ...]] = ("link", "link_slack")

    def offer(
        self, account: AccountSnapshot, settings: AdviceSettings, profiles: SourceProfiles | None
    ) -> Iterable[Lever]:
        """Sources never consented to, nor withheld, at each level that a condition is asked at.

        Who withdrew a consent is not asked for it again.
        """
        for source, levels in ({} if profiles is None else profiles.values).items():
            linked = source in account.consented or source in account.late | account.withdrawn
            if not linked and LINKED[source].table in account.tables.frames:
                yield from (self.lever(level, source) for level in sorted(set(levels) & set(ASKED)))

    def project_tables(
        self, account: AccountSnapshot, lever: Lever, months: int, profiles: SourceProfiles | None
    ) -> Mapping[str, pl.DataFrame]:
        """Consent a moment after the advice, then rows at the level of the profile."""
        values = _profile(lever, profiles)
        return {
            LINKED[lever.source].table: source_rows(account, lever.source, months, values),
            "consents": consent_row(account, lever.source),
        }

    def driver_values(self, plan: Plan, values: Mapping[str, float]) -> Mapping[str, float]:
        """See the class."""
        return {"link": 1.0, "link_slack": values["slack"]}

    def behaviour(self, size: float) -> BehaviourChange:
        """None: linking is no behaviour, the consent is granted in the tables."""
        return BehaviourChange()

    def phrase(self, context: PathContext, lever: Lever) -> Bilingual:
        """The condition, and which share of comparable customers meets it."""
        return linking(context, lever, _profile(lever, context.profiles))


def _profile(lever: Lever, profiles: SourceProfiles | None) -> Mapping[str, float]:
    if profiles is None:
        raise DataError(
            f"plan links {lever.source!r} at level {lever.size}, but no source profiles are given"
        )
    return profiles.values[lever.source][lever.size]
