"""States of the observed accounts at their moments of observation, from one pass over the simulation."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from experiments.portfolio.config import BURN_IN, SimulationConfig, from_origin
from experiments.portfolio.simulation import AccountSimulator, Records
from features.arrays import Bools, Floats, Ints, Positions
from features.errors import DataError
from features.matrix import KEYS, Observations
from features.tables import TableStore

HORIZON = 12
"""Months of the performance window."""
CHUNK = 4_000
"""Accounts simulated at a time, where only their limits are kept."""


def config_of(world: SimulationConfig | TableStore) -> SimulationConfig:
    """The configuration of a simulation, or of the data set made from it."""
    return world if isinstance(world, SimulationConfig) else from_origin(dict(world.info.origin))


@dataclass(frozen=True)
class StateSnapshot:
    """k observations of one month, and the state that their outcomes depend on.

    Attributes:
        rows: (k,) rows of the observations.
        month: the month of `as_of`.
        simulator: all observed accounts, with their attributes and random-stream keys.
        index: (k,) rows of the simulator.
        state: (k,) state records at the end of the month before.
    """

    rows: Positions
    month: int
    simulator: AccountSimulator
    index: Positions
    state: Records


def snapshots(config: SimulationConfig, observations: Observations) -> Iterator[StateSnapshot]:
    """Simulates the observed accounts once, stopping at each month in which some are observed.

    Raises:
        DataError: an account or moment lies outside the simulation, or an account is not open at its moment.
    """
    account, months = _located(config, observations)
    accounts, index = np.unique(account, return_inverse=True)
    simulator = AccountSimulator(config, accounts)
    for month in np.unique(months):
        simulator.advance(int(month) - simulator.now)
        rows = np.nonzero(months == month)[0]
        _check_open(observations, rows, simulator.people["opened"][index[rows]] < month)
        yield StateSnapshot(rows, int(month), simulator, index[rows], simulator.state[index[rows]])


def _check_open(observations: Observations, rows: Positions, is_open: Bools) -> None:
    if not is_open.all():
        row = observations.frame.row(int(rows[np.argmin(is_open)]))
        raise DataError(
            f"observation account_id={row[0]}: the account opens only after as_of={row[1]}; "
            "observe open accounts only"
        )


def incumbent_limits(config: SimulationConfig, observations: Observations) -> Floats:
    """(n, 12) limits that the incumbent policy set from `as_of` on; the last one holds beyond the end."""
    account, months = _located(config, observations)
    accounts, index = np.unique(account, return_inverse=True)
    limit = np.zeros((len(accounts), config.span))
    for start in range(0, len(accounts), CHUNK):
        part = slice(start, start + CHUNK)
        limit[part] = AccountSimulator(config, accounts[part]).advance(config.span)[0]["limit"]
    ahead = np.minimum(months[:, None] + np.arange(HORIZON), config.span - 1)
    return np.asarray(limit[index[:, None], ahead])


def _located(config: SimulationConfig, observations: Observations) -> tuple[Ints, Ints]:
    """(n,) account numbers and months of the simulation.

    Raises:
        DataError: one of them lies outside it.
    """
    account = observations.frame[KEYS[0]].to_numpy()
    first, moment = config.month_start(0), observations.frame[KEYS[1]].dt
    years = moment.year().cast(pl.Int64) - first.year
    months = (years * 12 + moment.month().cast(pl.Int64) - first.month).to_numpy()
    wrong = (account < 1) | (account > config.n_accounts) | (months < BURN_IN) | (months > config.span)
    if wrong.any():
        row = observations.frame.row(int(np.argmax(wrong)))
        raise DataError(
            f"observation account_id={row[0]}, as_of={row[1]} is not in this simulation: accounts 1 to "
            f"{config.n_accounts}, moments {config.month_start(BURN_IN)} to {config.month_start(config.span)}"
        )
    return account, months
