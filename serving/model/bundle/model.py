"""A model as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from features.arrays import Floats
from features.errors import BundleError
from serving.model.reasons.tables import ReasonTables
from serving.model.types import ModelSpec

KEY_TYPES = {"account_id": pl.Int64(), "as_of": pl.Datetime("us")}


@dataclass(frozen=True, eq=False)
class ModelBundle:
    """Trees, codes, calibration, scaling, the reference and the compiled reasons.

    Attributes:
        spec: features, themes, category codes, calibration, scaling and provenance.
        booster_text: LightGBM's own text format.
        reference: (m, f) encoded feature values of the reference accounts, NaN = absent.
        reference_keys: (m rows) `account_id`, `as_of` of the reference accounts.
        reasons: compiled Shapley tables, players = themes of the catalogue in their order.
        extra: free-form JSON reports by name (gate, scorecard, …); hashed with the rest.

    Raises:
        BundleError: the reference does not fit the features or its keys.
    """

    spec: ModelSpec
    booster_text: str
    reference: Floats
    reference_keys: pl.DataFrame
    reasons: ReasonTables
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        f = len(self.spec.catalogue.names)
        if self.reference.ndim != 2 or self.reference.shape[1] != f:
            raise BundleError(f"reference has shape {self.reference.shape}, expected (m, {f} features)")
        if dict(self.reference_keys.schema) != KEY_TYPES:
            raise BundleError(f"reference keys: {dict(self.reference_keys.schema)}, expected {KEY_TYPES}")
        if self.reference_keys.height != len(self.reference):
            raise BundleError(f"{len(self.reference)} reference rows, {self.reference_keys.height} keys")
