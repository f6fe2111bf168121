"""The exogenous economy: a sudden downturn and a slow recovery, industries out of phase, employer failures.

It is the same for every account and under every policy, and depends on the seed and the calendar alone.
"""

from calendar import monthrange
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.cashflow import kernels
from experiments.cashflow.config import BURN_IN, LOOKAHEAD, CashflowConfig
from features.arrays import Floats, Ints

SOUND, DISTRESSED, CLOSED = 0, 1, 2
_ECONOMY_ACCOUNT = 2**61
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
    Industry("manufacturing", 0.22, 0.00, 1.0, 0),
    Industry("construction", 0.10, 0.00, 1.6, -2),
    Industry("retail", 0.15, -0.12, 1.2, 1),
    Industry("catering", 0.09, -0.25, 1.5, 0),
    Industry("logistics", 0.09, 0.00, 0.7, 2),
    Industry("internet", 0.08, 0.45, 1.0, 4),
    Industry("finance", 0.05, 0.40, 0.6, 3),
    Industry("education", 0.08, 0.05, 0.3, 5),
    Industry("health", 0.07, 0.10, 0.1, 0),
    Industry("public_service", 0.07, 0.10, 0.0, 0),
)
"""Pay follows the order of the yearly wage tables of the statistics bureau; shares and swings are assumed."""

SEASON = {1: 1.05, 2: 0.78, 6: 1.45, 11: 1.60, 12: 1.10}
"""Seasonal factor on orders: 6·18, 11·11, and the weeks before and of Spring Festival."""


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


def make_economy(config: CashflowConfig) -> Economy:
    """Builds the economy of a configuration."""
    months = config.span + LOOKAHEAD
    t = np.arange(months)
    stress = downturn(t, config)
    industry = np.stack([i.swing * downturn(t - i.lag, config) for i in INDUSTRIES])
    first, count = _employer_ranges(config.n_employers)
    employer_industry = np.repeat(np.arange(len(INDUSTRIES)), count)
    key = np.uint64(kernels.account_key(config.seed, _ECONOMY_ACCOUNT))
    failed, gone = _failures(config, industry[employer_industry], key)
    calendar = [config.month_start(i) for i in range(months)]
    length = np.array([monthrange(day.year, day.month)[1] for day in calendar])
    environment = kernels.Environment(
        month=np.repeat(t, length),
        dom=np.concatenate([np.arange(1, n + 1) for n in length]),
        length=length,
        stress=stress,
        published=np.concatenate([[0.0], stress[:-1]]),
        industry=industry,
        distress=_distress(failed, gone, months),
        season=np.array([SEASON.get(day.month, 1.0) for day in calendar]),
        first=first,
        firms=count,
    )
    return Economy(environment, employer_industry, failed, gone, key)


def downturn(months: Ints, config: CashflowConfig) -> Floats:
    """A rise from 0 to 1 within a quarter, then an exponential recovery with a half-life of seven months.

    It begins in shown month 15 of 48, in proportion for other lengths.
    """
    start = BURN_IN + config.n_months * 15 / 48
    since = months.astype(float) - start
    rise = np.clip(since / 3.0, 0.0, 1.0)
    return np.asarray(rise * 0.5 ** (np.maximum(0.0, since - 3.0) / 7.0))


def _employer_ranges(n: int) -> tuple[Ints, Ints]:
    """(I,) first employer and number of employers of each industry."""
    edges = np.round(np.cumsum([0.0, *(i.share for i in INDUSTRIES)]) * n).astype(np.int64)
    return edges[:-1], np.diff(edges)


def _failures(config: CashflowConfig, stress: Floats, key: np.uint64) -> tuple[Ints, Ints]:
    """(E,) first month of distress, by a hazard in industry stress, and month of leaving the registry.

    Args:
        config: the simulation.
        stress: (E, T) stress of each employer's industry.
        key: random-stream key of the economy.
    """
    n, months = stress.shape
    income = config.parameters.income
    keys = np.repeat(kernels.account_keys(key, np.arange(n)), months)
    u = kernels.uniforms(keys, np.tile(np.arange(months), n), 0, 0).reshape(n, months)
    hit = u < income.employer_fail * (1.0 + income.employer_fail_stress * stress)
    failed = np.where(hit.any(axis=1), hit.argmax(axis=1), -1)
    wait = 2 + np.floor(kernels.uniforms(keys[::months], np.zeros(n, int), 1, 0) * 7).astype(np.int64)
    return failed, np.where(failed >= 0, failed + wait, -1)


def _distress(failed: Ints, gone: Ints, months: int) -> NDArray[np.int8]:
    """(E, T) state of each employer by month."""
    t = np.arange(months)
    begun = (failed[:, None] >= 0) & (t >= failed[:, None])
    ended = (gone[:, None] >= 0) & (t >= gone[:, None])
    return np.where(ended, CLOSED, np.where(begun, DISTRESSED, SOUND)).astype(np.int8)
