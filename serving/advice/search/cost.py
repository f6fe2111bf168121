"""The cost of a scenario, in months of waiting."""

from serving.advice.account import AccountSnapshot
from serving.advice.levers.registry import effort
from serving.advice.settings import AdviceSettings
from serving.advice.types import Scenario


def cost(scenario: Scenario, account: AccountSnapshot, settings: AdviceSettings) -> float:
    """Months of waiting, plus the effort of the levers, plus the extra money over the monthly income."""
    money = settings.income_weight * scenario.extra_cny / account.income_cny
    return scenario.months + effort(scenario.plan, settings) + money
