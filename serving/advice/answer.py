"""The answer of the advice: a path to a higher limit, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from serving.advice.outcome import DecisionOutcome, SourceEffect
from serving.advice.types import Lever, Plan, PlannedPayment


@dataclass(frozen=True)
class Step:
    """One lever of a path with the account's own figures.

    Attributes:
        lever: what to do.
        extra_a_bill_cny: extra money a bill, mean over the path; 0 when it takes none.
        zh: the sentence in Chinese.
        en: the sentence in English.
    """

    lever: Lever
    extra_a_bill_cny: float
    zh: str
    en: str


@dataclass(frozen=True)
class Path:
    """A way to a better decision, confirmed by re-running the whole decision.

    Attributes:
        steps: what to do; none of them means that waiting is enough.
        as_usual: whether it asks for nothing but what the account does anyway.
        payments: what is to be paid until then, bill by bill, what is overdue first.
        months: until `until`, in mean months.
        until: when the better decision is to be expected.
        cost: months of waiting plus effort plus extra money over monthly income (`cost.cost`).
        confidence: estimated probability that the path is realised (`confidence`).
        extra_cny: money paid beyond the usual, and charges paid in cash instead, over the whole path.
        before: what would be decided today.
        after: what would be decided at `until` under the plan.
        unchanged: what would be decided at `until` under unchanged behaviour.
        conditional: whether it rests on what a source, once linked, must show.
        effects: what linking would bring in the likely, the best and the worst case.
        zh: the whole advice in Chinese.
        en: the whole advice in English.
    """

    steps: tuple[Step, ...]
    as_usual: bool
    payments: tuple[PlannedPayment, ...]
    months: float
    until: datetime
    cost: float
    confidence: float
    extra_cny: float
    before: DecisionOutcome
    after: DecisionOutcome
    unchanged: DecisionOutcome
    conditional: bool
    effects: tuple[SourceEffect, ...]
    zh: str
    en: str

    @property
    def plan(self) -> Plan:
        """The levers of its steps."""
        return tuple(step.lever for step in self.steps)


@dataclass(frozen=True)
class NoPath:
    """No plan leads reliably to a better decision within the longest horizon.

    Attributes:
        code: `too_far` from the cut-off; `rule_binds` under every plan; `capped` by the policy; `not_sure`
            when a plan leads there as projected, but with too little confidence; `old_arrears` when the
            account is due for write-off; `staff` where a rule binds that no behaviour ends.
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
        before: what would be decided today.
        answer: the path, or that there is none; a conditional path where there is no other.
        if_linked: a cheaper conditional path beside the answer.
        unchanged: what would be decided under unchanged behaviour, by moment.
        n_scenarios: plans times moments evaluated.
    """

    account_id: int
    as_of: datetime
    before: DecisionOutcome
    answer: Path | NoPath
    if_linked: Path | None
    unchanged: Mapping[datetime, DecisionOutcome]
    n_scenarios: int
