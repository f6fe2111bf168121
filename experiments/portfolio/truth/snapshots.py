"""States of the observed accounts at their moments of observation, from one pass over the simulation."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from experiments.portfolio.config import BURN_IN, SimulationConfig, from_origin
from experiments.portfolio.cycles import ObservedCycles, microseconds, observed_cycles
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
    """k observations whose outcomes begin with one month, and the state that these depend on.

    Attributes:
        rows: (k,) rows of the observations.
        month: the first cycle unsettled at `as_of`, see `cycles.ObservedCycles`.
        simulator: all observed accounts, with their attributes and random-stream keys.
        index: (k,) rows of the simulator.
        state: (k,) state records at the end of the cycle before.
    """

    rows: Positions
    month: int
    simulator: AccountSimulator
    index: Positions
    state: Records


def snapshots(config: SimulationConfig, observations: Observations) -> Iterator[StateSnapshot]:
    """Simulates the observed accounts once, stopping at each month with which some outcomes begin.

    Raises:
        DataError: an account or moment lies outside the simulation, or an account is not open at its moment.
    """
    account, cycles = located(config, observations)
    accounts, index = np.unique(account, return_inverse=True)
    simulator, months = AccountSimulator(config, accounts), cycles.unsettled
    _check_open(observations, simulator.people["opened"][index] <= cycles.in_progress)
    for month in np.unique(months):
        simulator.advance(int(month) - simulator.now)
        rows = np.nonzero(months == month)[0]
        yield StateSnapshot(rows, int(month), simulator, index[rows], simulator.state[index[rows]])


def _check_open(observations: Observations, is_open: Bools) -> None:
    if not is_open.all():
        row = observations.frame.row(int(np.argmin(is_open)))
        raise DataError(
            f"observation account_id={row[0]}: the account opens only after as_of={row[1]}; "
            "observe open accounts only"
        )


def incumbent_limits(config: SimulationConfig, observations: Observations) -> Floats:
    """(n, 12) limits that the incumbent policy set from the first cycle unsettled at `as_of` on.

    The last one holds beyond the end.
    """
    account, cycles = located(config, observations)
    return _limits(config, account, cycles.unsettled[:, None] + np.arange(HORIZON))


def limits_in_force(config: SimulationConfig, observations: Observations) -> Floats:
    """(n,) fixed limits of the cycles in progress at `as_of`, CNY."""
    account, cycles = located(config, observations)
    return _limits(config, account, cycles.in_progress[:, None])[:, 0]


def _limits(config: SimulationConfig, account: Ints, months: Ints) -> Floats:
    """(n, m) limits of accounts in these months."""
    accounts, index = np.unique(account, return_inverse=True)
    limit = np.zeros((len(accounts), config.span))
    for start in range(0, len(accounts), CHUNK):
        part = slice(start, start + CHUNK)
        limit[part] = AccountSimulator(config, accounts[part]).advance(config.span)[0]["limit"]
    return np.asarray(limit[index[:, None], np.minimum(months, config.span - 1)])


def located(config: SimulationConfig, observations: Observations) -> tuple[Ints, ObservedCycles]:
    """(n,) account numbers, and where their cycles stand at `as_of`.

    Raises:
        DataError: an account or moment lies outside the simulation.
    """
    account, as_of = observations.frame[KEYS[0]].to_numpy(), microseconds(observations.frame[KEYS[1]])
    ends = [config.month_start(month) for month in (BURN_IN, config.span)]
    first, last = np.array(ends, "M8[us]").astype(np.int64)
    wrong = (account < 1) | (account > config.n_accounts) | (as_of < first) | (as_of > last)
    if wrong.any():
        row = observations.frame.row(int(np.argmax(wrong)))
        raise DataError(
            f"observation account_id={row[0]}, as_of={row[1]} is not in this simulation: accounts 1 to "
            f"{config.n_accounts}, moments {ends[0]} to {ends[1]}"
        )
    return account, observed_cycles(config, account, as_of)
