"""The cases of many accounts at many moments, straight from tables: for audits and batches."""

from collections.abc import Iterator

from features.engine import build
from features.engine.consent import consented
from features.engine.featureset import FeatureSet
from features.matrix import Observations
from features.tables import Tables
from serving.decision.inputs import applicable
from serving.decision.types import CURRENT_LIMIT, OPTED_OUT, Case


def cases_of(tables: Tables, observations: Observations, features: FeatureSet) -> Iterator[Case]:
    """What a decision reads at each observation, in their order; without those that had no limit then.

    Nobody counts as opted out: who opts out is not decided automatically.

    Args:
        tables: rows of these accounts.
        observations: accounts and moments.
        features: of a model under a policy (`decision_features`).
    """
    names = applicable(features, tables.frames)
    for row in build(tables, observations, features).frame.iter_rows(named=True):
        if row[CURRENT_LIMIT] is not None:
            account, as_of = int(row["account_id"]), row["as_of"]
            facts = {name: row[name] for name in names}
            linked = tuple(sorted(consented(tables, account, as_of)))
            yield Case(account, as_of, {**facts, OPTED_OUT: 0.0}, linked)
