"""The named types of a decision: the case, the reasons, the decision itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from serving.model.encoder import Value

CURRENT_LIMIT = "current_limit"
OPTED_OUT = "opted_out"
CASE_FACTS = (CURRENT_LIMIT, OPTED_OUT)
"""Facts that every case has beside its features."""


@dataclass(frozen=True)
class StatedFigure:
    """A person's own figure that a sentence states.

    Attributes:
        name: feature or fact of the policy.
        value: the person's own value; a moment is in microseconds since 1970.
        unit: unit of the value, as of features; `moment` for a day that is stated as a date.
        typical: what accounts that qualify have, where the sentence compares.
    """

    name: str
    value: float | str
    unit: str
    typical: float | str | None = None


@dataclass(frozen=True)
class Reason:
    """One stated reason.

    Attributes:
        code: stable code of a rule, theme or budget.
        theme: theme key; `` for a rule, a cap, the budget, or where no theme is to be named.
        points: points against (negative) or for (positive) the account; 0 for a rule.
        zh: the sentence in Chinese, with the person's own figures.
        en: the same in English.
        figures: the person's own figures in both sentences, so that they can be checked against the rows.
    """

    code: str
    theme: str
    points: int
    zh: str
    en: str
    figures: tuple[StatedFigure, ...] = ()


@dataclass(frozen=True)
class Lapse:
    """A hard rule that binds.

    Attributes:
        code: of the rule.
        on: first day on which it binds no longer, if its event does not happen again; None where no date
            ends it.
    """

    code: str
    on: date | None


@dataclass(frozen=True)
class Reassessment:
    """When an account that rules hold back can be assessed again.

    Attributes:
        earliest: the last day on which one of the binding rules lapses; None where none lapses by date.
        all_else_in_order: whether the rules alone hold the account.
        zh: the sentence in Chinese.
        en: the same in English.
    """

    earliest: date | None
    all_else_in_order: bool
    zh: str
    en: str


@dataclass(frozen=True)
class Opportunity:
    """A source of which nothing is known; it counts neither for nor against the account.

    Attributes:
        code: stable code of the source's absence.
        source: the source.
        zh: what linking it may bring, in Chinese.
        en: the same in English.
    """

    code: str
    source: str
    zh: str
    en: str


@dataclass(frozen=True)
class Change:
    """What changes a decision by mere time, if nothing new arrives.

    Attributes:
        on: first day of the change.
        causes: codes of the rules, caps or themes that cause it.
        tier: tier from then on.
        eligible: whether a rise would be granted then.
        new_limit_cny: limit that would be decided then.
        zh: the sentence in Chinese.
        en: the same in English.
    """

    on: date
    causes: tuple[str, ...]
    tier: str
    eligible: bool
    new_limit_cny: float
    zh: str
    en: str


@dataclass(frozen=True)
class Outlook:
    """How long a decision stands if nothing new arrives.

    Attributes:
        valid_until: the midnight at which a rule lapses or begins; where something else changes the decision,
            the last moment looked at before, since that may come at any hour; else the last one looked at.
        changes: every change within the days looked at, in order.
    """

    valid_until: datetime
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class LateFeed:
    """A feed that has not arrived in time.

    Attributes:
        table: of the data contract.
        complete_until: what exists before this moment has arrived.
        zh: the same in words, and what is done about it, in Chinese.
        en: the same in English.
    """

    table: str
    complete_until: datetime
    zh: str = ""
    en: str = ""


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
        base_points: base of the score, with what absent sources add.
        theme_points: points by theme key, 0 for an absent source; with `base_points` they sum to `score`.
        reasons: at most four (and inquiries as a fifth), most binding first: why not, or what earned it.
        why_not_higher: for a rise, the cap that decided and what still counts against the account.
        rules: codes of the hard rules that bound.
        bundle_sha256: the model that scored.
        policy_version: the policy that decided.
        annual_cost: all-in yearly cost at which the tier is offered credit, as a share.
        not_applicable: codes of hard rules whose facts do not exist for this model.
        lapses: the binding rules with the day on which each ends.
        reassessment: when the limit can be assessed again, where rules hold it.
        opportunities: sources of which nothing is known, where the score holds the account.
        notify: whether the customer may be sent this decision.
        valid_until: until when it stands if nothing new arrives; None where that was not computed.
        changes: what changes it by mere time within the days looked at.
        binding: False for a what-if: it stands as of a moment that the caller named, and changes nothing.
        late_feeds: feeds that had not arrived in time.
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
    lapses: tuple[Lapse, ...] = ()
    reassessment: Reassessment | None = None
    opportunities: tuple[Opportunity, ...] = ()
    notify: bool = True
    valid_until: datetime | None = None
    changes: tuple[Change, ...] = ()
    binding: bool = True
    late_feeds: tuple[LateFeed, ...] = ()


@dataclass(frozen=True)
class Case:
    """An account at a moment, with everything a decision reads.

    Attributes:
        account_id: the account.
        as_of: only what was known before it counts.
        facts: features of the model and of the policy by name, `current_limit` in CNY, `opted_out` as 0 or 1.
        linked: sources that the person has consented to.
        budget_left_cny: remaining budget for raises by tier; tiers without a budget are left out.
        binding: False for a what-if, which decides nothing.
        late_feeds: feeds that had not arrived in time.
        outlook: how long the decision stands, computed from the account's rows (`serving.decision.outlook`);
            None where it was not computed.
        withheld: codes of reasons that are not stated, since a recomputation contradicts their figures.
    """

    account_id: int
    as_of: datetime
    facts: Mapping[str, Value]
    linked: tuple[str, ...] = ()
    budget_left_cny: Mapping[str, float] = field(default_factory=dict)
    binding: bool = True
    late_feeds: tuple[LateFeed, ...] = ()
    outlook: Outlook | None = None
    withheld: tuple[str, ...] = ()


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
