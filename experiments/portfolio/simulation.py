"""Living the world: a group of accounts from the burn-in on, in one go or month by month."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from experiments.portfolio import kernels
from experiments.portfolio.config import WorldConfig
from experiments.portfolio.economy import Economy, make_economy
from experiments.portfolio.layout import LEVERS, MAX_ORDERS, MONTH, ORDER, STATE
from experiments.portfolio.population import make_people

Records = NDArray[np.void]


@lru_cache(maxsize=4)
def economy_of(config: WorldConfig) -> Economy:
    """The economy of a configuration, made once a process."""
    return make_economy(config)


def no_levers(n: int) -> Records:
    """Behaviour as it is: no lever is ever pulled."""
    levers = np.zeros(n, LEVERS)
    levers["start"], levers["use"], levers["debt"] = 2**31, 1.0, 1.0
    return levers


@dataclass(frozen=True)
class Lived:
    """What happened to n accounts in months `start … start + m − 1`.

    Attributes:
        config: the world.
        accounts: (n,) account numbers, ascending.
        people: (n,) who they are.
        start: first month held.
        months: (n, m) month records.
        orders: their orders; `account` is a row number of this group.
        grants: by source, (n,) moments at which consent is granted whatever the world's own people would do,
            in microseconds; the smallest integer leaves a person to their own wish.
    """

    config: WorldConfig
    accounts: NDArray[np.int64]
    people: Records
    start: int
    months: Records
    orders: Records
    grants: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)


@dataclass
class Group:
    """A group of accounts and their state at the start of month `now`; only ever moves forward.

    Attributes:
        config: the world they live in.
        accounts: (n,) account numbers.
        levers: (n,) changed behaviour, none by default.
    """

    config: WorldConfig
    accounts: NDArray[np.int64]
    levers: Records = field(default_factory=lambda: no_levers(0))

    def __post_init__(self) -> None:
        self.economy = economy_of(self.config)
        self.people = make_people(self.config, self.accounts)
        self.keys = kernels.account_keys(self.config.seed, self.accounts)
        self.state = np.zeros(len(self.accounts), STATE)
        self.now = 0
        if not len(self.levers):
            self.levers = no_levers(len(self.accounts))

    def live(
        self, months: int, limits: NDArray[np.float64] | None = None, *, orders: bool = False
    ) -> tuple[Records, Records]:
        """Lives some months.

        Args:
            months: how many.
            limits: (n, months) limits in CNY; NaN, and None throughout, leaves them to the incumbent.
            orders: whether to write the orders out.

        Returns:
            (n, months) month records and the orders, empty unless asked for.
        """
        n = len(self.accounts)
        given = np.full((n, months), np.nan) if limits is None else np.ascontiguousarray(limits, float)
        outcome = np.zeros((n, months), MONTH)
        placed = np.zeros(n * months * MAX_ORDERS if orders else 0, ORDER)
        world, values = self.economy.world, self.config.parameters.record()
        end = self.now + months
        count = kernels.advance(
            self.state,
            self.people,
            self.keys,
            self.now,
            end,
            world,
            values,
            given,
            self.levers,
            outcome,
            placed,
        )
        self.now = end
        return outcome, placed[: count if orders else 0].copy()

    def fork(self) -> "Group":
        """The same people at the same moment, free to take another way from here."""
        other = Group(self.config, self.accounts, self.levers)
        other.state, other.now = self.state.copy(), self.now
        return other


def live(config: WorldConfig, accounts: NDArray[np.int64]) -> Lived:
    """The whole life of some accounts under the incumbent, with their orders."""
    group = Group(config, accounts)
    months, orders = group.live(config.span, orders=True)
    return Lived(config, accounts, group.people, 0, months, orders)
