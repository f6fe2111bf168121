"""The named types of a decision: the case, the reasons, the decision itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from serving.model.encoder import Value

CURRENT_LIMIT = "current_limit"
OPTED_OUT = "opted_out"
CASE_FACTS = (CURRENT_LIMIT, OPTED_OUT)
"""Facts that every case has beside its features."""


@dataclass(frozen=True)
class Reason:
    """One stated reason.

    Attributes:
        code: stable code of a rule, theme or budget.
        theme: theme key; the source's key where a whole source is absent; `` for a rule, a cap or the budget.
        points: points against (negative) or for (positive) the account; 0 for a rule.
        zh: the sentence in Chinese, with the person's own figures.
        en: the same in English.
    """

    code: str
    theme: str
    points: int
    zh: str
    en: str


@dataclass(frozen=True)
class Decision:
    """What was decided for one account at one moment.

    Attributes:
        account_id: the account.
        as_of: the moment the facts were taken at; only what was known before it counts.
        pd: calibrated probability of bad.
        score: whole-number score.
        tier: `A` (safest) to `E`.
        eligible: whether a rise is granted.
        current_limit_cny: limit before.
        new_limit_cny: limit after; equal to the current one when it does not change.
        base_points: base of the score.
        theme_points: points by theme key; with `base_points` they sum to `score`.
        reasons: at most four (and inquiries as a fifth), most binding first: why not, or what earned it.
        why_not_higher: for a rise, the cap that decided and what still counts against the account.
        rules: codes of the hard rules that bound.
        bundle_sha256: the model that scored.
        policy_version: the policy that decided.
        annual_cost: all-in yearly cost at which the tier is offered credit, as a share.
        not_applicable: codes of hard rules whose facts do not exist for this model.
    """

    account_id: int
    as_of: datetime
    pd: float
    score: int
    tier: str
    eligible: bool
    current_limit_cny: float
    new_limit_cny: float
    base_points: int
    theme_points: Mapping[str, int]
    reasons: tuple[Reason, ...]
    rules: tuple[str, ...]
    bundle_sha256: str
    policy_version: str
    why_not_higher: tuple[Reason, ...] = ()
    annual_cost: float = 0.0
    not_applicable: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """An account at a moment, with everything a decision reads.

    Attributes:
        account_id: the account.
        as_of: only what was known before it counts.
        facts: features of the model and of the policy by name, `current_limit` in CNY, `opted_out` as 0 or 1.
        linked: sources that the person has consented to.
        budget_left_cny: remaining budget for raises by tier; tiers without a budget are left out.
    """

    account_id: int
    as_of: datetime
    facts: Mapping[str, Value]
    linked: tuple[str, ...] = ()
    budget_left_cny: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Prediction:
    """The answer for one row of features; without an account there is no limit to raise.

    Attributes:
        pd: calibrated probability of bad.
        score: whole-number score.
        tier: `A` (safest) to `E`.
        eligible: whether tier and hard rules would let a limit rise.
        base_points: base of the score.
        theme_points: points by theme key; with `base_points` they sum to `score`.
        reasons: most binding first: why not, or what counts for a rise.
        why_not_higher: for a row that may rise, what still counts against it.
        other_points: points of all themes that no reason states, so that
            `base_points + Σ reasons.points + other_points == score`.
        rules: codes of hard rules that bind.
        not_applicable: codes of hard rules whose facts are not among the model's features.
        unknown_levels: category features whose value has no code of its own: it was seldom or never seen in
            training, and is read as such, or as absent where training saw no rare level.
    """

    pd: float
    score: int
    tier: str
    eligible: bool
    base_points: int
    theme_points: Mapping[str, int]
    reasons: tuple[Reason, ...]
    why_not_higher: tuple[Reason, ...]
    other_points: int
    rules: tuple[str, ...]
    not_applicable: tuple[str, ...]
    unknown_levels: tuple[str, ...]
