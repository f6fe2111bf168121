"""The model that `make bench-reasons` explains: 300 trees on the project's features, and the reference."""

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import polars as pl

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.dataset import simulate
from features import paths
from features.arrays import Floats
from features.definitions import feature_set_for
from features.engine import build_history
from features.matrix import FeatureMatrix, Observations
from features.spec import FeatureCatalogue
from features.tables import TableStore
from serving.model.encoder import encode
from training.config.files import load_config
from training.config.schema import TrainConfig
from training.data.calendar import plan
from training.data.outcomes import label_store, month_end_span
from training.model.boosting import FitSettings
from training.model.encoder import fit_encoder
from training.reporting.console import Bar

ACCOUNTS, MONTHS, BUCKETS = 5_000, 48, 2
TREES = 300
SHAPE = {
    "max_depth": 6,
    "num_leaves": 63,
    "learning_rate": 0.05,
    "min_data_in_leaf": 5,
    "min_sum_hessian_in_leaf": 0.0,
    "feature_fraction": 0.5,
}
"""The smallest leaves, so that the trees become as large as they can."""
REFERENCE = 1_000


@dataclass(frozen=True)
class BenchmarkModel:
    """The model to be explained, and rows.

    Attributes:
        booster: 300 trees of depth at most 6.
        catalogue: features in column order, and their themes.
        reference: (1000, f) accounts just below the median margin, NaN = absent.
        accounts: (n, f) accounts of the test months.
    """

    booster: lgb.Booster
    catalogue: FeatureCatalogue
    reference: Floats
    accounts: Floats


def benchmark_model(bar: Bar, threads: int) -> BenchmarkModel:
    """Simulates the portfolio when needed, builds the features, trains the model."""
    config = load_config("portfolio")
    simulation = SimulationConfig(n_accounts=ACCOUNTS, n_months=MONTHS, n_buckets=BUCKETS)
    store = simulate(simulation, paths.var() / "bench" / "reasons" / "tables", progress=False)
    known, first_test = _labelled(store, config)
    matrix = _features(store, known, bar)
    bad, test = (known["outcome"] == "bad").to_numpy(), (known["as_of"] >= first_test).to_numpy()
    training = np.flatnonzero(~test)
    encoder = fit_encoder(matrix.take(training), bad[training])
    codes = encode(matrix.frame, matrix.catalogue, encoder)
    tuning = config.tuning.model_copy(update={"threads": threads})
    fixed = FitSettings(matrix.catalogue.names, matrix.catalogue.directions, config.model, tuning)
    booster = fixed.train(fixed.dataset(codes[training], bad[training]), SHAPE, TREES)
    reference = _just_below_median(booster, codes[training])
    return BenchmarkModel(booster, matrix.catalogue, reference, np.ascontiguousarray(codes[test]))


def _labelled(store: TableStore, config: TrainConfig) -> tuple[pl.DataFrame, object]:
    first, last = month_end_span(store)
    as_ofs = plan(first, last, config.split, config.label)
    labelled = label_store(store, as_ofs, config, last)
    return labelled.filter(pl.col("outcome").is_in(["good", "bad"])), as_ofs.test[0]


def _features(store: TableStore, known: pl.DataFrame, bar: Bar) -> FeatureMatrix:
    observations = Observations(known.select("account_id", "as_of"))
    return build_history(store, observations, feature_set_for(store.info.tables), progress=bar)


def _just_below_median(booster: lgb.Booster, codes: Floats) -> Floats:
    """The accounts that a bar at the median margin would just pass."""
    margin = np.asarray(booster.predict(codes, raw_score=True))
    passing = np.flatnonzero(margin <= np.median(margin))
    return codes[passing[np.argsort(-margin[passing])[:REFERENCE]]]
