"""Neutral absence: without a source, people in general are as risky as people in general."""

from dataclasses import replace

import lightgbm as lgb
import numpy as np
from scipy.special import expit

from serving.model.reasons.sources import LinkedSources
from serving.model.reasons.trees import parse
from tests.training.model.test_dropout import cohort
from tests.training.toy import toy_cohort, toy_config
from training.model.cross_fitting import codes
from training.model.dropout import masked
from training.model.encoder import fit_encoder
from training.model.fit import fit_settings, grow
from training.model.neutral import presence_columns, with_neutral_absence
from training.model.tuning_result import TuningResult

ROWS = cohort(2000)
SOURCES = LinkedSources.of(ROWS.matrix.catalogue)
X = codes(ROWS, fit_encoder(ROWS.matrix, ROWS.bad))
TUNED = TuningResult({"learning_rate": 0.1, "num_leaves": 6, "min_data_in_leaf": 50}, 30, 0.0, (), 0, "")


def plain() -> lgb.Booster:
    """Without dropout: who hides a report looks as bad as those who never had one."""
    config = toy_config()
    return grow(ROWS, TUNED, config, fit_settings(ROWS, config))[0]


def mean_pd(booster: lgb.Booster, rows: np.ndarray) -> float:
    return float(expit(np.asarray(booster.predict(rows, raw_score=True))).mean())


def hidden(source: str) -> np.ndarray:
    rows = X.copy()
    rows[:, SOURCES.columns[source]] = np.nan
    return rows


def test_with_a_source_masked_the_mean_probability_stays_what_it_was() -> None:
    before = plain()
    after = with_neutral_absence(before, X, SOURCES)
    assert abs(mean_pd(before, hidden("bureau")) - mean_pd(before, X)) > 0.03
    for source in SOURCES.names:
        assert abs(mean_pd(after, hidden(source)) - mean_pd(after, X)) < 1e-3


def test_accounts_that_have_every_source_keep_their_margin_and_the_others_move_together() -> None:
    before = plain()
    moved = np.asarray(with_neutral_absence(before, X, SOURCES).predict(X, raw_score=True)) - np.asarray(
        before.predict(X, raw_score=True)
    )
    bureau, fund = np.isnan(X[:, 1]), np.isnan(X[:, 3])
    assert np.abs(moved[~bureau & ~fund]).max() < 1e-12
    for lacking in (bureau & ~fund, fund & ~bureau, bureau & fund):
        assert np.ptp(moved[lacking]) < 1e-12
    single = moved[bureau & ~fund][0] + moved[fund & ~bureau][0]
    assert abs(moved[bureau & fund][0] - single) < 1e-12


def test_the_reasons_engine_reads_the_stumps_as_lightgbm_does() -> None:
    booster = with_neutral_absence(plain(), X, SOURCES)
    trees = parse(booster.model_to_string())
    assert trees.n_trees == 30 + len(SOURCES.names)
    last = slice(trees.starts[-2], trees.starts[-1])
    extreme = np.array([[0.0, 0.0, 0.0, v] for v in (-1e300, 0.0, 1e300, np.nan)])
    base = with_neutral_absence(plain(), X, LinkedSources({}, {}))
    assert base.num_trees() == 30
    margins = np.asarray(booster.predict(extreme, raw_score=True, start_iteration=30))
    assert margins[:3].tolist() == [0.0, 0.0, 0.0]
    assert margins[3] == trees.value[last].sum() != 0.0


def test_the_column_that_tells_presence_is_the_one_that_is_there_whenever_the_source_is() -> None:
    rows = X.copy()
    rows[::2, 1] = np.nan
    assert presence_columns(rows, SOURCES) == {"bureau": 2, "housing_fund": 3}
    rows[:, 3] = np.nan
    assert presence_columns(rows, SOURCES) == {"bureau": 2}


def test_a_model_with_source_dropout_is_neutral_and_one_without_is_left_alone() -> None:
    config = toy_config(model={"source_dropout": 0.3})
    booster, encoder = grow(ROWS, TUNED, config, fit_settings(ROWS, config))
    off = replace(ROWS, matrix=masked(ROWS.matrix, "bureau", np.ones(ROWS.n, dtype=bool)))
    assert abs(mean_pd(booster, codes(off, encoder)) - mean_pd(booster, codes(ROWS, encoder))) < 1e-3
    assert plain().num_trees() == 30
    toy = toy_cohort(400)
    assert grow(toy, TUNED, config, fit_settings(toy, config))[0].num_trees() == 30
