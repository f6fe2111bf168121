"""The answer of the advice: a path to a higher limit, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from serving.advice.types import DecisionOutcome, Lever, Plan


@dataclass(frozen=True)
class Step:
    """One lever of a path with the account's own figures.

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
        cost: months of waiting plus effort plus extra money over monthly income (`cost.cost`).
        confidence: estimated probability that the path is realised (`confidence`).
        extra_cny: money paid beyond the usual, and charges paid in cash instead, over the whole path.
        before: today's decision.
        after: the decision at `until` under the plan.
        unchanged: the decision at `until` under unchanged behaviour.
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
    def plan(self) -> Plan:
        """The levers of its steps."""
        return tuple(step.lever for step in self.steps)


@dataclass(frozen=True)
class NoPath:
    """No plan leads reliably to a better decision within the longest horizon.

    Attributes:
        code: `too_far` from the cut-off; `rule_binds` under every plan; `capped` by the policy; `not_sure`
            when a plan leads there as projected, but with too little confidence; `old_arrears` when the
            account is due for write-off.
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
        answer: the path, or that there is none; a conditional path where there is no other.
        if_linked: a cheaper conditional path beside the answer.
        unchanged: decisions under unchanged behaviour, by months from now.
        n_scenarios: plans times horizons evaluated.
    """

    account_id: int
    as_of: datetime
    before: DecisionOutcome
    answer: Path | NoPath
    if_linked: Path | None
    unchanged: Mapping[int, DecisionOutcome]
    n_scenarios: int
