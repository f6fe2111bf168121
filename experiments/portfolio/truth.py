"""The truth that no lender sees: what would happen to an account from a moment on, at any limit.

Futures are drawn afresh from the state at the moment; given a future of the person's life, the chance of
going bad is computed exactly (`kernels.pass_month`), so that a few dozen futures give a small standard
error, which is stated beside every figure. "Bad" is 60 or more days past due at a month end within twelve
months, the month of `as_of` being the first. Nothing in `features`, `serving` or `training` may import this
but to compare with it afterwards.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.portfolio import kernels
from experiments.portfolio.config import BURN_IN, WorldConfig, from_origin
from experiments.portfolio.layout import MONTH, TERMS
from experiments.portfolio.simulation import Group, Records, no_levers
from features.arrays import Floats
from features.errors import DataError
from features.matrix import KEYS, Observations
from features.tables import TableStore
from features.themes import THEMES

HIDDEN = "hidden"
OPTIONS = (1.0, 1.1, 1.2, 1.35, 1.5, 2.0)
HORIZON = 12
PATHS = 64


def config_of(world: WorldConfig | TableStore) -> WorldConfig:
    """The configuration of a world, or of the data set made from it."""
    return world if isinstance(world, WorldConfig) else from_origin(dict(world.info.origin))


@dataclass(frozen=True)
class Moments:
    """Observations met on the way through the world: rows of the request, and all that the future depends on.

    Attributes:
        rows: (k,) rows of the observations.
        month: the month of `as_of`.
        group: who, with their keys; `state` below is at the end of the month before.
        index: (k,) rows of the group.
        state: (k,) state records.
    """

    rows: NDArray[np.intp]
    month: int
    group: Group
    index: NDArray[np.intp]
    state: Records


def true_risk(
    world: WorldConfig | TableStore, observations: Observations, *, paths: int = PATHS
) -> pl.DataFrame:
    """True probability of bad from the state at `as_of`, under the limits that the incumbent went on to set.

    Args:
        world: the world, or the data set made from it.
        observations: any open accounts of it, at any moments it shows.
        paths: futures an observation.

    Returns:
        `account_id`, `as_of`, `true_pd` and its Monte Carlo standard error `true_pd_se`, in the order asked.

    Raises:
        DataError: an account or moment is not of this world, or not open yet.
    """
    config = config_of(world)
    ahead = _limits_ahead(config, observations)
    result = np.zeros((observations.frame.height, 6 + len(TERMS)))
    for here in _moments(config, observations):
        result[here.rows] = _foresee(config, here, ahead[here.rows], paths)
    return observations.frame.with_columns(true_pd=result[:, 0], true_pd_se=result[:, 1])


def true_options(
    world: WorldConfig | TableStore,
    observations: Observations,
    *,
    multipliers: Sequence[float] = OPTIONS,
    paths: int = PATHS,
) -> pl.DataFrame:
    """The year ahead at every limit option: the limit is changed at once and held.

    All options of an account share their luck, so differences between them are far surer than the levels.

    Returns:
        A row an observation and multiplier: `account_id`, `as_of`, `multiplier`, `limit_cny`, `true_pd`,
        `true_pd_se`, `balance_cny` (mean of the twelve bills), `profit_cny` and `loss_cny` (of the year).

    Raises:
        DataError: as `true_risk`.
    """
    config = config_of(world)
    frames = []
    for here in _moments(config, observations):
        keys = observations.frame[here.rows]
        for multiplier in multipliers:
            limit = np.round(here.state["limit"] * multiplier / 100.0) * 100.0
            result = _foresee(config, here, np.repeat(limit[:, None], HORIZON, axis=1), paths)
            frames.append(_option(keys, here.rows, multiplier, limit, result))
    order = pl.concat(frames).sort("row", "multiplier")
    return order.drop("row")


def _option(
    keys: pl.DataFrame, rows: NDArray[np.intp], multiplier: float, limit: Floats, result: Floats
) -> pl.DataFrame:
    return keys.with_columns(
        row=pl.Series(rows),
        multiplier=pl.lit(multiplier),
        limit_cny=limit,
        true_pd=result[:, 0],
        true_pd_se=result[:, 1],
        balance_cny=result[:, 3],
        profit_cny=result[:, 4],
        loss_cny=result[:, 5],
    )


def drivers(world: WorldConfig | TableStore, observations: Observations, *, paths: int = 32) -> pl.DataFrame:
    """What each theme adds to an account's true log-odds, against a good average account.

    A theme's part is the mean, over the coming year's months and futures, of its term in the log-odds of
    missing a payment, less the same mean over the reference; for `delinquency` it is the difference that
    present arrears make to the log-odds of going bad. Facts of a source without consent count all the same:
    what to make of them is for the reader, who knows what the lender could see.

    Returns:
        `account_id`, `as_of`, one column a theme key (0 for a theme that has no part in the simulated risk),
        and `hidden` (illness, moving: in no source).

    Raises:
        DataError: as `true_risk`.
    """
    config = config_of(world)
    parts = _parts(config, observations, paths)
    reference = _reference(config, paths)
    added = dict(zip(TERMS, (parts - reference).T, strict=True))
    none = np.zeros(observations.frame.height)
    columns = {name: pl.Series(added.get(name, none)) for name in (*THEMES, HIDDEN)}
    return observations.frame.with_columns(**columns)


def _parts(config: WorldConfig, observations: Observations, paths: int) -> Floats:
    """(n, terms) mean terms of the year ahead, before the reference is taken off."""
    ahead = _limits_ahead(config, observations)
    parts = np.zeros((observations.frame.height, len(TERMS)))
    for here in _moments(config, observations):
        result = _foresee(config, here, ahead[here.rows], paths)
        parts[here.rows] = result[:, 6:]
        parts[here.rows, TERMS.index("delinquency")] = _logit(result[:, 0]) - _logit(result[:, 2])
    return parts


def _logit(p: Floats) -> Floats:
    clipped = np.clip(p, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _reference(config: WorldConfig, paths: int) -> Floats:
    """(terms,) means over good average accounts: the safer half of the first 600, half-yearly."""
    months = range(BURN_IN + 6, BURN_IN + config.n_months, 6)
    sample = np.arange(1, min(config.n_accounts, 600) + 1)
    group, kept = Group(config, sample), []
    for month in months:
        group.live(month - group.now)
        steady = (group.people["opened"] + 6 < month) & (group.state["missed"] == 0)
        rows = np.nonzero(steady)[0]
        here = Moments(rows, month, group, rows, group.state[rows])
        held = np.repeat(here.state["limit"][:, None], HORIZON, axis=1)
        result = _foresee(config, here, held, min(paths, 8))
        kept.append(result[result[:, 0] <= np.median(result[:, 0]), 6:])
    means = np.concatenate(kept).mean(axis=0)
    means[TERMS.index("delinquency")] = 0.0
    return np.asarray(means)


def _foresee(
    config: WorldConfig, here: Moments, given: Floats, paths: int, levers: Records | None = None
) -> Floats:
    """(k, 6 + terms) as `kernels.foresee`, on two threads; the split changes no figure."""
    group, chosen = here.group, no_levers(len(here.rows)) if levers is None else levers
    p, world, blank = config.parameters.record(), group.economy.world, np.zeros(1, MONTH)
    people, keys = group.people[here.index], group.keys[here.index]

    def part(rows: slice) -> Floats:
        lives = here.state[rows], people[rows], keys[rows], here.month, world, p
        return np.asarray(
            kernels.foresee(*lives, np.ascontiguousarray(given[rows]), chosen[rows], blank, paths)
        )

    half = (len(here.rows) + 1) // 2
    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(part, (slice(0, half), slice(half, None)))))


def _located(config: WorldConfig, observations: Observations) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n,) account numbers and months of the world.

    Raises:
        DataError: one of them lies outside it.
    """
    account = observations.frame[KEYS[0]].to_numpy()
    first = config.month_start(0)
    moment = observations.frame[KEYS[1]]
    month = (
        (moment.dt.year().cast(pl.Int64) - first.year) * 12 + moment.dt.month().cast(pl.Int64) - first.month
    )
    months = month.to_numpy()
    wrong = (account < 1) | (account > config.n_accounts) | (months < BURN_IN) | (months > config.span)
    if wrong.any():
        row = observations.frame.row(int(np.argmax(wrong)))
        raise DataError(
            f"observation account_id={row[0]}, as_of={row[1]} is not of this world: accounts 1 to "
            f"{config.n_accounts}, moments {config.month_start(BURN_IN)} to {config.month_start(config.span)}"
        )
    return account, months


