"""How high a limit may rise, and which cap bounds it."""

from dataclasses import dataclass
from math import floor

from serving.decision.policy.limit_settings import Limits, Sentence
from serving.decision.policy.model import Policy, Tier
from serving.decision.policy.rules import Facts


@dataclass(frozen=True)
class Cap:
    """One upper bound of the new limit.

    Attributes:
        sentence: its wording.
        limit_cny: the bound.
        figures: what the sentence's placeholders stand for: amounts in CNY, `step` and `share` as shares.
        facts: those of the figures that are the person's own, by the name of the fact.
    """

    sentence: Sentence
    limit_cny: float
    figures: tuple[tuple[str, float], ...]
    facts: tuple[tuple[str, float], ...] = ()

    @property
    def is_budget(self) -> bool:
        """Whether it comes from the remaining budget of the tier, and not from the person."""
        return self.sentence.code.startswith("B")


@dataclass(frozen=True)
class LimitOutcome:
    """The new limit.

    Attributes:
        new_limit_cny: equal to the current one when it does not change; never lower.
        binding: the cap that decided; None when the tier does not raise at all.
    """

    new_limit_cny: float
    binding: Cap | None


def new_limit(
    policy: Policy, tier: Tier, current_cny: float, facts: Facts, budget_left_cny: float | None = None
) -> LimitOutcome:
    """The highest limit that every cap allows, rounded down; it never cuts.

    Args:
        policy: in force.
        tier: the account's.
        current_cny: limit before.
        facts: what the caps of a person read.
        budget_left_cny: remaining budget for raises of the tier; None where it has none.

    Example:
        >>> from serving.decision.policy import packaged
        >>> policy = packaged().policy
        >>> outcome = new_limit(policy, policy.tiers[1], 10_190.0, {})
        >>> outcome.new_limit_cny, outcome.binding.sentence.code
        (11700.0, 'L08')
        >>> new_limit(policy, policy.tiers[1], 10_190.0, {"ss_base": 9_000.0}).new_limit_cny
        13200.0
    """
    if not tier.raises:
        return LimitOutcome(current_cny, None)
    limits = policy.limits
    caps = [
        *_tier_caps(limits, tier, current_cny, facts),
        *_required_caps(limits, facts),
        *_person_caps(limits, facts),
        *_budget_cap(limits, current_cny, budget_left_cny),
    ]
    tightest = min(caps, key=lambda cap: cap.limit_cny)
    rounded = floor(tightest.limit_cny / limits.rounding_cny) * limits.rounding_cny
    if rounded - current_cny >= limits.smallest_rise_cny and rounded > current_cny:
        return LimitOutcome(rounded, tightest)
    return LimitOutcome(current_cny, _binding_cap(limits, tightest, current_cny))


def _binding_cap(limits: Limits, tightest: Cap, current_cny: float) -> Cap:
    words = limits.wording
    steps = {sentence.code for sentence in (words.step, words.unproved) if sentence is not None}
    if tightest.limit_cny <= current_cny or tightest.sentence.code not in steps:
        return tightest
    return Cap(words.small, tightest.limit_cny, (("smallest", limits.smallest_rise_cny),))


def _tier_caps(limits: Limits, tier: Tier, current_cny: float, facts: Facts) -> list[Cap]:
    """The step, the cap of the tier, and the highest limit of all."""
    words = limits.wording
    caps = [
        _step_cap(limits, tier, current_cny, facts),
        Cap(words.cap, tier.cap_cny, (("cap", tier.cap_cny),)),
    ]
    if limits.maximum_limit_cny is not None and words.highest is not None:
        highest = limits.maximum_limit_cny
        caps.append(Cap(words.highest, highest, (("highest", highest),)))
    return caps


def _step_cap(limits: Limits, tier: Tier, current_cny: float, facts: Facts) -> Cap:
    """The step of the tier, smaller where nothing shows an income; at least up to the minimum limit."""
    proved = any(_number(facts, fact) is not None for fact in limits.income_evidence)
    if proved or limits.wording.unproved is None:
        sentence, step = limits.wording.step, tier.step
    else:
        sentence, step = limits.wording.unproved, tier.step * limits.unproved_step
    bound = max(current_cny * (1.0 + step), limits.minimum_limit_cny)
    return Cap(sentence, bound, (("step", step),))


def _required_caps(limits: Limits, facts: Facts) -> list[Cap]:
    """The line of each required source that is absent."""
    return [
        Cap(need.wording, need.above_cny, (("line", need.above_cny),))
        for need in limits.required
        if _number(facts, need.fact) is None
    ]


def _budget_cap(limits: Limits, current_cny: float, left_cny: float | None) -> list[Cap]:
    if left_cny is None:
        return []
    left, words = max(0.0, left_cny), limits.wording
    sentence = words.spent if left < limits.smallest_rise_cny else words.budget
    return [Cap(sentence, current_cny + left, (("left", left),))]


def _person_caps(limits: Limits, facts: Facts) -> list[Cap]:
    """Caps that need a fact about other lenders or income; absent facts give none."""
    caps = []
    other = _number(facts, limits.other_limits_fact)
    if other is not None:
        total = limits.total_unsecured_cny
        own = ((limits.other_limits_fact, other),)
        caps.append(Cap(limits.wording.total, total - other, (("other", other), ("total", total)), own))
    income = _number(facts, limits.income_fact)
    if income is not None and income > 0:
        caps.append(_income_cap(limits, income, _number(facts, limits.payments_fact)))
    return caps


def _income_cap(limits: Limits, income: float, payments: float | None) -> Cap:
    """Payments that are not known are not stated, as nought or otherwise."""
    bound = (limits.debt_to_income * income - (payments or 0.0)) / limits.payment_share
    figures = (("income", income), ("share", limits.debt_to_income))
    own = ((limits.income_fact, income),)
    if payments is None and limits.wording.income_alone is not None:
        return Cap(limits.wording.income_alone, bound, figures, own)
    known = payments or 0.0
    stated = (*own, (limits.payments_fact, known))
    return Cap(limits.wording.income, bound, (*figures, ("payments", known)), stated)


def _number(facts: Facts, name: str) -> float | None:
    value = facts.get(name)
    return float(value) if isinstance(value, int | float) else None
