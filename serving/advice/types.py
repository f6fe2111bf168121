"""The named types of the advice: levers, plans, paths."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from features.matrix import FeatureMatrix
from serving.decision.types import Decision, Reason


class LeverKind(StrEnum):
    """What a person can do."""

    ON_TIME = "on_time"
    IN_FULL = "in_full"
    USE = "use"
    INQUIRIES = "inquiries"
    DEBT = "debt"
    LINK = "link"


FAMILY = {
    LeverKind.ON_TIME: "payment",
    LeverKind.IN_FULL: "payment",
    LeverKind.USE: "use",
    LeverKind.INQUIRIES: "inquiries",
    LeverKind.DEBT: "debt",
    LeverKind.LINK: "link",
}
"""Levers of one family exclude each other; only sources may be linked side by side."""


@dataclass(frozen=True, order=True)
class Lever:
    """One change of behaviour, kept up from the moment of advice on.

    Attributes:
        kind: what changes.
        size: `use`: highest bill as a share of the limit; `debt`: share paid down a month; `link`: share of
            comparable accounts that show less than the condition asks for; else 0.
        source: `link`: the source to consent to.
    """

    kind: LeverKind
    size: float = 0.0
    source: str = ""

    @property
    def family(self) -> str:
        """Levers of one family are not combined."""
        return self.source or FAMILY[self.kind]


LeverSet = tuple[Lever, ...]


@dataclass(frozen=True)
class DecisionOutcome:
    """A decision as the advice compares it.

    Attributes:
        as_of: moment decided at.
        pd: probability of bad.
        score: whole-number score.
        tier: tier.
        eligible: whether a rise is granted.
        current_limit_cny: limit before.
        new_limit_cny: limit after.
        rules: codes of the hard rules that bind.
        bound: what keeps the limit from rising as the decision tells it: rules, and caps of the policy.
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
        """The part of a decision that advice speaks of."""
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
        """Whether this decision gives a higher limit."""
        return self.eligible and self.new_limit_cny > other.new_limit_cny


@dataclass(frozen=True)
class Step:
    """One lever of a path in the person's own figures.

    Attributes:
        lever: what to do.
        monthly_cny: extra money a month, mean over the path; 0 when it takes none.
        zh: the sentence in Chinese.
        en: the sentence in English.
    """

    lever: Lever
    monthly_cny: float
    zh: str
    en: str


@dataclass(frozen=True)
class Path:
    """A way to a better decision, confirmed by re-running the whole decision.

    Attributes:
        steps: what to do; none of them means that waiting is enough.
        months: how long.
        until: from when on the better decision is to be expected.
        cost: months of waiting plus trouble plus extra money over monthly means (`settings`).
        confidence: estimated share of such paths that come true (`settings.Confidence`).
        extra_cny: money paid beyond the usual, and charges paid in cash instead, over the whole path.
        before: today's decision.
        after: the re-run decision at `until` under the advised behaviour.
        unchanged: the re-run decision at `until` when nothing changes but time.
        conditional: whether it rests on what a source, once linked, must show.
        zh: the whole advice in Chinese.
        en: the whole advice in English.
    """

    steps: tuple[Step, ...]
    months: int
    until: datetime
    cost: float
    confidence: float
    extra_cny: float
    before: DecisionOutcome
    after: DecisionOutcome
    unchanged: DecisionOutcome
    conditional: bool
    zh: str
    en: str

    @property
    def levers(self) -> LeverSet:
        """What to do, without the words."""
        return tuple(step.lever for step in self.steps)


@dataclass(frozen=True)
class NoPath:
    """Nothing that a person can do in the time looked at leads to a better decision.

    Attributes:
        code: `too_far` from the bar; `rule_binds` whatever is done; `capped` by the policy; `not_sure`, when
            a way that leads there as projected comes true too rarely; or `old_arrears` where paying the next
            bills mends nothing.
        zh: in Chinese.
        en: in English.
    """

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Advice:
    """The answer.

    Attributes:
        account_id: the account.
        as_of: moment of advice.
        before: today's decision.
        answer: the path, or that there is none; a conditional path where no other leads there.
        if_linked: a cheaper path beside the answer that rests on what a source would have to show.
        unchanged: re-run decisions when nothing changes but time, by months from now.
        plans: lever sets times horizons evaluated.
    """

    account_id: int
    as_of: datetime
    before: DecisionOutcome
    answer: Path | NoPath
    if_linked: Path | None
    unchanged: Mapping[int, DecisionOutcome]
    plans: int


class Decide(Protocol):
    """The whole decision: features in, decisions out."""

    def __call__(self, matrix: FeatureMatrix) -> Sequence[Decision]:
        """Decides every row of the matrix, in order; the limit in force is one of its features."""
        ...


class Slack(Protocol):
    """How far decisions are from turning."""

    def __call__(
        self, matrix: FeatureMatrix, decisions: Sequence[Decision], above_cny: float
    ) -> Sequence[float]:
        """Log-odds by which each row could be riskier and still be decided above `above_cny`, −inf = none."""
        ...


@dataclass(frozen=True)
class SourceProfiles:
    """What accounts of the reference show of a source, at some levels; a condition, never a fact.

    Attributes:
        n: accounts looked at, by source.
        values: by source, by level (the share of accounts that show worse), by column of its table.
    """

    n: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Mapping[float, Mapping[str, float]]] = field(default_factory=dict)
