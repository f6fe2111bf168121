"""True probabilities of bad, and potential outcomes at every limit option."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from experiments.portfolio import kernels
from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.layout import TERMS
from experiments.portfolio.truth.expectation import expected_outcomes
from experiments.portfolio.truth.snapshots import (
    HORIZON,
    config_of,
    incumbent_limits,
    limits_in_force,
    located,
    snapshots,
)
from features.arrays import Floats, Positions
from features.matrix import Observations
from features.tables import TableStore

MULTIPLIERS = (1.0, 1.1, 1.2, 1.35, 1.5, 2.0)
"""Limit options, as multiples of the limit in force."""
PATHS = 64
"""Monte Carlo paths an observation."""


def true_risk(
    world: SimulationConfig | TableStore, observations: Observations, *, paths: int = PATHS
) -> pl.DataFrame:
    """True probability of bad in twelve cycles, given the state at `as_of`, under the incumbent policy.

    Args:
        world: the simulation, or the data set made from it.
        observations: any open accounts of it, at any moments that the tables show.
        paths: Monte Carlo paths an observation.

    Returns:
        `account_id`, `as_of`, `true_pd` and its Monte Carlo standard error `true_pd_se`, in the order asked.

    Raises:
        DataError: an account or moment lies outside the simulation, or the account is not open yet.
    """
    config = config_of(world)
    ahead = incumbent_limits(config, observations)
    result = np.zeros((observations.frame.height, kernels.N_OUTCOMES + len(TERMS)))
    for snapshot in snapshots(config, observations):
        result[snapshot.rows] = expected_outcomes(config, snapshot, ahead[snapshot.rows], paths)
    return observations.frame.with_columns(true_pd=result[:, kernels.PD], true_pd_se=result[:, kernels.PD_SE])


def potential_outcomes(
    world: SimulationConfig | TableStore,
    observations: Observations,
    *,
    multipliers: Sequence[float] = MULTIPLIERS,
    paths: int = PATHS,
) -> pl.DataFrame:
    """Potential outcomes of the year ahead at every limit option: changed with the next cycle, and held.

    All options of an account use common random numbers, so their differences have a far smaller error than
    their levels.

    Args:
        world: the simulation, or the data set made from it.
        observations: any open accounts of it, at any moments that the tables show.
        multipliers: options, as multiples of the limit in force.
        paths: Monte Carlo paths an observation and option.

    Returns:
        A row an observation and multiplier: `account_id`, `as_of`, `multiplier`, `limit_cny`, `true_pd`,
        `true_pd_se`, `balance_cny` (mean of the twelve bills), `profit_cny` and `loss_cny` (of the year).

    Raises:
        DataError: as `true_risk`.
    """
    config, frames = config_of(world), []
    in_force, cycles = limits_in_force(config, observations), located(config, observations)[1]
    for snapshot in snapshots(config, observations):
        keys, now = observations.frame[snapshot.rows], in_force[snapshot.rows]
        for multiplier in multipliers:
            limit = np.round(now * multiplier / 100.0) * 100.0
            held = np.repeat(limit[:, None], HORIZON, axis=1)
            held[:, 0] = np.where(cycles.following[snapshot.rows] > snapshot.month, now, limit)
            result = expected_outcomes(config, snapshot, held, paths)
            frames.append(_option(keys, snapshot.rows, multiplier, limit, result))
    return pl.concat(frames).sort("row", "multiplier").drop("row")


def _option(
    keys: pl.DataFrame, rows: Positions, multiplier: float, limit: Floats, result: Floats
) -> pl.DataFrame:
    return keys.with_columns(
        row=pl.Series(rows),
        multiplier=pl.lit(multiplier),
        limit_cny=limit,
        true_pd=result[:, kernels.PD],
        true_pd_se=result[:, kernels.PD_SE],
        balance_cny=result[:, kernels.BALANCE],
        profit_cny=result[:, kernels.PROFIT],
        loss_cny=result[:, kernels.LOSS],
    )
