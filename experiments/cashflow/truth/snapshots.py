"""States of the observed accounts on their days of observation, from one pass over the simulation."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.cashflow.config import BURN_IN, CashflowConfig, from_origin
from experiments.cashflow.kernels import Environment
from experiments.cashflow.simulation import AccountSimulator, Records
from features.arrays import Bools, Ints
from features.calendar import DAY, plus_months
from features.errors import DataError
from features.matrix import KEYS, Observations
from features.tables import TableStore

HORIZON = 12
"""Months of the performance window."""


def config_of(world: CashflowConfig | TableStore) -> CashflowConfig:
    """The configuration of a simulation, or of the data set made from it."""
    return world if isinstance(world, CashflowConfig) else from_origin(dict(world.info.origin))


@dataclass(frozen=True)
class Snapshot:
    """n observations and the state that their outcomes depend on.

    Attributes:
        since: (n,) day of `as_of`.
        until: (n,) last day of the performance window.
        state: (n,) state records at the start of that day.
        people: (n,) fixed attributes.
        keys: (n,) random-stream keys.
        environment: calendar and economy.
        config: the simulation.
    """

    since: Ints
    until: Ints
    state: Records
    people: Records
    keys: NDArray[np.uint64]
    environment: Environment
    config: CashflowConfig

    def where(self, kept: Bools) -> "Snapshot":
        """The observations that are kept, (n,) flags."""
        parts = {name: getattr(self, name)[kept] for name in ("since", "until", "state", "people", "keys")}
        return replace(self, **parts)


def snapshot(config: CashflowConfig, observations: Observations) -> Snapshot:
    """Simulates the observed accounts once, stopping on each day on which some are observed.

    Raises:
        DataError: an account or moment lies outside the simulation, or an account is not open at its moment.
    """
    account, since, until = _located(config, observations)
    accounts, index = np.unique(account, return_inverse=True)
    simulator = AccountSimulator(config, accounts)
    _check_open(observations, simulator.people["opened"][index] < since)
    state = np.zeros(len(account), simulator.state.dtype)
    turn = _turns(index, since)
    for number in range(int(turn.max(initial=-1)) + 1):
        rows = np.nonzero(turn == number)[0]
        days = simulator.now.copy()
        days[index[rows]] = since[rows]
        simulator.advance(days)
        state[rows] = simulator.state[index[rows]]
    fixed = simulator.people[index], simulator.keys[index]
    return Snapshot(since, until, state, *fixed, simulator.economy.environment, config)


def _turns(index: Ints, since: Ints) -> Ints:
    """(n,) place of each observation among those of its account, by day."""
    order = np.lexsort((since, index))
    first = np.concatenate([[True], np.diff(index[order]) != 0]) if len(order) else np.zeros(0, bool)
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    turn = np.zeros(len(order), np.int64)
    turn[order] = np.arange(len(order)) - start
    return turn


def _check_open(observations: Observations, is_open: Bools) -> None:
    if not is_open.all():
        row = observations.frame.row(int(np.argmin(is_open)))
        raise DataError(
            f"observation account_id={row[0]}: the account opens only on or after as_of={row[1]}; "
            "observe open accounts only"
        )


def _located(config: CashflowConfig, observations: Observations) -> tuple[Ints, Ints, Ints]:
    """(n,) account numbers, days of `as_of`, and last days of the window.

    Raises:
        DataError: an account or a moment lies outside the simulation.
    """
    account = observations.frame[KEYS[0]].to_numpy()
    moment = observations.frame[KEYS[1]].cast(pl.Datetime("us")).to_physical().to_numpy()
    origin = int(np.datetime64(config.month_start(0), "us").astype(np.int64))
    since = (moment - origin) // DAY
    until = (plus_months(moment, HORIZON, sticky=False) - origin) // DAY
    first = config.day_index(config.month_start(BURN_IN))
    wrong = (account < 1) | (account > config.n_accounts) | (since < first) | (since > config.span_days)
    if wrong.any():
        row = observations.frame.row(int(np.argmax(wrong)))
        raise DataError(
            f"observation account_id={row[0]}, as_of={row[1]} is not in this simulation: accounts 1 to "
            f"{config.n_accounts}, moments {config.day(first)} to {config.day(config.span_days)}"
        )
    return account, since.astype(np.int64), until.astype(np.int64)
