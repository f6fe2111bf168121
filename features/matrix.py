"""Observations and their feature matrix: what the feature engine takes and gives."""

from dataclasses import dataclass

import polars as pl

from features.arrays import Positions
from features.errors import DataError
from features.spec import FeatureCatalogue

KEYS = ("account_id", "as_of")


@dataclass(frozen=True)
class Observations:
    """Accounts at moments of observation: a frame of `account_id` (Int64) and `as_of` (Datetime, µs)."""

    frame: pl.DataFrame

    def __post_init__(self) -> None:
        expected = {"account_id": pl.Int64(), "as_of": pl.Datetime("us")}
        if dict(self.frame.schema) != expected:
            raise DataError(f"observations: columns {dict(self.frame.schema)}, expected {expected}")


@dataclass(frozen=True)
class FeatureMatrix:
    """One row an observation: the keys, then the features in the catalogue's order.

    Numbers are Float64 and categories String; null = absent, and there is no NaN in the frame.
    """

    frame: pl.DataFrame
    catalogue: FeatureCatalogue

    def __post_init__(self) -> None:
        expected = [*KEYS, *self.catalogue.names]
        if self.frame.columns != expected:
            raise DataError(f"feature matrix: columns {self.frame.columns}, expected {expected}")

    @property
    def height(self) -> int:
        """Number of observations."""
        return self.frame.height

    def take(self, rows: Positions) -> "FeatureMatrix":
        """The rows at these positions, in this order."""
        return FeatureMatrix(self.frame[rows], self.catalogue)
