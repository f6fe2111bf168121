"""The features of the portfolio, and what remains of them where tables are missing."""

from collections.abc import Collection

from features.definitions import account, bills, delinquency, economy, income, outside, payments, shopping
from features.engine.featureset import FeatureSet

PORTFOLIO = FeatureSet(
    account.FEATURES
    + delinquency.FEATURES
    + payments.FEATURES
    + bills.FEATURES
    + shopping.FEATURES
    + outside.FEATURES
    + income.FEATURES
    + economy.FEATURES
)


def feature_set_for(tables_present: Collection[str]) -> FeatureSet:
    """The portfolio's features whose tables a data set has (`TableStore.info.tables`)."""
    return PORTFOLIO.for_tables(tables_present)


__all__ = ["PORTFOLIO", "feature_set_for"]
