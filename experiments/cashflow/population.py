"""The population: fixed attributes of people and accounts, a pure function of seed and account number."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import poisson

from experiments.cashflow import kernels
from experiments.cashflow.config import BURN_IN, CashflowConfig
from experiments.cashflow.economy import INDUSTRIES
from experiments.cashflow.layout import (
    FAMILY,
    FORMAL,
    INFORMAL,
    LOANS,
    PERSON,
    PLATFORM,
    RENT,
    SELF_EMPLOYED,
)
from features.arrays import Floats, Ints

CITY_SHARES = (0.20, 0.30, 0.30, 0.20)
"""Shares of city tiers 1 to 4."""

People = NDArray[np.void]
"""Records of `layout.PERSON`."""
Values = Mapping[str, float]


@dataclass(frozen=True)
class AttributeDraws:
    """Random draws behind the attributes, by account; each stream is one attribute and is read once.

    Attributes:
        keys: (n,) random-stream keys of the accounts.
        common: weight of prudence, the one trait that several attributes share.
    """

    keys: NDArray[np.uint64]
    common: float

    def uniform(self, stream: int) -> Floats:
        """(n,) in (0, 1)."""
        months = np.zeros(len(self.keys), np.int64)
        return np.asarray(kernels.uniforms(self.keys, months, 200 + stream, 0))

    def normal(self, stream: int) -> Floats:
        """(n,) standard normal."""
        return np.asarray(ndtri(self.uniform(stream)))

    def trait(self, stream: int) -> Floats:
        """(n,) standard normal, high with prudence."""
        own = np.sqrt(1.0 - self.common**2)
        return np.asarray(self.common * self.normal(99) + own * self.normal(stream))

    def between(self, stream: int, low: float, high: float) -> Floats:
        """(n,) evenly from low to high."""
        return np.asarray(low + (high - low) * self.uniform(stream))

    def day(self, stream: int) -> Ints:
        """(n,) day of the month, 1 to 28."""
        return 1 + np.floor(28.0 * self.uniform(stream)).astype(np.int64)


def make_people(config: CashflowConfig, accounts: Ints) -> People:
    """The people behind these account numbers, as records of `layout.PERSON`."""
    values = config.parameters.flat()
    draws = AttributeDraws(kernels.account_keys(config.seed, accounts), values["common_prudence"])
    people = np.zeros(len(accounts), PERSON)
    _work(people, draws, values)
    _obligations(people, draws, values)
    _priority(people, draws, values)
    _habits(people, draws, values)
    _credit_elsewhere(people, draws, values)
    _shopping(people, draws, values)
    _account_terms(people, draws, config, values)
    return people


def _work(people: People, draws: AttributeDraws, p: Values) -> None:
    """City tier, industry, kind of work, wage or receipts, and the base that an employer declares."""
    people["city"] = 1 + np.searchsorted(np.cumsum(CITY_SHARES)[:-1], draws.uniform(0))
    people["industry"] = np.searchsorted(np.cumsum([i.share for i in INDUSTRIES])[:-1], draws.uniform(1))
    pay = np.array([i.pay for i in INDUSTRIES])[people["industry"]] - p["city_pay"] * (people["city"] - 2.5)
    skill = draws.normal(2)
    people["wage"] = np.clip(p["wage_median"] * np.exp(pay + p["wage_sigma"] * skill), 2_200.0, 80_000.0)
    formal = np.clip(p["formal_share"] + 0.12 * skill, 0.2, 0.95)
    informal = formal + (1.0 - formal) * p["informal_share"] / (1.0 - p["formal_share"])
    u = draws.uniform(3)
    people["kind"] = np.where(u < formal, FORMAL, np.where(u < informal, INFORMAL, SELF_EMPLOYED))
    people["fund"] = (people["kind"] == FORMAL) & (draws.uniform(4) < p["fund_share"] + 0.15 * skill)
    people["separation"] = p["separation"] * np.where(people["kind"] == FORMAL, 1.0, 2.0)
    people["receipts"] = draws.between(5, p["receipts_low"], p["receipts_high"])
    people["pay_day"] = np.where(draws.uniform(6) < 0.6, 10 + 5 * (draws.uniform(7) < 0.5), draws.day(8))
    low = p["base_declared_low"]
    declared = people["wage"] * draws.between(9, low, 1.0)
    people["declared"] = np.round(np.clip(declared, 3_600.0, 36_000.0) / 10.0) * 10.0


def _obligations(people: People, draws: AttributeDraws, p: Values) -> None:
    """Essentials, rent (less what a housing fund pays), support of a family."""
    share = draws.between(10, p["essentials_low"], p["essentials_high"])
    people["essentials"] = np.maximum(p["essentials_floor"], share * people["wage"] ** 0.85 * 6_800.0**0.15)
    rent = people["wage"] * draws.between(11, p["rent_low"], p["rent_high"])
    relief = np.where(people["fund"] == 1, 1.0 - p["fund_rent_relief"], 1.0)
    people["rent"] = np.round(np.where(draws.uniform(12) < p["renter_share"], rent * relief, 0.0), 2)
    family = people["wage"] * draws.between(13, p["family_low"], p["family_high"])
    people["family"] = np.round(np.where(draws.uniform(14) < p["family_share"], family, 0.0), 2)
    people["rent_day"], people["family_day"] = draws.day(15), draws.day(16)


def _priority(people: People, draws: AttributeDraws, p: Values) -> None:
    """The person's own order: the platform first, last or between; the others in an order of their own."""
    weight = np.stack([draws.uniform(20 + k) for k in range(4)], axis=1)
    weight[:, RENT] -= 0.3
    weight[:, FAMILY] += 0.2
    u = draws.uniform(24)
    weight[:, PLATFORM] = np.where(u < p["platform_first"], -1.0, weight[:, PLATFORM])
    weight[:, PLATFORM] = np.where(u > 1.0 - p["platform_last"], 2.0, weight[:, PLATFORM])
    people["rank"] = np.argsort(np.argsort(weight, axis=1), axis=1)


