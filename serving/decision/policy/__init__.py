"""The credit policy: hard rules, tiers, limits. Pure functions over a versioned, hashed file."""

from serving.decision.policy.facts import check_facts
from serving.decision.policy.in_force import require_in_force
from serving.decision.policy.limits import Cap, LimitOutcome, new_limit
from serving.decision.policy.load import LoadedPolicy, packaged, parse, read
from serving.decision.policy.model import Policy, Tier
from serving.decision.policy.rule import RecentRule, Rule, ThresholdRule
from serving.decision.policy.rules import Binding, Facts, RuleOutcome, check
from serving.decision.policy.tiers import TierScale, scale_for

__all__ = [
    "Binding",
    "Cap",
    "Facts",
    "LimitOutcome",
    "LoadedPolicy",
    "Policy",
    "RecentRule",
    "Rule",
    "RuleOutcome",
    "ThresholdRule",
    "Tier",
    "TierScale",
    "check",
    "check_facts",
    "new_limit",
    "packaged",
    "parse",
    "read",
    "require_in_force",
    "scale_for",
]
