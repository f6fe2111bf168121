"""Sections of the parameter file `experiments/configs/cashflow_simulation.toml`, which explains each name."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the file; unknown and missing names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Income(Section):
    """Work, wages, receipts, illness, and the failures of employers."""

    wage_median: float
    wage_sigma: float
    city_pay: float
    formal_share: float
    informal_share: float
    fund_share: float
    separation: float
    separation_stress: float
    separation_distress: float
    severance: float
    rehire: float
    rehire_stress: float
    new_wage_sigma: float
    idle_income: float
    wage_unpaid: float
    receipts_low: float
    receipts_high: float
    receipts_sigma: float
    receipts_stress: float
    level_memory: float
    level_sigma: float
    illness: float
    illness_days_low: float
    illness_days_high: float
    illness_cost: float
    illness_pay: float
    employer_fail: float
    employer_fail_stress: float


class Obligations(Section):
    """Essentials, rent, family and loans elsewhere at the start, and who is paid first."""

    essentials_low: float
    essentials_high: float
    essentials_floor: float
    renter_share: float
    rent_low: float
    rent_high: float
    fund_rent_relief: float
    family_share: float
    family_low: float
    family_high: float
    loans_mean: float
    loan_size_log: float
    loan_size_sigma: float
    loan_months: float
    loan_rate: float
    platform_first: float
    platform_last: float


class Household(Section):
    """Savings, spending and what is kept back."""

    buffer_log: float
    buffer_sigma: float
    spend_speed_low: float
    spend_speed_high: float
    foresight_low: float
    keep_essentials: float
    irregular_horizon: float
    common_prudence: float


class Payment(Section):
    """How bills are paid, forgotten, and overdue."""

    autopay_share: float
    forget_low: float
    forget_high: float
    reminder: float
    remember_days: float
    minimum_payer_share: float
    part_low: float
    part_high: float
    minimum_rate: float
    partial_from: float
    write_off_days: float


class Borrowing(Section):
    """Credit sought elsewhere, and what other lenders grant."""

    seek_low: float
    seek_high: float
    curious: float
    consume: float
    consume_appetite: float
    burden_cap: float
    lax_share: float
    new_loan_need: float
    loan_floor: float
    loan_cap: float


class Shopping(Section):
    """Orders, baskets that grow with the limit, instalment offers."""

    orders_log: float
    orders_sigma: float
    ticket_log: float
    ticket_sigma: float
    size_sigma: float
    credit_share: float
    instalment_from: float
    instalment_share: float
    return_log: float
    return_sigma: float
    short_on_credit: float
    pull_share: float
    pull_rate: float
    pull_size: float
    offer_chance: float
    accept_share: float
    accept_discount: float


class Lender(Section):
    """Bills, fees, limits and the incumbent policy."""

    bill_due_days: float
    carry_rate: float
    instalment_fee: float
    late_fee_daily: float
    limit_low: float
    limit_high: float
    limit_wages: float
    limit_error: float
    raise_chance: float
    raise_low: float
    raise_high: float
    raise_months: float
    raise_clean: float
    raise_activity: float
    cut_stress: float
    cut_share: float
    request_chance: float
    request_use: float
    request_grant: float
    test_share: float
    test_hold: float
    spend_memory: float


class Observed(Section):
    """Consent, outages of feeds, errors and delays of what the lender observes."""

    consent_bureau: float
    consent_third_party: float
    consent_social_security: float
    consent_housing_fund: float
    consent_at_opening: float
    consent_hide: float
    consent_no_gain: float
    consent_withdrawn: float
    withdrawn_hide: float
    outage: float
    outage_days_low: float
    outage_days_high: float
    report_slow: float
    score_noise: float
    base_declared_low: float
    late_row: float
