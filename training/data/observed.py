"""Features of observations and the facts that the policy's rules read, from one pass over the tables."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.arrays import Positions
from features.definitions import feature_set_for
from features.engine import build_history
from features.matrix import KEYS, FeatureMatrix, Observations
from features.tables import TableStore
from serving.decision.policy import packaged
from training.data.rules import facts_in, with_policy_facts

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Observed:
    """n observations.

    Attributes:
        matrix: features, one row an observation.
        facts: (n rows) `as_of`, and the columns that the packaged policy reads.
    """

    matrix: FeatureMatrix
    facts: pl.DataFrame

    def take(self, rows: Positions) -> "Observed":
        """The observations at these positions."""
        return Observed(self.matrix.take(rows), self.facts[rows])


def features_of(store: TableStore, observations: pl.DataFrame, progress: Progress) -> Observed:
    """Features of observations, in their order.

    Args:
        store: the tables.
        observations: `account_id`, `as_of`, and columns that are not read.
        progress: called with buckets done and buckets in all.
    """
    features = feature_set_for(store.info.tables)
    wanted = with_policy_facts(features, packaged()).for_tables(store.info.tables)
    built = build_history(store, Observations(observations.select(KEYS)), wanted, progress=progress)
    frame = built.frame.select(*KEYS, *features.catalogue.names)
    return Observed(FeatureMatrix(frame, features.catalogue), facts_in(built.frame, packaged()))


def features_of_parts(
    store: TableStore, parts: list[pl.DataFrame], progress: Progress
) -> tuple[Observed, ...]:
    """The same for several frames of observations; the tables are read once for all of them."""
    whole = features_of(store, pl.concat([part.select(KEYS) for part in parts]), progress)
    ends = np.cumsum([part.height for part in parts])
    return tuple(whole.take(np.arange(end - part.height, end)) for part, end in zip(parts, ends, strict=True))
