"""Stepping the world on from any month under any limits or behaviour, with the luck it had."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from experiments.portfolio.config import BURN_IN, WorldConfig
from experiments.portfolio.layout import LEVERS
from experiments.portfolio.simulation import Group, Lived, Records, no_levers
from features.arrays import Floats
from features.errors import ConfigError


@dataclass(frozen=True)
class View:
    """What a policy may look at on the first day of a month.

    Attributes:
        config: the world.
        month: month of the world that begins.
        first_day: its first day.
        accounts: (n,) account numbers.
        people: (n,) who they are; a policy that means to be fair to a lender leaves it alone.
        history: (n, month) month records up to the month before, limits included.
    """

    config: WorldConfig
    month: int
    first_day: date
    accounts: NDArray[np.int64]
    people: Records
    history: Records

    @property
    def limit(self) -> Floats:
        """(n,) limits in force, CNY; 0 before an account opens."""
        return np.asarray(self.history["limit"][:, -1])


Policy = Callable[[View], Floats]
"""Limits (n,) for the month that begins; NaN leaves an account to the incumbent."""


def step_on(
    config: WorldConfig,
    accounts: NDArray[np.int64],
    *,
    since: int,
    limits: Floats | Policy | None = None,
    levers: Records | None = None,
    until: int | None = None,
    orders: bool = False,
) -> Lived:
    """Lives the accounts as they did until month `since`, then on under other limits or behaviour.

    Args:
        config: the world.
        accounts: (n,) account numbers, ascending.
        since: first month that may differ (`WorldConfig.month_index` gives it from a date).
        limits: None leaves everything to the incumbent, which reproduces the world as it was; (n,) changes
            the
            limit once and holds it; (n, m) sets it month by month; a policy is asked every month. NaN
            leaves an account to the incumbent.
        levers: changed behaviour from a month on, see `changed`.
        until: month before which to stop; the end of the world by default.
        orders: whether to write the orders out.

    Returns:
        The whole life from the burn-in to `until`: `emit.tables.account_tables` turns it into tables.

    Raises:
        ConfigError: the months lie outside the world, or the limits have another shape.
    """
    end = config.span if until is None else until
    if not BURN_IN <= since <= end <= config.span:
        raise ConfigError(
            f"since={since}, until={end}: months must be {BURN_IN} ≤ since ≤ until ≤ {config.span}"
        )
    group = Group(config, accounts, no_levers(len(accounts)) if levers is None else levers)
    parts = [group.live(since, orders=orders)]
    if callable(limits):
        history = parts[0][0]
        for month in range(since, end):
            view = View(config, month, config.month_start(month), accounts, group.people, history)
            parts.append(group.live(1, np.asarray(limits(view), float)[:, None], orders=orders))
            history = np.concatenate([history, parts[-1][0]], axis=1)
    elif end > since:
        parts.append(group.live(end - since, _given(limits, len(accounts), end - since), orders=orders))
    months = np.concatenate([part[0] for part in parts], axis=1)
    placed = np.concatenate([part[1] for part in parts])
    return Lived(
        config, accounts, group.people, 0, months, placed[np.argsort(placed["account"], kind="stable")]
    )


def _given(limits: Floats | None, n: int, months: int) -> Floats | None:
    if limits is None:
        return None
    given = np.asarray(limits, float)
    if given.shape == (n,):
        given = np.repeat(given[:, None], months, axis=1)
    if given.shape != (n, months):
        raise ConfigError(f"limits have shape {given.shape}; give ({n},) or ({n}, {months})")
    return given


def changed(
    n: int,
    *,
    since: int,
    pay_on_time: bool = False,
    use: float = 1.0,
    fewer_inquiries: float = 0.0,
    pay_down: float = 0.0,
) -> Records:
    """Changed behaviour of n accounts from month `since` on, for advice that the world is to enact.

    Args:
        n: accounts.
        since: first month of the new behaviour.
        pay_on_time: never days late again, and one unit better at paying.
        use: share of the carried balance that is still wanted, 1 = all.
        fewer_inquiries: log factor by which credit applications fall.
        pay_down: share of the debt elsewhere paid down every month.

    Returns:
        (n,) records of `layout.LEVERS`. Linking a source is no behaviour: grant the consent in the tables.
    """
    levers = np.zeros(n, LEVERS)
    levers["start"], levers["on_time"], levers["habit"] = since, pay_on_time, float(pay_on_time)
    levers["use"], levers["seek"], levers["debt"] = use, -fewer_inquiries, 1.0 - pay_down
    return levers
