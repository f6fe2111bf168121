"""Stated reasons against the simulator's own drivers, among declined accounts of the test set."""

import numpy as np
import polars as pl

from experiments.fidelity.examined import Examined
from experiments.portfolio.truth import drivers
from features import paths
from features.matrix import Observations
from features.tables import TableStore
from training.fidelity.drivers import against_truth
from training.fidelity.result import Finding
from training.fidelity.subject import sample


def driver_findings(examined: Examined, *, seed: int, accounts: int = 1500) -> list[Finding]:
    """Precision@4 and recall@1; themes of sources that the lender could not see are left out of the truth."""
    subject = examined.subject
    chosen = sample(subject.declined, accounts, np.random.default_rng(seed))
    test = examined.cohort.take(examined.split.test)
    keys = test.matrix.frame[chosen].select("account_id", "as_of")
    truth = drivers(TableStore(paths.dataset("simulated")), Observations(keys))
    rows = subject.rows[chosen]
    causes = truth.select(pl.col([theme.key for theme in subject.themes])).to_numpy()
    seen = np.column_stack([~np.isnan(rows[:, columns]).all(axis=1) for columns in subject.columns])
    return against_truth(subject, rows, causes, seen)
