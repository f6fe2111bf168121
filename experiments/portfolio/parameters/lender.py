"""Parameters of the lender: its incumbent policy, its economics, what it observes."""

from pydantic import Field

from experiments.portfolio.parameters.section import SimulationSection


class Incumbent(SimulationSection):
    """The incumbent, platform-only limit policy under which the portfolio was run."""

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


class Economics(SimulationSection):
    """What a balance earns and costs."""

    carry_rate: float
    instalment_fee: float
    merchant_rate: float
    funding_rate: float
    servicing_cny: float
    loss_given_bad: float


class Feeds(SimulationSection):
    """Hours from the event (a day alone: its midnight; a month: its end) to the arrival of the rows."""

    limit_changes: float = Field(ge=0)
    orders: float = Field(ge=0)
    statements: float = Field(ge=0)
    instalment_plans: float = Field(ge=0)
    repayments: float = Field(ge=0)
    delinquency: float = Field(ge=0)
    offers: float = Field(ge=0)


class Observed(SimulationSection):
    """What the lender observes: consent, measurement error, late rows."""

    consent_at_opening: float
    consent_withdrawn: float
    score_noise: float
    base_declared_low: float
    late_row: float
