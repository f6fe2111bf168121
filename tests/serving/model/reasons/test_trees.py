"""Reading LightGBM's text, and walking it."""

import re
from collections.abc import Callable
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest

from features.errors import BundleError
from serving.model.reasons.constants import ZERO_THRESHOLD
from serving.model.reasons.execution import margin
from serving.model.reasons.trees import parse
from tests.serving.model.reasons.models import BASE, booster, outcomes, rows

STUMPLESS = {"min_data_in_leaf": 5000}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"zero_as_missing": "true"},
        {"use_missing": "false"},
        {"absent": 0.0},
        {"depth": -1},
        {"boosting": "dart", "drop_rate": 0.5},
        STUMPLESS,
    ],
    ids=["nan", "zero", "none", "no nan seen", "unbounded", "dart", "no split at all"],
)
def test_the_walk_gives_the_margin_of_the_booster(settings: dict[str, float | str]) -> None:
    model = booster(**settings)
    accounts = rows(503, 12, 3, absent=0.3)
    accounts[0], accounts[1], accounts[2], accounts[3] = np.inf, -np.inf, 1e-36, -0.0
    accounts[4], accounts[5] = ZERO_THRESHOLD, -ZERO_THRESHOLD
    predicted = np.asarray(model.predict(accounts, raw_score=True))
    assert np.array_equal(margin(parse(model.model_to_string()), accounts), predicted)


def test_a_value_equal_to_a_threshold_goes_left_as_in_the_booster() -> None:
    model = booster()
    ensemble = parse(model.model_to_string())
    used = np.flatnonzero(ensemble.left != np.arange(len(ensemble.left)))[:200]
    accounts = rows(len(used), 12, 4)
    accounts[np.arange(len(used)), ensemble.feature[used]] = ensemble.threshold[used]
    assert np.array_equal(margin(ensemble, accounts), np.asarray(model.predict(accounts, raw_score=True)))


def train(**extra: Any) -> lgb.Booster:
    table = np.abs(rows(500, 12, 5).round())
    data = lgb.Dataset(
        table, outcomes(table, 6).astype(int), categorical_feature=extra.pop("categories", "auto")
    )
    return lgb.train({**BASE, "num_leaves": 7, **extra}, data, 3)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"categories": [0, 1, 2], "min_data_per_group": 1}, r"tree \d: \d+ native categorical splits"),
        ({"linear_tree": True}, r"tree \d: linear leaves"),
        ({"objective": "multiclass", "num_class": 3}, "3 outputs a row"),
        ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, "random forest"),
    ],
)
def test_a_model_whose_tables_would_be_wrong_is_refused_by_name(
    settings: dict[str, object], named: str
) -> None:
    with pytest.raises(BundleError, match=named):
        parse(train(**settings).model_to_string())


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda text: "not a model", "no LightGBM header"),
        (lambda text: text.replace("leaf_value=", "leaf_value=1 ", 1), "tree 0: .* damaged"),
        (lambda text: text.replace("leaf_value=", "leaf_value=nan\nx=", 1), "tree 0"),
        (
            lambda text: re.sub("left_child=\\d+", "left_child=0", text, count=1),
            "tree 0: children out of order",
        ),
    ],
)
def test_a_damaged_text_is_refused(damage: Callable[[str], str], named: str) -> None:
    text = booster().model_to_string()
    assert damage(text) != text
    with pytest.raises(BundleError, match=named):
        parse(damage(text))


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(BundleError, match=r"\(2, 11\).*12 features"):
        margin(parse(booster().model_to_string()), rows(2, 11, 7))
