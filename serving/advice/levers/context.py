"""What a step of a path is worded from."""

from dataclasses import dataclass
from datetime import datetime

from serving.advice.account import AccountSnapshot
from serving.advice.types import DecisionOutcome, Scenario, SourceProfiles


@dataclass(frozen=True)
class PathContext:
    """A scenario that is a path, with what its sentences state; fields as in `answer.Path`."""

    account: AccountSnapshot
    scenario: Scenario
    until: datetime
    cost: float
    confidence: float
    before: DecisionOutcome
    unchanged: DecisionOutcome
    profiles: SourceProfiles | None

    @property
    def monthly_cny(self) -> float:
        """Extra money a month, mean over the path."""
        return self.scenario.extra_cny / self.scenario.months
