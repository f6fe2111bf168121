"""The parameters of the world; `experiments/configs/world.toml` has their values and the reasons for them."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from features.errors import ConfigError
from features.paths import ROOT

WORLD_TOML = ROOT / "experiments" / "configs" / "world.toml"


class WorldSection(BaseModel):
    """A table of the TOML file; unknown and missing names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class People(WorldSection):
    """Who the customers are."""

    income_median_cny: float
    income_sigma: float
    city_income: float
    formal_share: float
    fund_share: float
    thin_centre: float
    thin_width: float
    savings_sigma: float
    thirst_low: float
    thirst_high: float
    common_trait: float
    orders_log: float
    orders_sigma: float
    ticket_log: float
    ticket_sigma: float
    credit_share: float
    thin_file_share: float


class Work(WorldSection):
    """Jobs, income, illness, moves, employers."""

    separation: float
    separation_sigma: float
    separation_stress: float
    separation_distress: float
    rehire: float
    rehire_stress: float
    idle_income: float
    income_noise: float
    income_memory: float
    illness: float
    moving: float
    employer_fail: float
    employer_fail_stress: float


class Need(WorldSection):
    """What people want to borrow, here and elsewhere."""

    shock_job: float
    shock_illness: float
    draw_speed: float
    pay_speed: float
    seek_base: float
    seek_need: float
    seek_job: float
    seek_sigma: float
    seek_memory: float
    lend_chance: float
    loan_log: float
    loan_sigma: float
    debt_paydown: float
    close_chance: float
    elsewhere_late: float


class Shopping(WorldSection):
    """Orders on the platform."""

    size_sigma: float
    job_orders: float
    frozen_orders: float
    moving_orders: float
    instalment_from_cny: float
    instalment_share: float
    instalment_need: float
    need_order: float
    return_base: float
    promo_chance: float
    promo_accept: float
    promo_discount: float
    promo_need: float


class Repayment(WorldSection):
    """How bills are paid, late, rolled, cured."""

    minimum_rate: float
    full_below: float
    carry_noise: float
    slack_minimum: float
    slack_habit: float
    late_base: float
    late_habit: float
    late_risk: float
    roll1: float
    roll2: float
    roll3: float
    roll_risk: float
    stay_share: float
    late_fee_daily: float


class Risk(WorldSection):
    """Log-odds of missing a due payment, one term a theme."""

    intercept: float
    arrears: float
    arrears_heal: float
    tenure: float
    tenure_months: float
    repayment: float
    habit_memory: float
    habit_noise: float
    utilisation: float
    balance: float
    spending: float
    returns: float
    other_debt: float
    inquiries: float
    bureau_record: float
    third_party: float
    social_job: float
    social_income: float
    employer: float
    employer_industry: float
    housing_fund: float
    economy: float
    illness_hidden: float
    moving_hidden: float


class Incumbent(WorldSection):
    """The platform-only limit rule that the portfolio was run under."""

    raise_activity: float
    raise_use: float
    raise_chance: float
    raise_low: float
    raise_high: float
    raise_tenure: float
    raise_clean: float
    cut_stress: float
    cut_share: float
    request_chance: float
    request_use: float
    request_grant: float
    test_share: float
    test_hold: float
    temporary_chance: float
    spend_memory: float


class Economics(WorldSection):
    """What a balance earns and costs."""

    carry_rate: float
    instalment_fee: float
    merchant_rate: float
    funding_rate: float
    servicing_cny: float
    loss_given_bad: float


class Observed(WorldSection):
    """What the lender gets to see of it."""

    consent_at_opening: float
    consent_withdrawn: float
    score_noise: float
    base_declared_low: float
    late_row: float


class Parameters(WorldSection):
    """All sections. Names are unique across sections, so the kernels see one flat record."""

    people: People
    work: Work
    need: Need
    shopping: Shopping
    repayment: Repayment
    risk: Risk
    incumbent: Incumbent
    economics: Economics
    observed: Observed

    def flat(self) -> dict[str, float]:
        """Name to value over all sections."""
        return {name: value for section in self.model_dump().values() for name, value in section.items()}

    def record(self) -> Any:
        """The parameters as one numpy record, which compiled code reads by name."""
        values = self.flat()
        return np.array([tuple(values.values())], dtype=[(name, "f8") for name in values])[0]


@lru_cache
def read_parameters(path: Path = WORLD_TOML) -> Parameters:
    """Reads the TOML file.

    Raises:
        ConfigError: the file is missing or a name in it is unknown, missing or not a number.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text())
        return Parameters.model_validate(raw)
    except OSError as error:
        raise ConfigError(f"world parameters: {path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"world parameters: {path}: {where}: {first['msg']}") from error
