"""The stages of the search: which plans are evaluated, and in which order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from serving.advice.levers.registry import compatible, every_month, family, in_order
from serving.advice.search.confidence import confidence
from serving.advice.search.cost import cost
from serving.advice.search.scenarios import ScenarioRunner
from serving.advice.settings import AdviceSettings
from serving.advice.types import DecisionOutcome, Lever, Plan, Scenario

MOST_LEVERS = 3
"""Levers of one plan."""
ABOVE_ANY_PD = 2.0


@dataclass(frozen=True)
class Search:
    """What all stages share: the runner, today's decision, and by months that under unchanged behaviour."""

    runner: ScenarioRunner
    before: DecisionOutcome
    unchanged: Mapping[int, DecisionOutcome]

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
        """The cheapest scenario, ties broken by plan and months; None of none."""
        return min(scenarios, key=lambda s: (self.cost(s), s.plan, s.months), default=None)

    def paths(self, scenarios: Sequence[Scenario]) -> list[Scenario]:
        """Scenarios better than today, no worse than waiting as long, and with enough confidence."""
        return [
            scenario
            for scenario in scenarios
            if scenario.outcome.better_than(self.before)
            and scenario.outcome.new_limit_cny >= self.unchanged[scenario.months].new_limit_cny
            and self.confidence(scenario) >= self.settings.confidence.least
        ]

    def evaluate(self, plans: Sequence[Plan], *, linked: bool = False) -> list[Scenario]:
        """Evaluates as many of the plans at the horizons as `max_plans` leaves room for."""
        settings = self.settings
        months = [k for k in settings.horizons if k >= settings.link_months or not linked]
        room = (settings.max_plans - len(self.runner.evaluated)) // len(months)
        kept = list(plans)[: max(0, room)]
        return self.runner.evaluate(kept, months, self.before) if kept else []


def own_paths(search: Search, waiting: Sequence[Scenario], levers: Sequence[Lever]) -> list[Scenario]:
    """Waiting, then levers singly, then, as long as no path is found, several together.

    Waiting and some levers are evaluated after every month: a hard rule may lapse in any of them.
    """
    monthly = [(lever,) for lever in levers if every_month(lever)]
    every = range(1, search.settings.longest + 1)
    by_month = search.runner.evaluate(monthly, every, search.before) if monthly else []
    singles = search.evaluate([(lever,) for lever in levers if not every_month(lever)])
    found = search.paths([*waiting, *by_month, *singles])
    strongest = _strongest(search, [*by_month, *singles])
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
        if scenario.months == search.settings.longest:
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
