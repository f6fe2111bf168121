"""Candidates of the reference set: accounts as they stand now, whose outcomes nobody knows yet."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from features.arrays import Bools, Ints
from features.matrix import KEYS, FeatureMatrix
from training.data.cohort import Cohort


@dataclass(frozen=True)
class Candidates:
    """n observations that a reference set may be drawn from.

    Attributes:
        matrix: features, one row an observation.
        groups: (n,) account of each row.
        raised: (n,) whether the lender raised the limit since; None when not on record.
        present: the moment that counts as now; None for data of a single cross-section.
    """

    matrix: FeatureMatrix
    groups: Ints
    raised: Bools | None
    present: datetime | None

    @staticmethod
    def of(cohort: Cohort) -> "Candidates":
        """The observations of a cohort, for data that have none without an outcome."""
        return Candidates(cohort.matrix, cohort.groups, None, None)

    @property
    def n(self) -> int:
        """Number of observations."""
        return self.matrix.height

    @property
    def as_of(self) -> pl.Series:
        """Moment of observation of each row."""
        return self.matrix.frame["as_of"]

    def select(self, names: Iterable[str]) -> "Candidates":
        """The same observations with some of the features."""
        catalogue = self.matrix.catalogue.select(names)
        frame = self.matrix.frame.select(*KEYS, *catalogue.names)
        return replace(self, matrix=FeatureMatrix(frame, catalogue))
