"""Calibrates the confidence: logistic regression on simulated outcomes, and the threshold of a path."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from experiments.advice.logistic import fit, probability
from experiments.advice.outcomes.scenario_outcomes import ScenarioOutcome
from features.arrays import Floats
from serving.advice.levers.link import Link
from serving.advice.levers.registry import LEVERS
from serving.advice.search.confidence import COMMON_DRIVERS, driver_values
from serving.advice.settings import Confidence

MONTHS_BEFORE_END = (14, 17, 20, 24)
TARGET = 0.96
"""Share of paths to be realised: above the promised 95 %, as a margin for sampling error."""
GRID = tuple(float(t) for t in np.round(np.arange(0.86, 0.985, 0.005), 3))
LINK_DRIVERS = Link.drivers
OWN_DRIVERS = (
    *COMMON_DRIVERS,
    *(name for lever in LEVERS.values() if lever.key != Link.key for name in lever.drivers),
)


@dataclass(frozen=True)
class Threshold:
    """What a threshold on the confidence would give, on accounts that the weights were not fitted on.

    Attributes:
        least: the threshold.
        paths: accounts that would get a path.
        better: of these, how many came out better.
    """

    least: float
    paths: int
    better: int

    @property
    def share(self) -> float:
        """Share of paths realised."""
        return self.better / self.paths if self.paths else 1.0


def calibrate(outcomes: Sequence[ScenarioOutcome]) -> tuple[Confidence, list[Threshold]]:
    """The weights with the lowest threshold that reaches `TARGET`, and all thresholds."""
    thresholds = cross_fitted(outcomes)
    least = next((one.least for one in thresholds if one.share >= TARGET), GRID[-1])
    return Confidence.model_validate({"least": least, **fitted(outcomes)}), thresholds


def fitted(outcomes: Sequence[ScenarioOutcome]) -> dict[str, float]:
    """The weights: of plans without linking, then what a linked source adds whose condition is met."""
    own = [o for o in outcomes if o.condition_met is None]
    weights = dict(zip(OWN_DRIVERS, fit(_columns(own, OWN_DRIVERS), _better(own)), strict=True))
    linked = [o for o in outcomes if o.condition_met]
    offset = _columns(linked, OWN_DRIVERS) @ np.array(list(weights.values()))
    added = fit(_columns(linked, LINK_DRIVERS), _better(linked), offset=offset)
    return {
        name: round(float(value), 3)
        for name, value in {**weights, **dict(zip(LINK_DRIVERS, added, strict=True))}.items()
    }


def cross_fitted(outcomes: Sequence[ScenarioOutcome]) -> list[Threshold]:
    """What each threshold would give, with weights fitted on the other half of the accounts."""
    own = [o for o in outcomes if o.condition_met is None]
    halves = [[o for o in own if _half(o) == half] for half in (0, 1)]
    stated = [_confidence(halves[1 - half], halves[half]) for half in (0, 1)]
    return [_threshold(least, halves, stated) for least in GRID]


def _half(one: ScenarioOutcome) -> int:
    return hashlib.sha256(f"half:{one.account.account_id}".encode()).digest()[0] % 2


def _confidence(train: Sequence[ScenarioOutcome], test: Sequence[ScenarioOutcome]) -> Floats:
    return probability(_columns(test, OWN_DRIVERS), fit(_columns(train, OWN_DRIVERS), _better(train)))


def _threshold(
    least: float, halves: Sequence[Sequence[ScenarioOutcome]], stated: Sequence[Floats]
) -> Threshold:
    """The cheapest scenario of each account and moment at the threshold, a single lever before several."""
    chosen: list[ScenarioOutcome] = []
    for half, confidence in zip(halves, stated, strict=True):
        by_account: dict[tuple[int, datetime], list[ScenarioOutcome]] = defaultdict(list)
        for one, p in zip(half, confidence, strict=True):
            if p >= least:
                by_account[one.account.account_id, one.account.as_of].append(one)
        chosen += [min(mine, key=_order) for mine in by_account.values()]
    return Threshold(least, len(chosen), sum(one.better for one in chosen))


def _order(one: ScenarioOutcome) -> tuple[bool, float]:
    return len(one.scenario.plan) > 1, one.cost


def _columns(outcomes: Sequence[ScenarioOutcome], names: Sequence[str]) -> Floats:
    rows = [driver_values(o.scenario, o.account) for o in outcomes]
    values = [[row.get(name, 0.0) for name in names] for row in rows]
    return np.array(values, float).reshape(len(rows), len(names))


def _better(outcomes: Sequence[ScenarioOutcome]) -> Floats:
    return np.array([o.better for o in outcomes], float)