def _moments(config: WorldConfig, observations: Observations) -> Iterator[Moments]:
    """Walks the world once, stopping at each month that is asked for.

    Raises:
        DataError: an account is not open at the moment it is asked for.
    """
    account, months = _located(config, observations)
    accounts, index = np.unique(account, return_inverse=True)
    group = Group(config, accounts)
    for month in np.unique(months):
        group.live(int(month) - group.now)
        rows = np.nonzero(months == month)[0]
        shut = group.people["opened"][index[rows]] >= month
        if shut.any():
            row = observations.frame.row(int(rows[np.argmax(shut)]))
            raise DataError(f"observation account_id={row[0]}: the account opens only after as_of={row[1]}")
        yield Moments(rows, int(month), group, index[rows], group.state[index[rows]])


def _limits_ahead(config: WorldConfig, observations: Observations) -> Floats:
    """(n, 12) limits that the incumbent set from `as_of` on; the last one holds beyond the end."""
    account, months = _located(config, observations)
    accounts, index = np.unique(account, return_inverse=True)
    limit = np.zeros((len(accounts), config.span))
    for start in range(0, len(accounts), 4_000):
        part = slice(start, start + 4_000)
        limit[part] = Group(config, accounts[part]).live(config.span)[0]["limit"]
    ahead = np.minimum(months[:, None] + np.arange(HORIZON), config.span - 1)
    return np.asarray(limit[index[:, None], ahead])
