"""What linking a source would bring in the likely, the best and the worst case."""

from dataclasses import replace

from serving.advice.outcome import SourceEffect
from serving.advice.profile import CASES
from serving.advice.search.stages import Search
from serving.advice.types import Scenario


def effects(search: Search, scenario: Scenario) -> tuple[SourceEffect, ...]:
    """The scenario's plan with the source showing what half, one in ten, or nine in ten accounts reach.

    Empty for a plan that links nothing, and where the profile does not hold all three levels.
    """
    runner, least = search.runner, search.settings.confidence.least
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
    found = runner.evaluate(plans, [scenario.at], search.before)
    return tuple(
        SourceEffect(case, one.outcome, search.confidence(one) >= least)
        for case, one in zip(CASES, found, strict=True)
    )
