"""Counterfactual simulation with common random numbers: other limits or behaviour from any cycle on.

Months of the simulation are cycles of the accounts. What is done at a moment changes an account from its next
cycle on, which differs between accounts: `cycles.observed_cycles(…).following`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from experiments.portfolio.config import BURN_IN, SimulationConfig
from experiments.portfolio.layout import INTERVENTION
from experiments.portfolio.simulation import AccountSimulator, Records, Trajectories, no_intervention
from features.arrays import Floats, Ints
from features.errors import ConfigError


@dataclass(frozen=True)
class PolicyContext:
    """What a limit policy may read before the cycles of a month begin.

    Attributes:
        config: the simulation.
        month: number of the month.
        first_day: its first day; the cycle of an account begins the day after its bill in it.
        accounts: (n,) account numbers.
        people: (n,) fixed attributes; no lender observes them, so a realistic policy leaves them alone.
        history: (n, month) month records up to the month before, limits included.
    """

    config: SimulationConfig
    month: int
    first_day: date
    accounts: Ints
    people: Records
    history: Records

    @property
    def limit(self) -> Floats:
        """(n,) limits in force, CNY; 0 before an account opens."""
        return np.asarray(self.history["limit"][:, -1])


LimitPolicy = Callable[[PolicyContext], Floats]
"""Limits (n,) for the month that begins; NaN leaves an account to the incumbent policy."""


def simulate_counterfactual(
    config: SimulationConfig,
    accounts: Ints,
    *,
    since: int | Ints,
    limits: Floats | LimitPolicy | None = None,
    actions: Records | None = None,
    until: int | None = None,
    orders: bool = False,
) -> Trajectories:
    """Simulates the accounts as they were until cycle `since`, then on under other limits or behaviour.

    Every random draw is the one of the factual simulation (common random numbers), so trajectories differ by
    the effect of the change alone.

    Args:
        config: the simulation.
        accounts: (n,) account numbers, ascending.
        since: first cycle that may differ, one for all or (n,) one an account.
        limits: None leaves everything to the incumbent policy, which reproduces the factual trajectories;
            (n,) changes the limit once and holds it; (n, m) sets it month by month from the earliest `since`
            on; a policy is asked every month from then on. NaN leaves an account to the incumbent policy, and
            before its own `since` an account always is.
        actions: interventions on behaviour, see `behaviour_intervention`.
        until: month before which to stop; the end of the simulation by default.
        orders: whether to write the orders out.

    Returns:
        Trajectories from the burn-in to `until`: `emit.tables.account_tables` turns them into tables.

    Raises:
        ConfigError: the months lie outside the simulation, or the limits have another shape.
    """
    end, begins = config.span if until is None else until, np.broadcast_to(since, len(accounts))
    first = int(begins.min())
    if not BURN_IN <= first <= begins.max() <= end <= config.span:
        raise ConfigError(
            f"since={since}, until={end}: months must be {BURN_IN} ≤ since ≤ until ≤ {config.span}"
        )
    simulator = AccountSimulator(
        config, accounts, no_intervention(len(accounts)) if actions is None else actions
    )
    parts = [simulator.advance(first, orders=orders)]
    if callable(limits):
        parts += _under_policy(simulator, limits, parts[0][0], begins, end, orders=orders)
    elif end > first:
        given = _by_month(limits, begins, end - first)
        parts.append(simulator.advance(end - first, given, orders=orders))
    return _joined(simulator, parts)


def _under_policy(
    simulator: AccountSimulator,
    policy: LimitPolicy,
    history: Records,
    begins: Ints,
    end: int,
    *,
    orders: bool,
) -> list[tuple[Records, Records]]:
    """Month records and orders of each month under a policy that is asked anew every month."""
    config, parts = simulator.config, []
    for month in range(simulator.now, end):
        first_day = config.month_start(month)
        context = PolicyContext(config, month, first_day, simulator.accounts, simulator.people, history)
        limits = np.where(begins <= month, np.asarray(policy(context), float), np.nan)
        parts.append(simulator.advance(1, limits[:, None], orders=orders))
        history = np.concatenate([history, parts[-1][0]], axis=1)
    return parts


def _joined(simulator: AccountSimulator, parts: list[tuple[Records, Records]]) -> Trajectories:
    months = np.concatenate([part[0] for part in parts], axis=1)
    placed = np.concatenate([part[1] for part in parts])
    by_account = placed[np.argsort(placed["account"], kind="stable")]
    return Trajectories(simulator.config, simulator.accounts, simulator.people, 0, months, by_account)


def _by_month(limits: Floats | None, begins: Ints, months: int) -> Floats | None:
    """(n, months) limits, from (n,) or (n, months); NaN before an account's own first month."""
    if limits is None:
        return None
    given, n = np.asarray(limits, float), len(begins)
    if given.shape == (n,):
        given = np.repeat(given[:, None], months, axis=1)
    if given.shape != (n, months):
        raise ConfigError(f"limits have shape {given.shape}; give ({n},) or ({n}, {months})")
    return np.where(begins[:, None] <= begins.min() + np.arange(months), given, np.nan)


def behaviour_intervention(
    n: int,
    *,
    since: int | Ints,
    pay_on_time: bool = False,
    use: float = 1.0,
    fewer_inquiries: float = 0.0,
    pay_down: float = 0.0,
) -> Records:
    """An intervention on the behaviour of n accounts from cycle `since` on, as advice would ask for.

    Args:
        n: accounts.
        since: first cycle of the new behaviour, one for all or (n,) one an account.
        pay_on_time: never days late again, and a payment habit that is one standard deviation better.
        use: share of the carried balance that is still wanted, 1 = all.
        fewer_inquiries: log factor by which credit applications fall.
        pay_down: share of the debt elsewhere paid down every month.

    Returns:
        (n,) records of `layout.INTERVENTION`. Linking a source is no behaviour: grant the consent in the
        tables (`Trajectories.grants`).
    """
    actions = np.zeros(n, INTERVENTION)
    actions["start"], actions["on_time"], actions["habit"] = since, pay_on_time, float(pay_on_time)
    actions["use"], actions["seek"], actions["debt"] = use, -fewer_inquiries, 1.0 - pay_down
    return actions
