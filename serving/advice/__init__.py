"""The path to the next limit increase: levers, scenarios decided anew, and the cheapest plan that works."""

from serving.advice.answer import Advice, NoPath, Path, Step
from serving.advice.outcome import DecisionOutcome
from serving.advice.profile import profiles_of
from serving.advice.search.advise import advise
from serving.advice.settings import AdviceSettings
from serving.advice.types import DecisionFunction, Lever, Plan, Scenario, SlackFunction, SourceProfiles

__all__ = [
    "Advice",
    "AdviceSettings",
    "DecisionFunction",
    "DecisionOutcome",
    "Lever",
    "NoPath",
    "Path",
    "Plan",
    "Scenario",
    "SlackFunction",
    "SourceProfiles",
    "Step",
    "advise",
    "profiles_of",
]
