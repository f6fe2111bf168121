"""Source dropout: whole sources, at random, of training rows alone; absence then says nothing of its own."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import polars as pl

from features.matrix import FeatureMatrix
from features.spec import FeatureCatalogue, FeatureMeta
from features.themes import THEMES
from tests.training.toy import toy_cohort, toy_config
from training.config.schema import ModelConfig, TrainConfig
from training.data.cohort import Cohort
from training.model.cross_fitting import codes
from training.model.dropout import linked_sources, masked, with_dropout
from training.model.fit import fit_settings, grow
from training.model.tuning_result import TuningResult

NAMES = {"bill": "balance", "debt": "other_debt", "asked": "inquiries", "fund": "housing_fund"}
CATALOGUE = FeatureCatalogue(
    tuple(
        FeatureMeta(name, "number", theme, THEMES[theme].source, 0, False, "", "", name, name)
        for name, theme in NAMES.items()
    ),
    tuple(sorted((THEMES[theme] for theme in NAMES.values()), key=lambda theme: theme.code)),
)
RATE = ModelConfig(source_dropout=0.3)


def cohort(n: int = 6000, months: int = 2, seed: int = 3) -> Cohort:
    """Bills and debts make bad; who has no bureau report is worse than others with the same bills."""
    rng = np.random.default_rng(seed)
    rows = n * months
    values = rng.normal(size=(rows, 4))
    absent = rng.random(rows) < 0.2
    odds = -1.5 + 0.8 * values[:, 0] + 0.9 * values[:, 1] + 1.0 * absent
    bad = rng.random(rows) < 1 / (1 + np.exp(-odds))
    values[absent, 1:3] = np.nan
    values[rng.random(rows) < 0.5, 3] = np.nan
    keys = pl.DataFrame(
        {
            "account_id": np.tile(np.arange(n), months),
            "as_of": [datetime(2024, 1 + i, 9, 5) for i in range(months) for _ in range(n)],
        },
        schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")},
    )
    frame = keys.hstack(pl.DataFrame(values, schema=list(NAMES), orient="row").fill_nan(None).get_columns())
    matrix = FeatureMatrix(frame, CATALOGUE)
    return Cohort(matrix, bad, keys["account_id"].to_numpy(), {}, "toy", "f" * 64, {})


def test_whole_sources_are_masked_and_nothing_else_is() -> None:
    rows = cohort()
    before, after = rows.matrix.frame, with_dropout(rows, RATE).matrix.frame
    assert after["bill"].equals(before["bill"])
    assert after["debt"].is_null().equals(after["asked"].is_null())
    for name in ("debt", "fund"):
        there = before[name].is_not_null().to_numpy()
        share = after[name].is_null().to_numpy()[there].mean()
        assert abs(share - 0.3) < 0.02
        kept = after[name].is_not_null()
        assert after.filter(kept)[name].equals(before.filter(kept)[name])


def test_masks_of_two_sources_and_of_two_months_are_independent() -> None:
    rows = cohort()
    full = replace(rows, matrix=FeatureMatrix(rows.matrix.frame.fill_null(0.0), CATALOGUE))
    after = with_dropout(full, RATE).matrix.frame
    debt, fund = (after[name].is_null().to_numpy() for name in ("debt", "fund"))
    assert abs((debt & fund).mean() - 0.09) < 0.01
    assert abs((debt[:6000] & debt[6000:]).mean() - 0.09) < 0.015


def test_a_row_is_masked_alike_whatever_rows_stand_beside_it() -> None:
    rows = cohort()
    some = np.arange(0, rows.n, 7)[::-1].copy()
    whole = with_dropout(rows, RATE).take(some).matrix.frame
    assert with_dropout(rows.take(some), RATE).matrix.frame.equals(whole)


def test_without_a_rate_or_without_linked_sources_nothing_changes() -> None:
    rows, toy = cohort(50), toy_cohort(50)
    assert with_dropout(rows, ModelConfig()).matrix.frame.equals(rows.matrix.frame)
    assert linked_sources(toy.matrix.catalogue) == ()
    assert with_dropout(toy, RATE).matrix.frame.equals(toy.matrix.frame)


def test_masked_absence_carries_less_information_of_its_own() -> None:
    """Of rows whose bureau is hidden, a model with dropout thinks as one that never had it, on average."""
    plain, dropped = shift(toy_config()), shift(toy_config(model={"source_dropout": 0.5}))
    assert plain > 0.4
    assert abs(dropped) < 0.5 * plain


def shift(config: TrainConfig) -> float:
    """Mean difference of log-odds: bureau masked, against a model without its features."""
    rows, test = cohort(seed=3), cohort(2000, seed=4)
    hidden = replace(test, matrix=masked(test.matrix, "bureau", np.ones(test.n, dtype=bool)))
    others = ["bill", "fund"]
    without = margin(rows.select(others), test.select(others), config)
    return float((margin(rows, hidden, config) - without).mean())


def margin(rows: Cohort, test: Cohort, config: TrainConfig) -> np.ndarray:
    tuned = TuningResult({"learning_rate": 0.1, "num_leaves": 8, "min_data_in_leaf": 50}, 60, 0.0, (), 0, "")
    booster, encoder = grow(rows, tuned, config, fit_settings(rows, config))
    return np.asarray(booster.predict(codes(test, encoder), raw_score=True))
