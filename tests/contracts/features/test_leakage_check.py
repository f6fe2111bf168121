"""The leakage check refuses training sets that know too much, and accepts those that do not."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from features import leakage
from features.definitions import PORTFOLIO
from features.engine import FeatureSet, build
from features.errors import LeakageError
from features.leakage import check_known, check_split
from features.matrix import FeatureMatrix, Observations
from features.tables import Tables
from tests.features.worlds import world

TEST = datetime(2026, 1, 1)


def rows(*pairs: tuple[int, datetime]) -> pl.DataFrame:
    return pl.DataFrame(
        list(pairs), schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")}, orient="row"
    )


def test_a_label_window_may_end_at_the_first_moment_of_the_test_and_no_later() -> None:
    found = check_split(rows((1, datetime(2025, 1, 1))), rows((2, TEST)), 12)
    assert (found.last_label_end, found.first_test, found.shared_accounts) == (TEST, TEST, 0)
    with pytest.raises(LeakageError, match="1 training rows have label windows of 12 months"):
        check_split(rows((1, datetime(2025, 1, 2))), rows((2, TEST)), 12)


def test_one_row_among_many_is_found() -> None:
    train = rows(*((i, datetime(2024, 1, 1)) for i in range(50)), (99, datetime(2025, 6, 1)))
    with pytest.raises(LeakageError, match="99"):
        check_split(train, rows((200, TEST)), 12)


def test_an_accounts_own_outcome_may_not_lie_in_the_feature_window_of_its_test_row() -> None:
    train, test = rows((1, datetime(2024, 1, 1))), rows((1, TEST), (2, TEST))
    with pytest.raises(LeakageError, match="1 accounts are in training and test"):
        check_split(train, test, 12)
    with pytest.raises(LeakageError, match="1 accounts are in training and test"):
        check_split(train, test, 12, feature_months=13)
    assert check_split(train, test, 12, feature_months=12).shared_accounts == 1


def test_an_empty_side_is_refused() -> None:
    with pytest.raises(LeakageError, match="0 test rows"):
        check_split(rows((1, TEST)), rows(), 12)


def test_features_made_from_what_was_known_pass() -> None:
    w = world(21, 6, 20)
    matrix = build(w.tables, w.observations, PORTFOLIO)
    assert check_known(w.tables, matrix, PORTFOLIO) == matrix.height


def test_a_feature_that_looked_ahead_is_named_with_its_account_and_moment() -> None:
    w = world(21, 20, 40)
    early = w.tables.replace(
        orders=w.tables["orders"].with_columns(known_at=pl.col("known_at") - timedelta(days=60))
    )
    ahead: FeatureMatrix = build(early, w.observations, PORTFOLIO)
    with pytest.raises(LeakageError, match=r"features \['.*orders_.*of account \d+ at 202"):
        check_known(w.tables, ahead, PORTFOLIO)


def test_an_engine_that_looks_ahead_is_caught_by_taking_the_future_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same leaky engine makes both sides: only tables without a future tell them apart."""

    def leaky(tables: Tables, observations: Observations, features: FeatureSet) -> FeatureMatrix:
        orders = tables["orders"].with_columns(known_at=pl.col("known_at") - timedelta(days=60))
        return build(tables.replace(orders=orders), observations, features)

    w = world(21, 20, 40)
    monkeypatch.setattr(leakage, "build", leaky)
    with pytest.raises(LeakageError, match="change when what was not known then is taken out"):
        check_known(w.tables, leaky(w.tables, w.observations, PORTFOLIO), PORTFOLIO)
