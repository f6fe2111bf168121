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
from training.fidelity.tested_model import sample


def examiners_of(config: TrainConfig) -> Sequence[ExtraTest]:
    """The tests that only a world with a known truth allows."""
    return (driver_findings,) if config.adapter == "simulated" else ()


def driver_findings(examined: FidelityInputs, accounts: int = 1500) -> Sequence[Finding]:
    """Precision@4 and recall@1; themes of sources that the lender could not see are left out of the truth."""
    subject, seed = examined.subject, examined.config.fidelity.seed
    chosen = sample(subject.declined, accounts, np.random.default_rng(seed))
    keys = examined.test.matrix.frame[chosen].select("account_id", "as_of")
    truth = drivers(TableStore(paths.dataset("simulated")), Observations(keys))
    rows = subject.rows[chosen]
    causes = truth.select(pl.col([theme.key for theme in subject.themes])).to_numpy()
    seen = np.column_stack([~np.isnan(rows[:, columns]).all(axis=1) for columns in subject.columns])
    return against_truth(subject, rows, causes, seen)
