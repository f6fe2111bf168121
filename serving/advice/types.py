"""Named types of the advice: levers, plans and scenarios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from features.matrix import FeatureMatrix
from serving.advice.outcome import DecisionOutcome
from serving.decision.types import Decision


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


@dataclass(frozen=True)
class PlannedPayment:
    """What a plan counts on being paid of one bill.

    Attributes:
        statement_on: date of the bill.
        due_on: its due date; by then, or for what is overdue at once, it is to be paid.
        at_least_cny: money still to be paid, CNY.
        in_full: whether nothing of the bill is then carried on.
        issued: whether the bill is known; the others are projected.
        overdue: whether it is overdue already.
        paid_cny: paid of it so far, CNY.
    """

    statement_on: date
    due_on: date
    at_least_cny: float
    in_full: bool
    issued: bool
    overdue: bool = False
    paid_cny: float = 0.0


Plan = tuple[Lever, ...]
"""What a customer does from the moment of advice on; the empty plan is to go on as before."""


@dataclass(frozen=True)
class Scenario:
    """A plan evaluated at a later moment: what-if analysis by the whole decision.

    Attributes:
        plan: what is done.
        at: the moment.
        months: until then, in mean months.
        outcome: the decision on the projected facts.
        slack: margin to the cut-off in log-odds, by which the account may turn out riskier than projected and
            still be decided better than today; −inf where it is not decided better, +inf where no slack
            function is given.
        extra_cny: money beyond the usual up to then.
        payments: what the plan counts on being paid until then.
        as_usual: whether these are no more than the account pays without any plan, and no earlier.
        bills: date and balance of each projected bill until then.
    """

    plan: Plan
    at: datetime
    months: float
    outcome: DecisionOutcome
    slack: float
    extra_cny: float
    payments: tuple[PlannedPayment, ...] = ()
    as_usual: bool = True
    bills: tuple[tuple[date, float], ...] = ()


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
