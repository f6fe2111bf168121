"""Confidence of a path: logistic regression on the outcomes of plans in the simulated portfolio."""

from collections.abc import Mapping
from math import exp, fsum, inf, isinf

from serving.advice.account import AccountSnapshot
from serving.advice.levers.registry import LEVERS, governs_payment
from serving.advice.settings import Confidence
from serving.advice.types import Scenario

YOUNG, NEW = 6, 3
"""Cycles below which the payment history is short, and hardly known."""
MOST_SLACK = 12.0
COMMON_DRIVERS = (
    "intercept", "slack", "unpaid", "unpaid_slack", "unpaid_long", "to_1", "to_3", "to_6", "young", "new",
)  # fmt: skip
"""Drivers of every plan; `settings.Confidence` says what each is. Levers add theirs."""


def driver_values(scenario: Scenario, account: AccountSnapshot) -> Mapping[str, float]:
    """Values of the explanatory variables of one scenario, by name; those left out are 0."""
    unpaid = float(not governs_payment(scenario.plan))
    slack = max(-MOST_SLACK, min(scenario.slack, MOST_SLACK))
    known = 0 if account.payments is None else len(account.payments)
    months = scenario.months
    common = (
        1.0, slack, unpaid, unpaid * slack, unpaid * (months > 3),
        float(months <= 1), float(months <= 3), float(months <= 6), float(known < YOUNG), float(known < NEW),
    )  # fmt: skip
    values = dict(zip(COMMON_DRIVERS, common, strict=True))
    for lever in scenario.plan:
        values |= LEVERS[lever.kind].driver_values(scenario.plan, values)
    return values


def confidence(scenario: Scenario, account: AccountSnapshot, model: Confidence) -> float:
    """Probability that the decision comes out better; 0 where it does not even as projected."""
    if scenario.slack == -inf:
        return 0.0
    if isinf(scenario.slack):
        return 1.0
    weights = model.weights
    odds = fsum(weights[name] * value for name, value in driver_values(scenario, account).items())
    return 1.0 / (1.0 + exp(-odds))
