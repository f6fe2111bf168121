"""Parameters of the customers: attributes, employment, demand for credit."""

from experiments.portfolio.parameters.section import SimulationSection


class People(SimulationSection):
    """Attributes of the customers."""

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


class Work(SimulationSection):
    """Employment, income, illness, moves, employers."""

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


class Need(SimulationSection):
    """Demand for credit, here and with other lenders."""

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
