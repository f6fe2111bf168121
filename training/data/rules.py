"""Hard rules at observations of the past: which accounts the policy holds whatever their score."""

from importlib import import_module
from importlib.util import find_spec

import numpy as np
import polars as pl

from features.arrays import Bools
from features.engine.featureset import FeatureSet, FeatureSpec
from serving.decision.policy import LoadedPolicy, check
from serving.decision.types import OPTED_OUT

FACTS_MODULE = "features.definitions.policy_facts"
"""Where facts of the policy that are no features of a model are defined."""


def with_policy_facts(features: FeatureSet, policy: LoadedPolicy) -> FeatureSet:
    """The features, and behind them the facts that the policy's rules read and no feature gives."""
    there, wanted = set(features.catalogue.names), set(policy.policy.facts)
    more = tuple(s for s in _facts() if s.meta.name in wanted and s.meta.name not in there)
    return FeatureSet(features.specs + more)


def _facts() -> tuple[FeatureSpec, ...]:
    if find_spec(FACTS_MODULE) is None:
        return ()
    found: FeatureSet = import_module(FACTS_MODULE).POLICY_FACTS
    return found.specs


def facts_in(frame: pl.DataFrame, policy: LoadedPolicy) -> pl.DataFrame:
    """The columns that the policy's rules read."""
    return frame.select(name for name in policy.policy.facts if name in frame.columns)


def held_by_rules(facts: pl.DataFrame, policy: LoadedPolicy) -> Bools:
    """(n,) whether a hard rule holds the account; a rule whose fact is not among the columns is left aside.

    Nobody counts as opted out: who opts out is not scored at all.
    """
    rows = facts.with_columns(pl.lit(0.0).alias(OPTED_OUT)).iter_rows(named=True)
    return np.array([bool(check(policy.policy, row).bound) for row in rows], dtype=np.bool_)
