"""The credit policy: hard rules, tiers, limits. Pure functions over a versioned, hashed file."""

from serving.decision.policy.facts import check_facts
from serving.decision.policy.limits import Cap, LimitOutcome, new_limit
from serving.decision.policy.load import LoadedPolicy, packaged, parse, read
from serving.decision.policy.model import Policy, Rule, Tier
from serving.decision.policy.rules import Binding, Facts, RuleOutcome, check
from serving.decision.policy.tiers import TierScale, scale_for

__all__ = [
    "Binding",
    "Cap",
    "Facts",
    "LimitOutcome",
    "LoadedPolicy",
    "Policy",
    "Rule",
    "RuleOutcome",
    "Tier",
    "TierScale",
    "check",
    "check_facts",
    "new_limit",
    "packaged",
    "parse",
    "read",
    "scale_for",
]
