"""All features, and the set of them that a data set's tables allow."""

from collections.abc import Collection

from features.definitions import (
    account,
    bills,
    delinquency,
    economy,
    external_sources,
    income,
    monthly_lags,
    payments,
    shopping,
)
from features.engine.featureset import FeatureSet

PORTFOLIO = FeatureSet(
    account.FEATURES
    + delinquency.FEATURES
    + payments.FEATURES
    + bills.FEATURES
    + shopping.FEATURES
    + external_sources.FEATURES
    + income.FEATURES
    + economy.FEATURES
    + delinquency.STATES
    + monthly_lags.FEATURES
)
WITHOUT_PURCHASES = frozenset(spec.meta.name for spec in delinquency.STATES + monthly_lags.FEATURES)
"""Features used only where the purchases behind the bills are not on record."""


def feature_set_for(tables_present: Collection[str]) -> FeatureSet:
    """The features whose tables a data set has (`TableStore.info.tables`)."""
    found = PORTFOLIO.for_tables(tables_present)
    if "orders" not in tables_present:
        return found
    return FeatureSet(tuple(spec for spec in found.specs if spec.meta.name not in WITHOUT_PURCHASES))


__all__ = ["PORTFOLIO", "feature_set_for"]
