"""The feature engine: features are declared once and computed alike in history, nightly batch and live."""

from features.engine.build import (
    Progress,
    build,
    build_aggregates,
    build_by_bucket,
    build_history,
    build_live,
    warm_up,
)
from features.engine.featureset import FeatureSet, FeatureSpec

__all__ = [
    "FeatureSet",
    "FeatureSpec",
    "Progress",
    "build",
    "build_aggregates",
    "build_by_bucket",
    "build_history",
    "build_live",
    "warm_up",
]
