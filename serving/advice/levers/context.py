"""What a step of a path is worded from."""

from dataclasses import dataclass
from datetime import datetime

from serving.advice.account import AccountSnapshot
from serving.advice.outcome import DecisionOutcome, SourceEffect
from serving.advice.types import Scenario, SourceProfiles


@dataclass(frozen=True)
class PathContext:
    """A scenario that is a path, with what its sentences state; fields as in `answer.Path`."""

    account: AccountSnapshot
    scenario: Scenario
    cost: float
    confidence: float
    before: DecisionOutcome
    unchanged: DecisionOutcome
    profiles: SourceProfiles | None

    effects: tuple[SourceEffect, ...] = ()

    @property
    def until(self) -> datetime:
        """When the better decision is to be expected."""
        return self.scenario.at

    @property
    def bills(self) -> int:
        """Bills that are to be paid until then, at least 1."""
        return max(1, len({one.statement_on for one in self.scenario.payments}))

    @property
    def extra_a_bill_cny(self) -> float:
        """Extra money a bill, mean over the path."""
        return self.scenario.extra_cny / self.bills
