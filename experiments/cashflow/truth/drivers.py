"""True drivers: what each theme's state adds to the true probability of bad, against a reference state."""

import numpy as np
import polars as pl

from experiments.cashflow import kernels
from experiments.cashflow.config import CashflowConfig
from experiments.cashflow.counterfactual import UNCHANGED
from experiments.cashflow.truth.reference import default_reference, reference_state
from experiments.cashflow.truth.risk import PATHS, probability
from experiments.cashflow.truth.snapshots import config_of, snapshot
from experiments.cashflow.truth.themes import CHANGES, HIDDEN
from features.matrix import Observations
from features.tables import TableStore
from features.themes import THEMES


def drivers(
    world: CashflowConfig | TableStore,
    observations: Observations,
    *,
    reference: Observations | None = None,
    paths: int = PATHS,
) -> pl.DataFrame:
    """What each theme adds to an account's true probability of bad, with common random numbers.

    A theme's part is the probability as it is, less the probability with the state behind the theme set to
    the reference's median and all else as it is (`truth.themes`). Parts do not add up to the whole. Themes of
    sources that the lender has no consent for have true parts all the same.

    Args:
        world: the simulation, or the data set made from it.
        observations: any open accounts of it, at any moments that the tables show.
        reference: the accounts to compare with, such as the model's own reference; by default accounts in
            good order (`truth.reference.default_reference`).
        paths: simulated years an observation and theme.

    Returns:
        `account_id`, `as_of`, `true_pd`, one column a theme key (0 for a theme that has no part), and
        `hidden` (illness and family: in no source).

    Raises:
        DataError: as `true_risk`.
    """
    config = config_of(world)
    observed = snapshot(config, observations)
    typical = reference_state(default_reference(config) if reference is None else snapshot(config, reference))
    as_is = probability(observed, UNCHANGED, paths)[:, kernels.PD]
    parts = {
        name: as_is - probability(change(observed, typical), UNCHANGED, paths)[:, kernels.PD]
        for name, change in CHANGES.items()
    }
    none = np.zeros(len(as_is))
    columns = {name: pl.Series(parts.get(name, none)) for name in (*THEMES, HIDDEN)}
    return observations.frame.with_columns(true_pd=pl.Series(as_is), **columns)
