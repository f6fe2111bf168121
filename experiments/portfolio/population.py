"""The people: who they are before anything happens to them. A pure function of seed and account number."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from experiments.portfolio import kernels
from experiments.portfolio.config import BURN_IN, WorldConfig
from experiments.portfolio.economy import INDUSTRIES
from experiments.portfolio.layout import PERSON
from features.arrays import Floats

CITY_SHARES = (0.20, 0.30, 0.30, 0.20)
"""Shares of city tiers 1 to 4."""
LIMITS = (5_000.0, 10_000.0, 15_000.0, 20_000.0, 25_000.0)
"""Initial limits of the published JD contest tables: exactly these five."""


@dataclass(frozen=True)
class Luck:
    """Draws by account; each stream is asked for once."""

    keys: NDArray[np.uint64]

    def uniform(self, stream: int) -> Floats:
        """(n,) in (0, 1)."""
        months = np.zeros(len(self.keys), np.int64)
        return np.asarray(kernels.uniforms(self.keys, months, 200 + stream, 0))

    def normal(self, stream: int) -> Floats:
        """(n,) standard normal."""
        return np.asarray(ndtri(self.uniform(stream)))


def make_people(config: WorldConfig, accounts: NDArray[np.int64]) -> NDArray[np.void]:
    """The people behind these account numbers, as records of `layout.PERSON`."""
    luck = Luck(kernels.account_keys(config.seed, accounts))
    people = np.zeros(len(accounts), PERSON)
    _standing(people, luck, config)
    _character(people, luck, config)
    _money(people, luck, config)
    _elsewhere(people, luck, config)
    _account(people, luck, config)
    return people


def _standing(people: NDArray[np.void], luck: Luck, config: WorldConfig) -> None:
    p = config.parameters.people
    people["city"] = 1 + np.searchsorted(np.cumsum(CITY_SHARES)[:-1], luck.uniform(0))
    shares = np.cumsum([i.share for i in INDUSTRIES])[:-1]
    people["industry"] = np.searchsorted(shares, luck.uniform(1))
    pay = np.array([i.pay for i in INDUSTRIES])[people["industry"]] - p.city_income * (people["city"] - 2.5)
    income = p.income_median_cny * np.exp(pay + p.income_sigma * luck.normal(2))
    people["income"] = np.clip(income, 2_000.0, 80_000.0)
    wealth = np.log(people["income"] / p.income_median_cny)
    people["formal"] = luck.uniform(3) < np.clip(p.formal_share + 0.15 * wealth, 0.2, 0.97)
    people["fund"] = people["formal"] * (luck.uniform(4) < np.clip(p.fund_share + 0.2 * wealth, 0.1, 0.98))
    people["self_paid"] = (people["formal"] == 0) & (luck.uniform(5) < 0.25)
    work = config.parameters.work
    steadiness = np.where(people["formal"] == 1, 1.0, 1.5)
    people["separation"] = work.separation * steadiness * np.exp(work.separation_sigma * luck.normal(6))
    people["declared"] = declared_base(people["income"], luck.uniform(7), config)


def declared_base(income: Floats, u: Floats, config: WorldConfig) -> Floats:
    """The contribution base that an employer declares, CNY a month, within the legal bounds."""
    low = config.parameters.observed.base_declared_low
    return np.asarray(np.round(np.clip(income * (low + (1.0 - low) * u), 3_600.0, 36_000.0) / 10.0) * 10.0)


def _character(people: NDArray[np.void], luck: Luck, config: WorldConfig) -> None:
    p = config.parameters.people
    common, own = luck.normal(10), np.sqrt(1.0 - p.common_trait**2)
    for stream, name in ((11, "habit"), (12, "character"), (13, "elsewhere"), (14, "reserves")):
        people[name] = p.common_trait * common + own * luck.normal(stream)
    people["engagement"] = p.orders_sigma * luck.normal(15)
    people["ticket"] = p.ticket_log + p.ticket_sigma * luck.normal(16) + 0.35 * _wealth(people, config)
    people["credit_share"] = np.clip(p.credit_share + 0.22 * luck.normal(17), 0.02, 0.98)
    people["returning"] = 0.6 * luck.normal(18)
    people["seek"] = config.parameters.need.seek_sigma * luck.normal(19)


def _wealth(people: NDArray[np.void], config: WorldConfig) -> Floats:
    return np.asarray(np.log(people["income"] / config.parameters.people.income_median_cny))


def _money(people: NDArray[np.void], luck: Luck, config: WorldConfig) -> None:
    """Who lives on credit: little income and no savings habit; sharply, so that most people do not at all."""
    p = config.parameters.people
    cushion = _wealth(people, config) + p.savings_sigma * luck.normal(20)
    thin = 1.0 / (1.0 + np.exp((cushion + p.thin_centre) / p.thin_width))
    people["thin"] = np.where(thin < 0.02, 0.0, thin)
    people["thirst"] = p.thirst_low + (p.thirst_high - p.thirst_low) * luck.uniform(21)


def _elsewhere(people: NDArray[np.void], luck: Luck, config: WorldConfig) -> None:
    p = config.parameters.people
    young = luck.uniform(30) < p.thin_file_share
    people["oldest_elsewhere"] = np.floor(np.where(young, 24, 24 + 150 * luck.uniform(31)) * luck.uniform(32))
    people["n_elsewhere"] = 1.0 + np.floor(people["oldest_elsewhere"] / 40.0 + 2.5 * luck.uniform(33))
    appetite = 0.6 * people["thin"] + 0.45 * luck.uniform(34)
    people["debt"] = np.round(people["income"] * appetite * people["n_elsewhere"], 2)
    people["limit_elsewhere"] = people["debt"] + people["income"] * (1.0 + 2.0 * luck.uniform(35))


def _account(people: NDArray[np.void], luck: Luck, config: WorldConfig) -> None:
    """When the account opens, its limit, due day, review months, and place in the randomised test."""
    before = luck.uniform(40) < 0.55
    last = BURN_IN + max(1, config.n_months - 6)
    opened = np.where(before, BURN_IN * luck.uniform(41), BURN_IN + (last - BURN_IN) * luck.uniform(41))
    people["opened"] = np.floor(opened)
    people["due_day"] = 8 + np.floor(15 * luck.uniform(42))
    people["review"] = np.floor(6 * luck.uniform(43))
    merit = 0.5 * _wealth(people, config) + 0.25 * people["character"] + 0.3 * people["engagement"]
    grade = np.clip(np.floor(1.7 + 1.25 * (merit + 0.8 * luck.normal(44))), 0, 4).astype(np.int64)
    people["initial_limit"] = np.array(LIMITS)[grade]
    waves = test_waves(config)
    tested = luck.uniform(45) < config.parameters.incumbent.test_share
    wave = np.array(waves)[np.floor(luck.uniform(46) * len(waves)).astype(np.int64)]
    people["test_month"] = np.where(tested, wave, -1)
    people["test_arm"] = np.floor(3 * luck.uniform(47))


def test_waves(config: WorldConfig) -> list[int]:
    """Months in which the randomised test starts: quarterly, each with a full year to watch."""
    last = BURN_IN + max(1, config.n_months - 13)
    return list(range(BURN_IN + min(6, config.n_months // 3), max(last, BURN_IN + 5), 3)) or [BURN_IN + 4]
