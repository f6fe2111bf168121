"""Hard rules at observations of the past: which accounts the policy holds whatever their score."""

import numpy as np
import polars as pl

from features.arrays import Bools
from features.definitions.policy_facts import POLICY_FACTS
from features.engine.featureset import FeatureSet
from serving.decision.policy import LoadedPolicy, check
from serving.decision.types import OPTED_OUT


def with_policy_facts(features: FeatureSet, policy: LoadedPolicy) -> FeatureSet:
    """The features, and behind them the facts that the policy's rules read and no feature gives."""
    there, wanted = set(features.catalogue.names), set(policy.policy.facts)
    more = tuple(s for s in POLICY_FACTS.specs if s.meta.name in wanted and s.meta.name not in there)
    return FeatureSet(features.specs + more)


def facts_in(frame: pl.DataFrame, policy: LoadedPolicy) -> pl.DataFrame:
    """The columns that the policy's rules read, after the moment of observation."""
    return frame.select("as_of", *(name for name in policy.policy.facts if name in frame.columns))


def held_by_rules(facts: pl.DataFrame, policy: LoadedPolicy) -> Bools:
    """(n,) whether a hard rule holds the account; a rule whose fact is not among the columns is left aside.

    Nobody counts as opted out: who opts out is not scored at all.
    """
    known = facts.with_columns(pl.lit(0.0).alias(OPTED_OUT))
    rules = tuple(rule for rule in policy.policy.rules if rule.fact in known.columns)
    applicable = policy.policy.model_copy(update={"rules": rules})
    held = [bool(check(applicable, row, row["as_of"]).bound) for row in known.iter_rows(named=True)]
    return np.array(held, dtype=np.bool_)
