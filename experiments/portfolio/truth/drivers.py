"""True drivers: how much each theme adds to the true log-odds of an account, against a reference group."""

import numpy as np
import polars as pl

from experiments.portfolio import kernels
from experiments.portfolio.config import BURN_IN, SimulationConfig
from experiments.portfolio.layout import TERMS
from experiments.portfolio.simulation import AccountSimulator
from experiments.portfolio.truth.expectation import expected_outcomes
from experiments.portfolio.truth.snapshots import (
    HORIZON,
    StateSnapshot,
    config_of,
    incumbent_limits,
    snapshots,
)
from features.arrays import Floats
from features.matrix import Observations
from features.tables import TableStore
from features.themes import THEMES

HIDDEN = "hidden"
DELINQUENCY = TERMS.index("delinquency")
REFERENCE_ACCOUNTS = 600
REFERENCE_PATHS = 8
REFERENCE_STEP_MONTHS = 6


def drivers(
    world: SimulationConfig | TableStore,
    observations: Observations,
    *,
    reference: Observations | None = None,
    paths: int = 32,
) -> pl.DataFrame:
    """What each theme adds to an account's true log-odds, against the mean of a reference.

    A theme's part is the mean, over the coming year's months and paths, of its term in the log-odds of
    missing a payment, less the same mean over the reference; for `delinquency` it is the difference that
    today's arrears make to the log-odds of the year. Themes of sources that the lender has no consent for
    have true parts all the same: what the lender could see is for the caller to decide.

    Args:
        world: the simulation, or the data set made from it.
        observations: any open accounts of it, at any moments that the tables show.
        reference: accounts and moments that the account is compared with, such as those that a model's
            reasons compare with; None is good average accounts of the whole simulation.
        paths: Monte Carlo paths an observation.

    Returns:
        `account_id`, `as_of`, one column a theme key (0 for a theme that has no part in the simulated risk),
        and `hidden` (illness, moving: in no source).

    Raises:
        DataError: as `true_risk`.
    """
    config = config_of(world)
    if reference is None:
        compared = _good_average(config, paths)
    else:
        compared = _mean_terms(config, reference, min(paths, REFERENCE_PATHS)).mean(axis=0)
    parts = _mean_terms(config, observations, paths) - compared
    added, none = dict(zip(TERMS, parts.T, strict=True)), np.zeros(observations.frame.height)
    columns = {name: pl.Series(added.get(name, none)) for name in (*THEMES, HIDDEN)}
    return observations.frame.with_columns(**columns)


def _mean_terms(config: SimulationConfig, observations: Observations, paths: int) -> Floats:
    """(n, terms) mean terms of the year ahead, before the reference is taken off."""
    ahead = incumbent_limits(config, observations)
    parts = np.zeros((observations.frame.height, len(TERMS)))
    for snapshot in snapshots(config, observations):
        result = expected_outcomes(config, snapshot, ahead[snapshot.rows], paths)
        parts[snapshot.rows] = result[:, kernels.N_OUTCOMES :]
        arrears = _logit(result[:, kernels.PD]) - _logit(result[:, kernels.PD_IF_CURRENT])
        parts[snapshot.rows, DELINQUENCY] = arrears
    return parts


def _logit(p: Floats) -> Floats:
    clipped = np.clip(p, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _good_average(config: SimulationConfig, paths: int) -> Floats:
    """(terms,) means over good average accounts: the safer half of the first accounts, half-yearly."""
    simulator = AccountSimulator(config, np.arange(1, min(config.n_accounts, REFERENCE_ACCOUNTS) + 1))
    kept = []
    for month in range(BURN_IN + 6, BURN_IN + config.n_months, REFERENCE_STEP_MONTHS):
        simulator.advance(month - simulator.now)
        seasoned = simulator.people["opened"] + 6 < month
        rows = np.nonzero(seasoned & (simulator.state["missed"] == 0))[0]
        snapshot = StateSnapshot(rows, month, simulator, rows, simulator.state[rows])
        held = np.repeat(snapshot.state["limit"][:, None], HORIZON, axis=1)
        result = expected_outcomes(config, snapshot, held, min(paths, REFERENCE_PATHS))
        pd = result[:, kernels.PD]
        kept.append(result[pd <= np.median(pd), kernels.N_OUTCOMES :])
    means = np.concatenate(kept).mean(axis=0)
    means[DELINQUENCY] = 0.0
    return np.asarray(means)
