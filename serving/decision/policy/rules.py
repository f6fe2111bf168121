"""Which hard rules bind for an account."""

from collections.abc import Mapping
from dataclasses import dataclass

from serving.decision.policy.model import Policy, Rule

Facts = Mapping[str, float | str | None]
"""What is known of an account by name: features, and facts of the account such as `opted_out`."""


@dataclass(frozen=True)
class Binding:
    """A rule that binds, and the person's figure."""

    rule: Rule
    value: float


@dataclass(frozen=True)
class RuleOutcome:
    """The outcome of the hard rules.

    Attributes:
        bound: rules that bind, in the policy's order.
        not_applicable: codes of rules whose fact is not among the facts at all.
    """

    bound: tuple[Binding, ...]
    not_applicable: tuple[str, ...]


def check(policy: Policy, facts: Facts) -> RuleOutcome:
    """Checks every rule against the facts; an absent fact (None) never binds."""
    bound = []
    for rule in policy.rules:
        value = facts.get(rule.fact)
        if isinstance(value, int | float) and rule.holds(float(value)):
            bound.append(Binding(rule, float(value)))
    missing = tuple(rule.code for rule in policy.rules if rule.fact not in facts)
    return RuleOutcome(tuple(bound), missing)
