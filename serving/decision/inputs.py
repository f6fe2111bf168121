"""The features that a decision reads: the model's, the policy's, and the limit in force."""

from collections.abc import Collection

from features.definitions import PORTFOLIO
from features.definitions.account import LIMIT_NOW
from features.definitions.policy_facts import POLICY_FACTS
from features.engine.featureset import FeatureSet
from serving.decision.policy import Policy


def decision_features(
    names: Collection[str], policy: Policy, tables: Collection[str] | None = None
) -> FeatureSet:
    """Features of a model, facts of a policy and the current limit, computed together.

    Args:
        names: features of the model, all of the portfolio.
        policy: whose rules and caps read facts.
        tables: tables of the data set. A fact that reads another is left out, and its rule is not applicable;
            None leaves out nothing.

    Raises:
        ConfigError: a name is no feature of the portfolio.
    """
    known = set(PORTFOLIO.catalogue.names)
    wanted = dict.fromkeys([*names, *(fact for fact in policy.facts if fact in known)])
    facts = POLICY_FACTS.select(fact for fact in policy.facts if fact in POLICY_FACTS.catalogue.names)
    present = facts if tables is None else facts.for_tables(tables)
    return FeatureSet((*PORTFOLIO.select(wanted).specs, *present.specs, LIMIT_NOW))
