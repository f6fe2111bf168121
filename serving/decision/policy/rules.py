"""Which hard rules bind for an account, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from serving.decision.policy.model import Policy
from serving.decision.policy.rule import RecentRule, Rule

Facts = Mapping[str, float | str | None]
"""What is known of an account by name: features, policy facts, and facts of the case such as `opted_out`."""


@dataclass(frozen=True)
class Binding:
    """A rule that binds.

    Attributes:
        rule: the rule.
        value: the person's figure, or the moment of the event; None where the fact is missing.
        lapses_on: first day on which it binds no longer; None where no date ends it.
    """

    rule: Rule
    value: float | None
    lapses_on: date | None = None


@dataclass(frozen=True)
class RuleOutcome:
    """The outcome of the hard rules.

    Attributes:
        bound: rules that bind, in the policy's order.
        not_applicable: codes of rules whose fact is not among the facts at all, or that need a moment where
            there is none.
    """

    bound: tuple[Binding, ...]
    not_applicable: tuple[str, ...]


def check(policy: Policy, facts: Facts, as_of: datetime | None = None) -> RuleOutcome:
    """Checks every rule against the facts.

    Args:
        policy: the policy.
        facts: by name; None is absent.
        as_of: moment of the decision on a stored account. None for rows without an account: rules on events
            do not apply to them, and an absent fact never binds.
    """
    bound = [binding for rule in policy.rules if (binding := _binding(rule, facts, as_of)) is not None]
    codes = {binding.rule.code for binding in bound}
    unfit = tuple(
        rule.code
        for rule in policy.rules
        if rule.code not in codes and (rule.fact not in facts or (as_of is None and rule.kind == "recent"))
    )
    return RuleOutcome(tuple(bound), unfit)


def _binding(rule: Rule, facts: Facts, as_of: datetime | None) -> Binding | None:
    value = facts.get(rule.fact)
    if not isinstance(value, int | float):
        return Binding(rule, None) if rule.absent == "binds" and as_of is not None else None
    if isinstance(rule, RecentRule):
        return _recent(rule, float(value), as_of)
    return Binding(rule, float(value)) if rule.holds(float(value)) else None


def _recent(rule: RecentRule, event: float, as_of: datetime | None) -> Binding | None:
    lapses = rule.lapses_on(event)
    return Binding(rule, event, lapses) if as_of is not None and as_of.date() < lapses else None