def _habits(people: People, draws: AttributeDraws, p: Values) -> None:
    """Savings, spending, foresight, memory, and the part of a bill that is paid."""
    months = np.exp(p["buffer_log"] + p["buffer_sigma"] * draws.trait(30))
    people["buffer"] = months * people["essentials"]
    haste = ndtr(-draws.trait(31))
    people["spend_speed"] = p["spend_speed_low"] + (p["spend_speed_high"] - p["spend_speed_low"]) * haste
    care = ndtr(draws.trait(32))
    people["foresight"] = p["foresight_low"] + (1.0 - p["foresight_low"]) * care
    lapse = ndtr(-draws.trait(33))
    people["forget"] = p["forget_low"] + (p["forget_high"] - p["forget_low"]) * lapse**3
    people["autopay"] = draws.uniform(34) < p["autopay_share"]
    people["lead"] = np.floor(8.0 * draws.uniform(35) ** 2)
    partial = draws.uniform(36) < p["minimum_payer_share"]
    people["part"] = np.where(partial, draws.between(37, p["part_low"], p["part_high"]), 1.0)
    seek = ndtr(-draws.trait(38))
    people["seek"] = p["seek_low"] + (p["seek_high"] - p["seek_low"]) * seek**2


def _credit_elsewhere(people: People, draws: AttributeDraws, p: Values) -> None:
    """Loans with other lenders at the start, limits of cards, age of the oldest account."""
    wanted = p["loans_mean"] * (0.5 + 2.0 * people["seek"] / p["seek_high"])
    people["n_loans"] = np.minimum(poisson.ppf(draws.uniform(40), wanted), LOANS)
    for k in range(LOANS):
        size = np.exp(p["loan_size_log"] + p["loan_size_sigma"] * draws.normal(41 + k))
        people["loan"][:, k] = np.round(people["wage"] * size, 2)
    people["card_limit"] = np.round(people["wage"] * draws.between(46, 0.0, 4.0), -2)
    people["oldest_elsewhere"] = np.floor(24 + 150 * draws.uniform(47) * draws.uniform(48))


def _shopping(people: People, draws: AttributeDraws, p: Values) -> None:
    """How much is bought on the platform, how, and whether an unused limit tempts."""
    richer = np.log(people["wage"] / p["wage_median"])
    people["orders"] = np.exp(p["orders_log"] + p["orders_sigma"] * draws.normal(50))
    people["ticket"] = p["ticket_log"] + p["ticket_sigma"] * draws.normal(51) + 0.4 * richer
    people["credit_share"] = np.clip(p["credit_share"] + 0.22 * draws.normal(52), 0.02, 0.98)
    people["returning"] = np.minimum(0.4, np.exp(p["return_log"] + p["return_sigma"] * draws.normal(53)))
    tempted = ndtr(-draws.trait(54)) < p["pull_share"]
    people["pull"] = np.where(tempted, p["pull_size"] * draws.uniform(55), 0.0)


def _account_terms(people: People, draws: AttributeDraws, config: CashflowConfig, p: Values) -> None:
    """When the account opens, its bill day and first limit, and who is drawn for the randomised test."""
    shown, last = config.day_index(config.month_start(BURN_IN)), config.span - 6
    end = config.day_index(config.month_start(max(last, BURN_IN + 1)))
    before = draws.uniform(60) < 0.55
    opened = np.where(before, shown * draws.uniform(61), shown + (end - shown) * draws.uniform(61))
    people["opened"] = np.maximum(1, np.floor(opened))
    people["bill_day"] = draws.day(62)
    people["review"] = np.floor(6 * draws.uniform(63))
    guess = people["wage"] * p["limit_wages"] * np.exp(p["limit_error"] * draws.normal(64))
    people["initial_limit"] = np.round(np.clip(guess, p["limit_low"], p["limit_high"]), -2)
    waves = randomisation_months(config)
    wave = np.array(waves)[np.floor(draws.uniform(65) * len(waves)).astype(np.int64)]
    people["test_month"] = np.where(draws.uniform(66) < p["test_share"], wave, -1)
    people["test_arm"] = np.floor(3 * draws.uniform(67))


def randomisation_months(config: CashflowConfig) -> list[int]:
    """Months in which the randomised test starts: quarterly, each with a full year of outcomes after it."""
    last = BURN_IN + max(1, config.n_months - 13)
    return list(range(BURN_IN + min(6, config.n_months // 3), max(last, BURN_IN + 5), 3)) or [BURN_IN + 4]
