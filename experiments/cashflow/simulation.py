"""The data-generating process: accounts simulated day by day from the burn-in on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from experiments.cashflow import kernels
from experiments.cashflow.config import CashflowConfig
from experiments.cashflow.economy import Economy, make_economy
from experiments.cashflow.layout import INTERVENTION, MONTH, STATE
from experiments.cashflow.population import make_people
from features.arrays import Ints
from features.errors import ConfigError

Records = NDArray[np.void]
ORDERS_A_MONTH = 8
"""Room for orders at first, an account and month; where it is too little, the log is made anew."""
NEVER = 2**31


@lru_cache(maxsize=4)
def economy_of(config: CashflowConfig) -> Economy:
    """The economy of a configuration, made once a process."""
    return make_economy(config)


def no_intervention(n: int) -> Records:
    """Behaviour of n accounts as it is: an intervention that never starts."""
    actions = np.zeros(n, INTERVENTION)
    actions["start"], actions["use"], actions["limit"] = NEVER, 1.0, np.nan
    return actions


@dataclass(frozen=True)
class Trajectories:
    """Simulated trajectories of n accounts over all days of the simulation, or up to some day.

    Attributes:
        config: the simulation.
        accounts: (n,) account numbers, ascending.
        people: (n,) fixed attributes.
        months: (n, T) month records; a month that is not over is all zeros.
        events: dated events; `row` is a row number of these accounts.
        grants: by source, (n,) moments at which consent is granted whatever the simulated person would do by
            itself, in microseconds; the smallest integer leaves it to the person.
    """

    config: CashflowConfig
    accounts: Ints
    people: Records
    months: Records
    events: kernels.EventLog
    grants: Mapping[str, Ints] = field(default_factory=dict)


@dataclass
class AccountSimulator:
    """Some accounts and their state at the start of day `now`, which differs by account; only moves forward.

    Attributes:
        config: the simulation.
        accounts: (n,) account numbers.
        actions: (n,) interventions on behaviour, none by default.
    """

    config: CashflowConfig
    accounts: Ints
    actions: Records = field(default_factory=lambda: no_intervention(0))

    def __post_init__(self) -> None:
        n = len(self.accounts)
        self.economy = economy_of(self.config)
        self.people = make_people(self.config, self.accounts)
        self.keys = kernels.account_keys(self.config.seed, self.accounts)
        self.state = np.zeros(n, STATE)
        self.now = np.zeros(n, np.int64)
        self.parameters = self.config.parameters.record()
        if not len(self.actions):
            self.actions = no_intervention(n)
        if self.actions.shape != (n,):
            raise ConfigError(f"actions have shape {self.actions.shape}; give ({n},): one row an account")

    def advance(
        self, until: Ints, months: Records | None = None, log: kernels.EventLog | None = None
    ) -> None:
        """Simulates every account up to the start of its day in `until`, (n,).

        Args:
            until: days; an account whose day has passed stays where it is.
            months: (n, T) month records to be filled; none are kept by default.
            log: events to be written.

        Raises:
            ConfigError: a day lies beyond the calendar of the simulation.
        """
        last = len(self.economy.environment.dom)
        if until.max(initial=0) > last:
            raise ConfigError(f"day {until.max()} lies beyond the calendar, which has {last} days")
        out = np.zeros((len(self.accounts), 0), MONTH) if months is None else months
        events = kernels.empty_log() if log is None else log
        end = np.maximum(until, self.now)
        process = self.economy.environment, self.parameters, self.actions
        kernels.advance(self.state, self.people, self.keys, self.now, end, *process, out, events)
        self.now = end


def simulate_accounts(
    config: CashflowConfig, accounts: Ints, actions: Records | None = None, until: int | None = None
) -> Trajectories:
    """Trajectories of some accounts, as they are or under interventions, up to day `until` or to the end."""
    n, room = len(accounts), 1
    while True:
        chosen = no_intervention(n) if actions is None else actions
        simulator = AccountSimulator(config, accounts, chosen)
        months = np.zeros((n, config.span), MONTH)
        cells = room * max(1, n) * (config.span + 1)
        log = kernels.empty_log(ORDERS_A_MONTH * cells, cells)
        day = config.span_days if until is None else until
        simulator.advance(np.full(n, day), months, log)
        if (log.counts <= [len(part) for part in log[:5]]).all():
            return Trajectories(config, accounts, simulator.people, months, _written(log))
        room *= 2


def _written(log: kernels.EventLog) -> kernels.EventLog:
    """The events that there are, without the unused room."""
    n = [int(count) for count in log.counts]
    return log._replace(
        orders=log.orders[: n[0]].copy(),
        bills=log.bills[: n[1]].copy(),
        payments=log.payments[: n[2]].copy(),
        changes=log.changes[: n[3]].copy(),
        offers=log.offers[: n[4]].copy(),
    )
