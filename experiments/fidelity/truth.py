"""Stated reasons against the simulator's own drivers, among declined accounts of the test set."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from experiments.fidelity.drivers import against_truth
from experiments.portfolio.truth import drivers
from features import paths
from features.matrix import Observations
from features.tables import TableStore
from training.config.schema import TrainConfig
from training.fidelity.finding import Finding
from training.fidelity.inputs import ExtraTest, FidelityInputs
from training.fidelity.model_under_test import sample


def extra_tests_for(config: TrainConfig) -> Sequence[ExtraTest]:
    """The tests that only a simulation with a known truth allows."""
    return (driver_findings,) if config.adapter == "simulated" else ()


def driver_findings(inputs: FidelityInputs, accounts: int = 1500) -> Sequence[Finding]:
    """Precision@4 and recall@1; themes of sources that the lender could not see are left out of the truth."""
    tested, seed = inputs.tested, inputs.config.fidelity.seed
    chosen = sample(tested.declined, accounts, np.random.default_rng(seed))
    keys = inputs.test.matrix.frame[chosen].select("account_id", "as_of")
    truth = drivers(TableStore(paths.dataset("simulated")), Observations(keys))
    rows = tested.rows[chosen]
    causes = truth.select(pl.col([theme.key for theme in tested.themes])).to_numpy()
    seen = np.column_stack([~np.isnan(rows[:, columns]).all(axis=1) for columns in tested.columns])
    return against_truth(tested, rows, causes, seen)
