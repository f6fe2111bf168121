"""The population: fixed attributes of people and accounts, a pure function of seed and account number."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from experiments.portfolio import kernels
from experiments.portfolio.config import BURN_IN, SimulationConfig
from experiments.portfolio.economy import INDUSTRIES
from experiments.portfolio.layout import PERSON
from features.arrays import Floats, Ints

CITY_SHARES = (0.20, 0.30, 0.30, 0.20)
"""Shares of city tiers 1 to 4."""
LIMITS = (5_000.0, 10_000.0, 15_000.0, 20_000.0, 25_000.0)
"""Initial limits of the published JD contest tables: exactly these five."""

LAST_BILL_DAY = 28
"""Every month has this day."""

People = NDArray[np.void]
"""Records of `layout.PERSON`."""


@dataclass(frozen=True)
class AttributeDraws:
    """Random draws behind the attributes, by account; each stream is one attribute and is read once.

    Attributes:
        keys: (n,) random-stream keys of the accounts.
    """

    keys: NDArray[np.uint64]

    def uniform(self, stream: int) -> Floats:
        """(n,) in (0, 1)."""
        months = np.zeros(len(self.keys), np.int64)
        return np.asarray(kernels.uniforms(self.keys, months, 200 + stream, 0))

    def normal(self, stream: int) -> Floats:
        """(n,) standard normal."""
        return np.asarray(ndtri(self.uniform(stream)))


def make_people(config: SimulationConfig, accounts: Ints) -> People:
    """The people behind these account numbers, as records of `layout.PERSON`."""
    draws = AttributeDraws(kernels.account_keys(config.seed, accounts))
    people = np.zeros(len(accounts), PERSON)
    _income(people, draws, config)
    _employment(people, draws, config)
    _traits(people, draws, config)
    _reliance_on_credit(people, draws, config)
    _credit_elsewhere(people, draws, config)
    _account_terms(people, draws, config)
    _randomised_test(people, draws, config)
    return people


def _income(people: People, draws: AttributeDraws, config: SimulationConfig) -> None:
    """City tier, industry and lognormal income around the median of both."""
    p = config.parameters.people
    people["city"] = 1 + np.searchsorted(np.cumsum(CITY_SHARES)[:-1], draws.uniform(0))
    shares = np.cumsum([i.share for i in INDUSTRIES])[:-1]
    people["industry"] = np.searchsorted(shares, draws.uniform(1))
    pay = np.array([i.pay for i in INDUSTRIES])[people["industry"]] - p.city_income * (people["city"] - 2.5)
    income = p.income_median_cny * np.exp(pay + p.income_sigma * draws.normal(2))
    people["income"] = np.clip(income, 2_000.0, 80_000.0)


def _employment(people: People, draws: AttributeDraws, config: SimulationConfig) -> None:
    """Formal employment, housing fund, the hazard of job loss, and the base that is declared."""
    p, work, relative = config.parameters.people, config.parameters.work, _log_relative_income(people, config)
    people["formal"] = draws.uniform(3) < np.clip(p.formal_share + 0.15 * relative, 0.2, 0.97)
    fund_share = np.clip(p.fund_share + 0.2 * relative, 0.1, 0.98)
    people["fund"] = people["formal"] * (draws.uniform(4) < fund_share)
    people["self_paid"] = (people["formal"] == 0) & (draws.uniform(5) < 0.25)
    steadiness = np.where(people["formal"] == 1, 1.0, 1.5)
    people["separation"] = work.separation * steadiness * np.exp(work.separation_sigma * draws.normal(6))
    people["declared"] = declared_base(people["income"], draws.uniform(7), config)


def declared_base(income: Floats, u: Floats, config: SimulationConfig) -> Floats:
    """The contribution base that an employer declares, CNY a month, within the legal bounds."""
    low = config.parameters.observed.base_declared_low
    return np.asarray(np.round(np.clip(income * (low + (1.0 - low) * u), 3_600.0, 36_000.0) / 10.0) * 10.0)


def _traits(people: People, draws: AttributeDraws, config: SimulationConfig) -> None:
    """Standardised traits, correlated through one common factor, and shopping preferences."""
    p = config.parameters.people
    common, own = draws.normal(10), np.sqrt(1.0 - p.common_trait**2)
    for stream, name in ((11, "habit"), (12, "character"), (13, "elsewhere"), (14, "reserves")):
        people[name] = p.common_trait * common + own * draws.normal(stream)
    people["engagement"] = p.orders_sigma * draws.normal(15)
    relative = _log_relative_income(people, config)
    people["ticket"] = p.ticket_log + p.ticket_sigma * draws.normal(16) + 0.35 * relative
    people["credit_share"] = np.clip(p.credit_share + 0.22 * draws.normal(17), 0.02, 0.98)
    people["returning"] = 0.6 * draws.normal(18)
    people["seek"] = config.parameters.need.seek_sigma * draws.normal(19)


def _log_relative_income(people: People, config: SimulationConfig) -> Floats:
    return np.asarray(np.log(people["income"] / config.parameters.people.income_median_cny))


def _reliance_on_credit(people: People, draws: AttributeDraws, config: SimulationConfig) -> None:
    """Reliance on credit (`thin`): a steep logistic in income and savings, so that most people are 0 or 1."""
    p = config.parameters.people
    cushion = _log_relative_income(people, config) + p.savings_sigma * draws.normal(20)
    thin = 1.0 / (1.0 + np.exp((cushion + p.thin_centre) / p.thin_width))
    people["thin"] = np.where(thin < 0.02, 0.0, thin)
    people["thirst"] = p.thirst_low + (p.thirst_high - p.thirst_low) * draws.uniform(21)


def _credit_elsewhere(people: People, draws: AttributeDraws, config: SimulationConfig) -> None:
    """Accounts, debt and limits with other lenders."""
    p = config.parameters.people
    young = draws.uniform(30) < p.thin_file_share
    age = np.where(young, 24, 24 + 150 * draws.uniform(31))
    people["oldest_elsewhere"] = np.floor(age * draws.uniform(32))
    people["n_elsewhere"] = 1.0 + np.floor(people["oldest_elsewhere"] / 40.0 + 2.5 * draws.uniform(33))
    appetite = 0.6 * people["thin"] + 0.45 * draws.uniform(34)
    people["debt"] = np.round(people["income"] * appetite * people["n_elsewhere"], 2)
    people["limit_elsewhere"] = people["debt"] + people["income"] * (1.0 + 2.0 * draws.uniform(35))


def _account_terms(people: People, draws: AttributeDraws, config: SimulationConfig) -> None:
    """When the account opens, its initial limit, bill and due days, and review months."""
    before = draws.uniform(40) < 0.55
    last = BURN_IN + max(1, config.n_months - 6)
    opened = np.where(before, BURN_IN * draws.uniform(41), BURN_IN + (last - BURN_IN) * draws.uniform(41))
    people["opened"] = np.floor(opened)
    people["bill_day"] = 1 + np.floor(LAST_BILL_DAY * draws.uniform(48))
    people["due_day"] = 10 + np.floor(15 * draws.uniform(42))
    people["review"] = np.floor(6 * draws.uniform(43))
    relative = _log_relative_income(people, config)
    merit = 0.5 * relative + 0.25 * people["character"] + 0.3 * people["engagement"]
    grade = np.clip(np.floor(1.7 + 1.25 * (merit + 0.8 * draws.normal(44))), 0, 4).astype(np.int64)
    people["initial_limit"] = np.array(LIMITS)[grade]


def _randomised_test(people: People, draws: AttributeDraws, config: SimulationConfig) -> None:
    """Who is drawn for the randomised test of limits, in which month, and in which arm."""
    waves = randomisation_months(config)
    drawn = draws.uniform(45) < config.parameters.incumbent.test_share
    wave = np.array(waves)[np.floor(draws.uniform(46) * len(waves)).astype(np.int64)]
    people["test_month"] = np.where(drawn, wave, -1)
    people["test_arm"] = np.floor(3 * draws.uniform(47))


def randomisation_months(config: SimulationConfig) -> list[int]:
    """Months in which the randomised test starts: quarterly, each with a full year of outcomes after it."""
    last = BURN_IN + max(1, config.n_months - 13)
    return list(range(BURN_IN + min(6, config.n_months // 3), max(last, BURN_IN + 5), 3)) or [BURN_IN + 4]
