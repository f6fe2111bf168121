"""Parameters of what customers do: orders, payments, the hazard of a missed payment."""

from experiments.portfolio.parameters.section import SimulationSection


class Shopping(SimulationSection):
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


class Repayment(SimulationSection):
    """Payment in full or in part, late payment, roll rates and cures."""

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


class Risk(SimulationSection):
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
