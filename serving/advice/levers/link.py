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
from serving.advice.linking.rows import consent_row, source_rows
from serving.advice.profile import ASKED
from serving.advice.settings import AdviceSettings
from serving.advice.text import Bilingual, cny
from serving.advice.types import Lever, Plan, SourceProfiles
from serving.decision.wording.conditions import condition_of
from serving.decision.wording.figures import figure


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
        source = LINKED[lever.source]
        shows = condition_of(source, _profile(lever, context.profiles))
        share, each = figure(1.0 - lever.size, "ratio", "zh"), len(source.conditions) > 1
        reach_zh = f"每一项约{share}的同类客户能达到" if each else f"约{share}的同类客户能达到"
        reach_en = f"about {share} of comparable customers reach {'each of these' if each else 'that'}"
        effects_zh, effects_en = _effects(context)
        return (
            f"授权{source.zh}。我们不知道其中的内容；若{shows.zh}（{reach_zh}），才会有帮助，授权后方能确认{effects_zh}",
            f"link your {source.en}. We do not know what it holds; it helps if it shows {shows.en} "
            f"({reach_en}), which can be confirmed only once it is linked{effects_en}",
        )


CASES = {
    "likely": ("较可能", "likely"),
    "best": ("较好时", "in a good case"),
    "worst": ("较差时", "in a poor case"),
}
"""What half, one in ten and nine in ten comparable accounts reach: no bounds, so the text names none."""


def _effects(context: PathContext) -> Bilingual:
    """The limit in the likely, a good and a poor case; empty where no profile tells them."""
    if not context.effects:
        return "", ""
    zh, en = [], []
    for effect in context.effects:
        rises, limit = effect.outcome.better_than(context.before), cny(effect.outcome.new_limit_cny)
        zh.append(f"{CASES[effect.case][0]}{f'可提至{limit}' if rises else '不提升'}")
        en.append(f"{CASES[effect.case][1]} {f'to {limit}' if rises else 'not at all'}")
    return (
        f"（届时额度：{'，'.join(zh)}；也可能更差）",
        f" (the limit could then rise: {', '.join(en)}; worse is possible)",
    )


def _profile(lever: Lever, profiles: SourceProfiles | None) -> Mapping[str, float]:
    if profiles is None:
        raise DataError(
            f"plan links {lever.source!r} at level {lever.size}, but no source profiles are given"
        )
    return profiles.values[lever.source][lever.size]
