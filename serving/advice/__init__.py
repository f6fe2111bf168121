"""The path to the next raise: changes tried on projected tables, confirmed by the whole decision."""

from serving.advice.profile import profiles_of
from serving.advice.search import advise
from serving.advice.settings import AdviceSettings
from serving.advice.types import (
    Advice,
    Decide,
    DecisionOutcome,
    Lever,
    LeverKind,
    NoPath,
    Path,
    Slack,
    SourceProfiles,
    Step,
)

__all__ = [
    "Advice",
    "AdviceSettings",
    "Decide",
    "DecisionOutcome",
    "Lever",
    "LeverKind",
    "NoPath",
    "Path",
    "Slack",
    "SourceProfiles",
    "Step",
    "advise",
    "profiles_of",
]
