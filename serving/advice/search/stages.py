"""The stages of the search: which plans are evaluated, and in which order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, product

from serving.advice.levers.registry import compatible, every_change, family, in_order
from serving.advice.outcome import DecisionOutcome
from serving.advice.search.confidence import confidence
from serving.advice.search.cost import cost
from serving.advice.search.scenarios import ScenarioRunner
from serving.advice.settings import AdviceSettings
from serving.advice.types import Lever, Plan, Scenario

MOST_LEVERS = 3
"""Levers of one plan."""
ABOVE_ANY_PD = 2.0


@dataclass(frozen=True)
class Search:
    """What all stages share: the runner, today's decision, and by moment that under unchanged behaviour."""

    runner: ScenarioRunner
    before: DecisionOutcome
    unchanged: Mapping[datetime, DecisionOutcome]

    @property
    def settings(self) -> AdviceSettings:
        """Settings of the runner."""
        return self.runner.settings

    def confidence(self, scenario: Scenario) -> float:
        """Probability that the scenario is realised."""
        return confidence(scenario, self.runner.account, self.settings.confidence)

    def cost(self, scenario: Scenario) -> float:
        """In months of waiting."""
        return cost(scenario, self.runner.account, self.settings)

    def cheapest(self, scenarios: Sequence[Scenario]) -> Scenario | None:
        """The cheapest scenario, ties broken by plan and moment; None of none."""
        return min(scenarios, key=lambda s: (self.cost(s), s.plan, s.at), default=None)

    def paths(self, scenarios: Sequence[Scenario]) -> list[Scenario]:
        """Scenarios better than today, no worse than waiting as long, and with enough confidence."""
        return [
            scenario
            for scenario in scenarios
            if scenario.outcome.better_than(self.before)
            and scenario.outcome.new_limit_cny >= self.unchanged[scenario.at].new_limit_cny
            and self.confidence(scenario) >= self.settings.confidence.least
        ]

    def evaluate(self, plans: Sequence[Plan], *, linked: bool = False) -> list[Scenario]:
        """Evaluates as many of the plans at the horizons as `max_plans` leaves room for."""
        settings = self.settings
        after_link = sorted({settings.link_months + 1, *settings.horizons})
        cycles = [k for k in after_link if k > settings.link_months] if linked else settings.horizons
        at = self.runner.moments.horizons(cycles)
        room = (settings.max_plans - len(self.runner.evaluated)) // len(at)
        kept = list(plans)[: max(0, room)]
        return self.runner.evaluate(kept, at, self.before) if kept else []


def at_every_change(runner: ScenarioRunner, plans: Sequence[Plan], before: DecisionOutcome) -> list[Scenario]:
    """The plans at every moment at which something changes: a due day, a bill, the lapse of a rule."""
    moments = runner.moments
    at = sorted({*moments.after_due, *moments.after_bill})
    found = runner.evaluate(plans, at, before)
    today = Scenario((), runner.account.as_of, 0.0, before, 0.0, 0.0)
    lapses = moments.lapses([today, *found], at)
    return found + (runner.evaluate(plans, lapses, before) if lapses else [])


def own_paths(search: Search, often: Sequence[Scenario], levers: Sequence[Lever]) -> list[Scenario]:
    """Waiting, then levers singly, then, as long as no path is found, several together.

    Args:
        search: of the account.
        often: waiting, and the levers that are evaluated at every change.
        levers: all of them.
    """
    singles = search.evaluate([(lever,) for lever in levers if not every_change(lever)])
    found = search.paths([*often, *singles])
    strongest = _strongest(search, [s for s in (*often, *singles) if s.plan])
    for size in range(2, MOST_LEVERS + 1):
        if found:
            break
        plans = [in_order(chosen) for chosen in combinations(strongest, size) if compatible(chosen)]
        found = search.paths(search.evaluate(plans))
        if found:
            found += _smaller_sizes(search, found, levers)
    return found


def linked_paths(search: Search, levers: Sequence[Lever], links: Sequence[Lever]) -> list[Scenario]:
    """One source linked, alone or with one other lever."""
    found = search.paths(search.evaluate([(link,) for link in links], linked=True))
    if found or not links:
        return found
    with_one = [(lever, link) for link in links for lever in levers]
    return search.paths(search.evaluate(with_one, linked=True))


def _strongest(search: Search, singles: Sequence[Scenario]) -> list[Lever]:
    """Of each family the lever with the lowest PD at the longest horizon; the best families first."""
    best: dict[str, tuple[float, Lever]] = {}
    for scenario in singles:
        lever = scenario.plan[0]
        if scenario.at == search.runner.moments.last:
            so_far = best.get(family(lever), (ABOVE_ANY_PD, lever))
            best[family(lever)] = min(so_far, (scenario.outcome.pd, lever))
    return [lever for _, lever in sorted(best.values())[: search.settings.pair_candidates]]


def _smaller_sizes(search: Search, found: Sequence[Scenario], levers: Sequence[Lever]) -> list[Scenario]:
    """The cheapest path found with other sizes of its levers."""
    best = search.cheapest(found)
    if best is None:
        return []
    sizes = [[other for other in levers if family(other) == family(lever)] for lever in best.plan]
    choices: Iterator[Plan] = product(*sizes)
    return search.paths(search.evaluate([plan for plan in choices if plan != best.plan]))
