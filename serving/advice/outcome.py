"""What would be decided, as the advice compares it."""

from dataclasses import dataclass
from datetime import datetime

from serving.decision.types import Decision, Lapse, Reason
from serving.decision.wording.sentences import NOTHING_ADVERSE


@dataclass(frozen=True)
class DecisionOutcome:
    """What would be decided at a moment, as the advice compares it; nothing is decided by it.

    Attributes:
        as_of: the moment.
        pd: probability of bad.
        score: whole-number score.
        tier: tier.
        eligible: whether an increase would be granted.
        current_limit_cny: limit before.
        new_limit_cny: limit after.
        rules: codes of the hard rules that bind.
        lapses: the same with the day on which each ends.
        in_order: whether rules that bind are all that stands in the way.
        notify: whether the customer may be sent it.
        bound: reasons that are no theme of the model: binding rules and caps of the policy.
        themes: reasons that are themes of the model, the most binding first, or that none is against it.
        binding: always False: an advice decides nothing.
    """

    as_of: datetime
    pd: float
    score: int
    tier: str
    eligible: bool
    current_limit_cny: float
    new_limit_cny: float
    rules: tuple[str, ...]
    lapses: tuple[Lapse, ...] = ()
    in_order: bool = False
    notify: bool = True
    bound: tuple[Reason, ...] = ()
    themes: tuple[Reason, ...] = ()
    binding: bool = False

    @staticmethod
    def of(decision: Decision) -> "DecisionOutcome":
        """The part of a decision that the advice uses."""
        held = () if decision.eligible else decision.reasons
        again = decision.reassessment
        return DecisionOutcome(
            decision.as_of,
            decision.pd,
            decision.score,
            decision.tier,
            decision.eligible,
            decision.current_limit_cny,
            decision.new_limit_cny,
            decision.rules,
            decision.lapses,
            again is not None and again.all_else_in_order,
            decision.notify,
            tuple(reason for reason in held if not reason.theme and reason.code != NOTHING_ADVERSE),
            tuple(reason for reason in held if reason.points < 0 or reason.code == NOTHING_ADVERSE),
        )

    def better_than(self, other: "DecisionOutcome") -> bool:
        """Whether this decision grants a higher limit."""
        return self.eligible and self.new_limit_cny > other.new_limit_cny

    @property
    def open_rules(self) -> tuple[str, ...]:
        """Codes of binding rules that no date ends."""
        dated = {lapse.code for lapse in self.lapses if lapse.on is not None}
        return tuple(code for code in self.rules if code not in dated)


@dataclass(frozen=True)
class SourceEffect:
    """What linking a source would bring if it showed what some reference accounts show.

    Attributes:
        case: `worst`, `likely` or `best`: nine in ten, half, or one in ten of them show as much or more.
        outcome: the decision at the same moment.
    """

    case: str
    outcome: DecisionOutcome
