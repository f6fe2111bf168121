"""What linking a source would bring in the likely, the best and the worst case."""

from dataclasses import replace

from serving.advice.outcome import DecisionOutcome, SourceEffect
from serving.advice.profile import CASES
from serving.advice.search.scenarios import ScenarioRunner
from serving.advice.types import Scenario


def effects(runner: ScenarioRunner, scenario: Scenario, before: DecisionOutcome) -> tuple[SourceEffect, ...]:
    """The scenario's plan with the source showing what half, one in ten, or nine in ten accounts reach.

    Empty for a plan that links nothing, and where the profile does not hold all three levels.
    """
    links = [lever for lever in scenario.plan if lever.conditional]
    if not links or runner.profiles is None:
        return ()
    known = [runner.profiles.values[link.source] for link in links]
    if not all(level in values for values in known for level in CASES.values()):
        return ()
    plans = [
        tuple(replace(lever, size=level) if lever.conditional else lever for lever in scenario.plan)
        for level in CASES.values()
    ]
    found = runner.evaluate(plans, [scenario.at], before)
    return tuple(SourceEffect(case, one.outcome) for case, one in zip(CASES, found, strict=True))
