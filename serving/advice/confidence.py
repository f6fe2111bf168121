"""How likely a tried course comes true, from what came of such courses in the simulated world."""

from collections.abc import Mapping
from math import exp, inf, isinf

from serving.advice.levers import pays
from serving.advice.person import Person
from serving.advice.scenario import Scenario
from serving.advice.settings import Confidence
from serving.advice.types import LeverKind

YOUNG, NEW = 6, 3
"""Months of bills below which a person's own pace is hardly known, and not at all."""
MOST_SLACK = 12.0


def drivers(trial: Scenario, person: Person) -> Mapping[str, float]:
    """What the confidence depends on, by the names of its weights in `settings.Confidence`."""
    kinds = {lever.kind for lever in trial.levers}
    unpaid, linked = float(not pays(trial.levers)), float(LeverKind.LINK in kinds)
    full = LeverKind.IN_FULL in kinds
    slack = max(-MOST_SLACK, min(trial.slack, MOST_SLACK))
    known = 0 if person.habits is None else len(person.habits.charged)
    return {
        "intercept": 1.0,
        "slack": slack,
        "unpaid": unpaid,
        "unpaid_slack": unpaid * slack,
        "unpaid_long": unpaid * (trial.months > 3),
        "in_full": float(full),
        "link": linked,
        "link_slack": linked * slack,
        "to_1": float(trial.months <= 1),
        "to_3": float(trial.months <= 3),
        "to_6": float(trial.months <= 6),
        "use": float(LeverKind.USE in kinds and not full),
        "use_in_full": float(LeverKind.USE in kinds and full),
        "young": float(known < YOUNG and not full),
        "new": float(known < NEW),
        "new_in_full": float(known < NEW and full),
    }


def confidence(trial: Scenario, person: Person, weights: Confidence) -> float:
    """Probability that the decision comes out better; 0 where it does not even as projected."""
    if trial.slack == -inf:
        return 0.0
    if isinf(trial.slack):
        return 1.0
    values = weights.model_dump()
    odds = sum(values[name] * driver for name, driver in drivers(trial, person).items())
    return 1.0 / (1.0 + exp(-odds))
