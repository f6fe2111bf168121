"""The feature engine: one definition, three speeds."""

from features.engine.build import Progress, build, build_aggregates, build_history, build_live, walk, warm_up
from features.engine.featureset import FeatureSet, FeatureSpec

__all__ = [
    "FeatureSet",
    "FeatureSpec",
    "Progress",
    "build",
    "build_aggregates",
    "build_history",
    "build_live",
    "walk",
    "warm_up",
]
