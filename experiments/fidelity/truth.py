"""Stated reasons against the simulator's own drivers, among declined accounts of the test set."""

from collections.abc import Sequence

import lightgbm as lgb
import numpy as np

from experiments.fidelity.drivers import against_truth
from experiments.portfolio.truth import drivers
from features import paths
from features.matrix import KEYS, Observations
from features.tables import TableStore
from training.bundling.assembly import reference_of
from training.config.schema import TrainConfig
from training.fidelity.finding import Finding
from training.fidelity.inputs import ExtraTest, FidelityInputs
from training.fidelity.model_under_test import sample


def extra_tests_for(config: TrainConfig) -> Sequence[ExtraTest]:
    """The tests that only a simulation with a known truth allows."""
    return (driver_findings,) if config.adapter == "simulated" else ()


def driver_findings(inputs: FidelityInputs, accounts: int = 1500) -> Sequence[Finding]:
    """Stated themes against true drivers; both compare with the accounts of the model's own reference.

    Themes of sources that the lender could not see are left out of the truth.
    """
    tested, seed = inputs.tested, inputs.config.fidelity.seed
    chosen = sample(tested.declined, accounts, np.random.default_rng(seed))
    keys = Observations(inputs.test.matrix.frame[chosen].select(KEYS))
    world, rows = TableStore(paths.dataset("simulated")), tested.rows[chosen]
    booster = lgb.Booster(model_str=inputs.bundle.booster_text)
    chosen_by = reference_of(inputs.split.candidates, booster, inputs.bundle.spec, inputs.config.reasons)
    truth = drivers(world, keys, reference=Observations(chosen_by.keys.unique(KEYS, maintain_order=True)))
    causes = truth.select([theme.key for theme in tested.themes]).to_numpy()
    known = np.column_stack([~np.isnan(rows[:, columns]).all(axis=1) for columns in tested.columns])
    seen = known & np.array([theme.attributable for theme in tested.themes])
    return against_truth(tested, rows, causes, seen)
