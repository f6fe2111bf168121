"""The exogenous economy: one downturn and recovery, industries out of phase, employer failures, seasons.

It is the same for every account and under every policy, and depends on the seed and the calendar alone.
"""

from calendar import monthrange
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.portfolio import kernels
from experiments.portfolio.config import BURN_IN, SimulationConfig
from features.arrays import Floats, Ints

LOOKAHEAD_MONTHS = 13
"""Months of economy beyond the last one shown: expected outcomes reach a year ahead of any month."""

SOUND, DISTRESSED, CLOSED = 0, 1, 2
_ECONOMY_ACCOUNT = 2**62
"""The account number, far beyond any real one, whose random-stream key the economy uses."""


@dataclass(frozen=True)
class Industry:
    """An industry and its exposure to a downturn.

    Attributes:
        name: code in the tables.
        share: of workers.
        pay: log income against the median.
        swing: its stress as a multiple of the country's.
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
"""Seasonal log factor on orders: 6·18, 11·11, and the weeks before and of Spring Festival."""
FESTIVALS = {6: 18, 11: 11}
"""Day of the shopping festival by month: 6·18 and 11·11."""


@dataclass(frozen=True)
class Economy:
    """The exogenous series, and the failures of employers behind them.

    Attributes:
        environment: the arrays that compiled code reads.
        employer_industry: (E,) industry of each employer.
        failed: (E,) month in which distress began, −1 = never.
        gone: (E,) month in which the employer left the registry, −1 = never.
        key: random-stream key of the economy.
    """

    environment: kernels.Environment
    employer_industry: Ints
    failed: Ints
    gone: Ints
    key: np.uint64


def make_economy(config: SimulationConfig) -> Economy:
    """Builds the economy of a configuration."""
    months = config.span + LOOKAHEAD_MONTHS
    industry = np.stack([i.swing * _downturn(np.arange(months) - i.lag, config) for i in INDUSTRIES])
    first, count = _employer_ranges(config.n_employers)
    employer_industry = np.repeat(np.arange(len(INDUSTRIES)), count)
    key = np.uint64(kernels.account_key(config.seed, _ECONOMY_ACCOUNT))
    failed, gone = _failures(config, industry[employer_industry], key)
    stress, calendar = _downturn(np.arange(months), config), [config.month_start(t) for t in range(months)]
    environment = kernels.Environment(
        stress=stress,
        published=np.concatenate([[0.0], stress[:-1]]),
        industry=industry,
        distress=_distress(failed, gone, months),
        season=np.array([SEASON.get(day.month, 0.0) for day in calendar]),
        festival=np.array([FESTIVALS.get(day.month, 0) for day in calendar], dtype=np.int8),
        days=np.array([monthrange(day.year, day.month)[1] for day in calendar]),
        first=first,
        firms=count,
    )
    return Economy(environment, employer_industry, failed, gone, key)


def _downturn(months: Ints, config: SimulationConfig) -> Floats:
    """A smooth bump from 0 to 1 and back: shown months 14 to 26 of 48, in proportion for other lengths."""
    centre = BURN_IN + config.n_months * 20 / 48
    half = config.n_months * 7 / 48
    x = np.clip(np.abs(months.astype(float) - centre) / half, 0.0, 1.0)
    return np.asarray(np.cos(np.pi / 2 * x) ** 2)


def _employer_ranges(n: int) -> tuple[Ints, Ints]:
    """(I,) first employer and number of employers of each industry."""
    edges = np.round(np.cumsum([0.0, *(i.share for i in INDUSTRIES)]) * n).astype(np.int64)
    return edges[:-1], np.diff(edges)


def _failures(config: SimulationConfig, stress: Floats, key: np.uint64) -> tuple[Ints, Ints]:
    """(E,) first month of distress, by a hazard in industry stress, and month of leaving the registry.

    Args:
        config: the simulation.
        stress: (E, T) stress of each employer's industry.
        key: random-stream key of the economy.
    """
    n, months = stress.shape
    work = config.parameters.work
    keys = np.repeat(kernels.account_keys(key, np.arange(n)), months)
    u = kernels.uniforms(keys, np.tile(np.arange(months), n), 0, 0).reshape(n, months)
    hit = u < work.employer_fail * np.exp(work.employer_fail_stress * stress)
    failed = np.where(hit.any(axis=1), hit.argmax(axis=1), -1)
    wait = 3 + np.floor(kernels.uniforms(keys[::months], np.zeros(n, int), 1, 0) * 6).astype(np.int64)
    return failed, np.where(failed >= 0, failed + wait, -1)


def _distress(failed: Ints, gone: Ints, months: int) -> NDArray[np.int8]:
    """(E, T) state of each employer by month."""
    t = np.arange(months)
    begun = (failed[:, None] >= 0) & (t >= failed[:, None])
    ended = (gone[:, None] >= 0) & (t >= gone[:, None])
    return np.where(ended, CLOSED, np.where(begun, DISTRESSED, SOUND)).astype(np.int8)
