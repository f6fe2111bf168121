"""Advice as the service gives it: the engine in force, the profiles of its bundle, one account's rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from features.engine import FeatureSet
from features.errors import ConfigError
from features.sources.registry import LINKED
from features.tables import Tables
from serving.advice.adapter import (
    decision_features,
    decision_function,
    outcome_function,
    rules_for_staff,
    slack_function,
)
from serving.advice.answer import Advice
from serving.advice.profile import EXTRA, from_json
from serving.advice.search.advise import advise
from serving.advice.settings import AdviceSettings
from serving.advice.settings_file import packaged
from serving.advice.types import SourceProfiles
from serving.decision.engine import DecisionEngine
from serving.decision.types import LateFeed


@dataclass(frozen=True)
class Adviser:
    """Advises with one engine.

    Attributes:
        engine: decides every scenario.
        features: what it reads.
        profiles: what linked sources are projected to show, None where the bundle holds no profiles.
        settings: bounds, costs and the confidence model.
    """

    engine: DecisionEngine
    features: FeatureSet
    profiles: SourceProfiles | None
    settings: AdviceSettings

    def advise(
        self,
        tables: Tables,
        account_id: int,
        as_of: datetime,
        *,
        opted_out: bool,
        late_feeds: Sequence[LateFeed] = (),
        withheld: tuple[str, ...] = (),
    ) -> Advice:
        """The path to the next limit increase, or that there is none; see `search.advise.advise`.

        Linking is not advised for a source whose feed is late: it may be linked, and withheld for now.
        Reasons of today of the codes `withheld` are not quoted.
        """
        tables_late = {feed.table for feed in late_feeds}
        return advise(
            tables,
            account_id,
            as_of,
            decision_function(self.engine, opted_out=opted_out, withheld=withheld),
            self.features,
            later=outcome_function(self.engine, opted_out=opted_out),
            slack=slack_function(self.engine, opted_out=opted_out),
            profiles=self.profiles,
            settings=self.settings,
            late=frozenset(key for key, source in LINKED.items() if source.table in tables_late),
            for_staff=rules_for_staff(self.engine),
        )


def adviser_for(engine: DecisionEngine, settings: AdviceSettings | None = None) -> Adviser:
    """An adviser with the packaged settings unless others are given.

    Raises:
        ConfigError: the model reads columns of its own file, which no projection can make.
    """
    profiles = from_json(engine.scorer.bundle.extra.get(EXTRA))
    return Adviser(engine, decision_features(engine), profiles, settings or packaged())


def adviser_or_none(engine: DecisionEngine) -> Adviser | None:
    """An adviser, None where the model reads columns of its own file: there are no accounts to advise."""
    try:
        return adviser_for(engine)
    except ConfigError:
        return None
