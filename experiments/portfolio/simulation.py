"""The data-generating process: accounts simulated from the burn-in on, in one go or month by month."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from experiments.portfolio import kernels
from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.economy import Economy, make_economy
from experiments.portfolio.layout import INTERVENTION, MAX_ORDERS, MONTH, ORDER, STATE
from experiments.portfolio.population import make_people
from features.arrays import Floats, Ints
from features.errors import ConfigError

Records = NDArray[np.void]


@lru_cache(maxsize=4)
def economy_of(config: SimulationConfig) -> Economy:
    """The economy of a configuration, made once a process."""
    return make_economy(config)


def no_intervention(n: int) -> Records:
    """Behaviour of n accounts as it is: an intervention that never starts."""
    actions = np.zeros(n, INTERVENTION)
    actions["start"], actions["use"], actions["debt"] = 2**31, 1.0, 1.0
    return actions


@dataclass(frozen=True)
class Trajectories:
    """Simulated trajectories of n accounts over months `start … start + m − 1`.

    Attributes:
        config: the simulation.
        accounts: (n,) account numbers, ascending.
        people: (n,) fixed attributes.
        start: first month held.
        months: (n, m) month records.
        orders: their orders; `account` is a row number of these accounts.
        grants: by source, (n,) moments at which consent is granted whatever the simulated person would do by
            itself, in microseconds; the smallest integer leaves it to the person.
    """

    config: SimulationConfig
    accounts: Ints
    people: Records
    start: int
    months: Records
    orders: Records
    grants: Mapping[str, Ints] = field(default_factory=dict)


@dataclass
class AccountSimulator:
    """Some accounts and their state at the start of month `now`; only ever moves forward.

    Attributes:
        config: the simulation.
        accounts: (n,) account numbers.
        actions: (n,) interventions on behaviour, none by default.
    """

    config: SimulationConfig
    accounts: Ints
    actions: Records = field(default_factory=lambda: no_intervention(0))

    def __post_init__(self) -> None:
        self.economy = economy_of(self.config)
        self.people = make_people(self.config, self.accounts)
        self.keys = kernels.account_keys(self.config.seed, self.accounts)
        self.state = np.zeros(len(self.accounts), STATE)
        self.now = 0
        if not len(self.actions):
            self.actions = no_intervention(len(self.accounts))
        self._check_shape("actions", self.actions.shape, self.accounts.shape)

    def advance(
        self, months: int, limits: Floats | None = None, *, orders: bool = False
    ) -> tuple[Records, Records]:
        """Simulates some months.

        Args:
            months: how many.
            limits: (n, months) limits in CNY; NaN, and None throughout, leaves them to the incumbent policy.
            orders: whether to write the orders out.

        Returns:
            (n, months) month records and the orders, empty unless asked for.

        Raises:
            ConfigError: the limits have another shape.
        """
        n, end = len(self.accounts), self.now + months
        overrides = np.full((n, months), np.nan) if limits is None else np.ascontiguousarray(limits, float)
        self._check_shape("limits", overrides.shape, (n, months))
        outcome = np.zeros((n, months), MONTH)
        placed = np.zeros(n * months * MAX_ORDERS if orders else 0, ORDER)
        environment, parameters = self.economy.environment, self.config.parameters.record()
        inputs = self.now, end, environment, parameters, overrides, self.actions
        count = kernels.advance(self.state, self.people, self.keys, *inputs, outcome, placed)
        self.now = end
        return outcome, placed[: count if orders else 0].copy()

    @staticmethod
    def _check_shape(name: str, found: tuple[int, ...], expected: tuple[int, ...]) -> None:
        """Compiled code checks no bounds: a wrong shape would read beyond the array."""
        if found != expected:
            raise ConfigError(f"{name} have shape {found}; give {expected}: one row an account")

    def fork(self) -> "AccountSimulator":
        """The same accounts in the same state, to be simulated on under other limits."""
        other = AccountSimulator(self.config, self.accounts, self.actions)
        other.state, other.now = self.state.copy(), self.now
        return other


def simulate_accounts(config: SimulationConfig, accounts: Ints) -> Trajectories:
    """Trajectories over the whole simulation under the incumbent policy, orders included."""
    simulator = AccountSimulator(config, accounts)
    months, orders = simulator.advance(config.span, orders=True)
    return Trajectories(config, accounts, simulator.people, 0, months, orders)
