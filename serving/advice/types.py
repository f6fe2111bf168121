"""Named types of the advice: levers, plans, decisions and scenarios in short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from features.matrix import FeatureMatrix
from serving.decision.types import Decision, Reason


@dataclass(frozen=True, order=True)
class Lever:
    """One change of behaviour, kept up from the moment of advice on.

    Attributes:
        kind: key of its definition in `levers.registry`.
        size: how much of it, in the unit that the definition states; 0 where there is one size only.
        source: the source to consent to, for a lever that links one.
    """

    kind: str
    size: float = 0.0
    source: str = ""

    @property
    def conditional(self) -> bool:
        """Whether its effect rests on what a source shows once it is linked, which nobody knows yet."""
        return bool(self.source)


Plan = tuple[Lever, ...]
"""What a customer does from the moment of advice on; the empty plan is to go on as before."""


@dataclass(frozen=True)
class DecisionOutcome:
    """A decision as the advice compares it.

    Attributes:
        as_of: moment decided at.
        pd: probability of bad.
        score: whole-number score.
        tier: tier.
        eligible: whether an increase is granted.
        current_limit_cny: limit before.
        new_limit_cny: limit after.
        rules: codes of the hard rules that bind.
        bound: reasons that are no theme of the model: binding rules and caps of the policy.
    """

    as_of: datetime
    pd: float
    score: int
    tier: str
    eligible: bool
    current_limit_cny: float
    new_limit_cny: float
    rules: tuple[str, ...]
    bound: tuple[Reason, ...] = ()

    @staticmethod
    def of(decision: Decision) -> "DecisionOutcome":
        """The part of a decision that the advice uses."""
        return DecisionOutcome(
            decision.as_of,
            decision.pd,
            decision.score,
            decision.tier,
            decision.eligible,
            decision.current_limit_cny,
            decision.new_limit_cny,
            decision.rules,
            () if decision.eligible else tuple(r for r in decision.reasons if not r.theme),
        )

    def better_than(self, other: "DecisionOutcome") -> bool:
        """Whether this decision grants a higher limit."""
        return self.eligible and self.new_limit_cny > other.new_limit_cny


@dataclass(frozen=True)
class Scenario:
    """A plan evaluated after some months: what-if analysis by the whole decision.

    Attributes:
        plan: what is done.
        months: for how long.
        outcome: the decision on the projected facts.
        slack: margin to the cut-off in log-odds, by which the account may turn out riskier than projected and
            still be decided better than today; −inf where it is not decided better, +inf where no slack
            function is given.
        extra_cny: money beyond the usual up to then.
    """

    plan: Plan
    months: int
    outcome: DecisionOutcome
    slack: float
    extra_cny: float


class DecisionFunction(Protocol):
    """The whole decision: features in, decisions out."""

    def __call__(self, matrix: FeatureMatrix) -> Sequence[Decision]:
        """Decides every row of the matrix, in order; the limit in force is one of its features."""
        ...


class SlackFunction(Protocol):
    """The margin of decisions to the cut-off."""

    def __call__(
        self, matrix: FeatureMatrix, decisions: Sequence[Decision], above_cny: float
    ) -> Sequence[float]:
        """Log-odds by which each row could be riskier and still be granted more than `above_cny`, or −inf."""
        ...


@dataclass(frozen=True)
class SourceProfiles:
    """Quantiles of what reference accounts with a source show: a condition to state, never a fact.

    Attributes:
        n: accounts with the source, by source.
        values: by source, by level (the share of accounts that show worse), by column of its table.
    """

    n: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Mapping[float, Mapping[str, float]]] = field(default_factory=dict)
