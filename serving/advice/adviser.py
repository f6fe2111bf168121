"""Advice as the service gives it: with its own engine, from nothing but the bundle and one account's rows."""

from dataclasses import dataclass
from datetime import datetime

from features.engine import FeatureSet
from features.errors import ConfigError
from features.tables import Tables
from serving.advice.adapter import decide_with, features_of, slack_with
from serving.advice.profile import EXTRA, from_plain
from serving.advice.search import advise
from serving.advice.settings import AdviceSettings, packaged
from serving.advice.types import Advice, SourceProfiles
from serving.decision.engine import DecisionEngine


@dataclass(frozen=True)
class Adviser:
    """Advises with one engine.

    Attributes:
        engine: decides every course tried.
        features: what it reads.
        profiles: what linked sources would have to show, None where the bundle holds no word of it.
        settings: bounds, costs and confidence.
    """

    engine: DecisionEngine
    features: FeatureSet
    profiles: SourceProfiles | None
    settings: AdviceSettings

    def advise(self, tables: Tables, account_id: int, as_of: datetime, *, opted_out: bool) -> Advice:
        """The path to the next raise, or that there is none; see `search.advise`."""
        return advise(
            tables,
            account_id,
            as_of,
            decide_with(self.engine, opted_out=opted_out),
            self.features,
            slack=slack_with(self.engine, opted_out=opted_out),
            profiles=self.profiles,
            settings=self.settings,
        )


def adviser_for(engine: DecisionEngine, settings: AdviceSettings | None = None) -> Adviser:
    """An adviser with the packaged settings unless others are given.

    Raises:
        ConfigError: the model reads columns of its own file, which no tables project.
    """
    profiles = from_plain(engine.scorer.bundle.extra.get(EXTRA))
    return Adviser(engine, features_of(engine), profiles, settings or packaged())


def adviser_or_none(engine: DecisionEngine) -> Adviser | None:
    """An adviser, None where the model reads columns of its own file: there are no accounts to advise."""
    try:
        return adviser_for(engine)
    except ConfigError:
        return None
