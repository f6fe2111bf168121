"""The economy of the world: one downturn and recovery, industries out of step, employers that fail, seasons.

It is the same for every account and for every policy, and depends on the seed and the calendar alone.
"""

from calendar import monthrange
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.portfolio import kernels
from experiments.portfolio.config import BURN_IN, WorldConfig

BEYOND = 13
"""Months of economy beyond the last one shown: the truth looks a year ahead of any month."""

SOUND, DISTRESSED, GONE = 0, 1, 2


@dataclass(frozen=True)
class Industry:
    """An industry and how it takes a downturn.

    Attributes:
        name: code in the tables.
        share: of workers.
        pay: log income against the median.
        swing: its stress in units of the country's.
        lag: months behind the country; negative = ahead.
    """

    name: str
    share: float
    pay: float
    swing: float
    lag: int


INDUSTRIES = (
    Industry("manufacturing", 0.22, 0.00, 1.1, 0),
    Industry("construction", 0.10, 0.00, 1.5, -3),
    Industry("retail", 0.15, -0.12, 1.0, 2),
    Industry("catering", 0.09, -0.25, 1.2, 1),
    Industry("logistics", 0.09, 0.00, 0.8, 3),
    Industry("internet", 0.08, 0.45, 1.1, 5),
    Industry("finance", 0.05, 0.40, 0.6, 4),
    Industry("education", 0.08, 0.05, 0.3, 6),
    Industry("health", 0.07, 0.10, 0.1, 0),
    Industry("public_service", 0.07, 0.10, 0.0, 0),
)
"""Pay follows the order of the yearly wage tables of the statistics bureau; shares and swings are assumed."""

SEASON = {1: 0.05, 2: -0.25, 6: 0.40, 11: 0.50, 12: 0.10}
"""Log factor on orders: 6·18, 11·11, and the weeks before and of Spring Festival."""


@dataclass(frozen=True)
class Economy:
    """Everything that happens to everyone.

    Attributes:
        world: the arrays that compiled code reads.
        employer_industry: (E,) industry of each employer.
        failed: (E,) month in which distress began, −1 = never.
        gone: (E,) month in which the employer left the registry, −1 = never.
        luck: seed of the economy's own noise.
    """

    world: kernels.World
    employer_industry: NDArray[np.int64]
    failed: NDArray[np.int64]
    gone: NDArray[np.int64]
    luck: np.uint64


def make_economy(config: WorldConfig) -> Economy:
    """Builds the economy of a configuration."""
    months = config.span + BEYOND
    stress = _downturn(np.arange(months, dtype=float), config)
    industry = np.stack(
        [i.swing * _downturn(np.arange(months, dtype=float) - i.lag, config) for i in INDUSTRIES]
    )
    first, count = _employer_ranges(config.n_employers)
    owner = np.repeat(np.arange(len(INDUSTRIES)), count)
    luck = np.uint64(kernels.account_key(config.seed, 2**62))
    failed, gone = _failures(config, industry[owner], luck)
    distress = _distress(failed, gone, months)
    calendar = [config.month_start(t) for t in range(months)]
    published = np.concatenate([[0.0], stress[:-1]])
    world = kernels.World(
        stress,
        published,
        industry,
        distress,
        np.array([SEASON.get(day.month, 0.0) for day in calendar]),
        np.array([day.month in (6, 11) for day in calendar], dtype=np.int8),
        np.array([monthrange(day.year, day.month)[1] for day in calendar]),
        first,
        count,
    )
    return Economy(world, owner, failed, gone, luck)


def _downturn(months: NDArray[np.float64], config: WorldConfig) -> NDArray[np.float64]:
    """A smooth bump from 0 to 1 and back: shown months 14 to 26 of 48, in proportion for other lengths."""
    centre = BURN_IN + config.n_months * 20 / 48
    half = config.n_months * 7 / 48
    x = np.clip(np.abs(months - centre) / half, 0.0, 1.0)
    return np.asarray(np.cos(np.pi / 2 * x) ** 2)


def _employer_ranges(n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    edges = np.round(np.cumsum([0.0, *(i.share for i in INDUSTRIES)]) * n).astype(np.int64)
    return edges[:-1], np.diff(edges)


def _failures(
    config: WorldConfig, stress: NDArray[np.float64], luck: np.uint64
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First month of distress and month of leaving the registry, a competing hazard by industry stress."""
    n, months = stress.shape
    work = config.parameters.work
    keys = np.repeat(kernels.account_keys(luck, np.arange(n)), months)
    u = kernels.uniforms(keys, np.tile(np.arange(months), n), 0, 0).reshape(n, months)
    hit = u < work.employer_fail * np.exp(work.employer_fail_stress * stress)
    failed = np.where(hit.any(axis=1), hit.argmax(axis=1), -1)
    wait = 3 + np.floor(kernels.uniforms(keys[::months], np.zeros(n, int), 1, 0) * 6).astype(np.int64)
    return failed, np.where(failed >= 0, failed + wait, -1)


def _distress(failed: NDArray[np.int64], gone: NDArray[np.int64], months: int) -> NDArray[np.int8]:
    t = np.arange(months)
    begun = (failed[:, None] >= 0) & (t >= failed[:, None])
    ended = (gone[:, None] >= 0) & (t >= gone[:, None])
    return np.where(ended, GONE, np.where(begun, DISTRESSED, SOUND)).astype(np.int8)
