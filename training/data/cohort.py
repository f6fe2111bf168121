"""The cohort: observations with features and known outcomes, and counts of the excluded ones."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from features.arrays import Bools, Ints, Positions
from features.errors import DataError
from features.matrix import KEYS, FeatureMatrix


@dataclass(frozen=True)
class Cohort:
    """n labelled observations.

    Attributes:
        matrix: features, one row an observation, sorted as the adapter gave them.
        bad: (n,) whether the outcome was bad.
        groups: (n,) account of each row: no account may be in two sets of a split.
        left_out: number of excluded observations, by reason.
        target: the definition of bad, as text.
        data_fingerprint: SHA-256 of the data the cohort was drawn from.
        origin: provenance of the data.
        notes: warnings about the data, a sentence each.
        facts: (n rows) `as_of` and what the policy's rules read; None when there is no such fact.
    """

    matrix: FeatureMatrix
    bad: Bools
    groups: Ints
    left_out: Mapping[str, int]
    target: str
    data_fingerprint: str
    origin: Mapping[str, str]
    notes: tuple[str, ...] = ()
    facts: pl.DataFrame | None = None

    def __post_init__(self) -> None:
        if not len(self.bad) == len(self.groups) == self.matrix.height:
            raise DataError(
                f"cohort: {self.matrix.height} feature rows, {len(self.bad)} outcomes, "
                f"{len(self.groups)} groups"
            )
        if self.bad.all() or not self.bad.any():
            only = "bad" if len(self.bad) and self.bad[0] else "good"
            raise DataError(
                f"cohort: all {len(self.bad)} outcomes are {only}; a model needs both: check the label"
            )

    @property
    def n(self) -> int:
        """Number of observations."""
        return len(self.bad)

    @property
    def as_of(self) -> pl.Series:
        """Moment of observation of each row."""
        return self.matrix.frame["as_of"]

    @property
    def month(self) -> pl.Series:
        """First moment of the as-of month of each row."""
        return self.as_of.dt.truncate("1mo")

    @property
    def n_accounts(self) -> int:
        """Number of distinct accounts."""
        return len(np.unique(self.groups))

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of features, outcomes and groups."""
        digest = hashlib.sha256(",".join(self.matrix.frame.columns).encode())
        for column in self.matrix.frame.iter_columns():
            digest.update(_bytes(column))
        digest.update(self.bad.tobytes())
        digest.update(self.groups.tobytes())
        return digest.hexdigest()

    def take(self, rows: Positions) -> "Cohort":
        """The observations at these positions."""
        return replace(
            self,
            matrix=self.matrix.take(rows),
            bad=self.bad[rows],
            groups=self.groups[rows],
            facts=None if self.facts is None else self.facts[rows],
        )

    def select(self, names: Iterable[str]) -> "Cohort":
        """The same observations with some of the features."""
        catalogue = self.matrix.catalogue.select(names)
        frame = self.matrix.frame.select(*KEYS, *catalogue.names)
        return replace(self, matrix=FeatureMatrix(frame, catalogue))


def constant_features(cohort: Cohort, rows: Positions) -> tuple[str, ...]:
    """Features with at most one distinct value on these rows."""
    frame = cohort.matrix.frame[rows]
    return tuple(name for name in cohort.matrix.catalogue.names if frame[name].n_unique() <= 1)


def _bytes(column: pl.Series) -> bytes:
    if column.dtype == pl.String:
        return "\x1f".join("\x00" if v is None else v for v in column).encode()
    if column.dtype == pl.Float64:
        return column.fill_null(float("nan")).to_numpy().tobytes()
    return column.cast(pl.Int64).fill_null(-(2**62)).to_numpy().tobytes()
