"""What a decision reads: the model's features, the policy's facts, and the limit in force."""

from collections.abc import Collection

from features.definitions import PORTFOLIO
from features.definitions.account import LIMIT_NOW
from features.definitions.policy_facts import POLICY_FACTS
from features.engine.featureset import FeatureSet
from serving.decision.policy import Policy


def decision_features(names: Collection[str], policy: Policy) -> FeatureSet:
    """Features of a model, facts of a policy and the current limit, computed together.

    Args:
        names: features of the model, all of the portfolio.
        policy: whose rules and caps read facts.

    Raises:
        ConfigError: a name is no feature of the portfolio.
    """
    known = set(PORTFOLIO.catalogue.names)
    wanted = dict.fromkeys([*names, *(fact for fact in policy.facts if fact in known)])
    facts = POLICY_FACTS.select(fact for fact in policy.facts if fact in POLICY_FACTS.catalogue.names)
    return FeatureSet((*PORTFOLIO.select(wanted).specs, *facts.specs, LIMIT_NOW))


def applicable(features: FeatureSet, tables: Collection[str]) -> tuple[str, ...]:
    """Names of the features but for facts of the policy whose tables a data set lacks.

    A flag that nobody keeps is no fact: its rule is then not applicable, where a 0 would say that the lender
    looked.

    Args:
        features: of a decision.
        tables: tables that the data set has.
    """
    facts = set(POLICY_FACTS.catalogue.names)
    unkept = {spec.meta.name for spec in features.specs if not spec.tables <= set(tables)} & facts
    return tuple(name for name in features.catalogue.names if name not in unkept)
