"""Scenarios of many plans for the calibration accounts, each as projected and as simulated."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from experiments.advice.outcomes.conditions import condition_met
from experiments.advice.outcomes.levers import BESIDE_A_LINK, COMBINED
from experiments.advice.outcomes.path_outcomes import decided, withdrew
from experiments.advice.outcomes.simulate import Intervention, simulate
from experiments.advice.sampling import AdvisedAccount
from experiments.advice.setup import EvaluationSetup
from serving.advice import AdviceSettings, DecisionOutcome, Lever, Plan, Scenario
from serving.advice.account import AccountSnapshot, snapshot
from serving.advice.levers.registry import every_change, offered
from serving.advice.search.cost import cost
from serving.advice.search.scenarios import ScenarioRunner


@dataclass(frozen=True)
class ScenarioOutcome:
    """One scenario of one account, and its simulated outcome.

    Attributes:
        account: the account at the moment of advice.
        scenario: as projected.
        better: whether the simulated decision came out better.
        pd: probability of bad in the simulation, beside the projected one.
        condition_met: whether linked sources met the condition; None where none is linked.
        cost: as the search counts it.
        withdrew: whether a consent is withdrawn before the scenario's moment: no scenario assumes that.
    """

    account: AccountSnapshot
    scenario: Scenario
    better: bool
    pd: float
    condition_met: bool | None
    cost: float
    withdrew: bool


@dataclass(frozen=True)
class _Projected:
    """The scenarios of one plan of one account, with today's decision."""

    runner: ScenarioRunner
    before: DecisionOutcome
    scenarios: Sequence[Scenario]


def scenario_outcomes(
    setup: EvaluationSetup, accounts: Sequence[AdvisedAccount], settings: AdviceSettings
) -> list[ScenarioOutcome]:
    """Evaluates many plans for every account, then simulates each plan for all its accounts at once."""
    by_plan: dict[tuple[datetime, Plan], list[_Projected]] = defaultdict(list)
    for advised in accounts:
        account = snapshot(advised.tables, advised.account_id, advised.as_of, settings)
        if account.written_off:
            continue
        runner = ScenarioRunner(account, setup.features, setup.decide, settings, setup.slack, setup.profiles)
        before = runner.today()
        for plan, scenarios in _scenarios(runner, before, settings).items():
            by_plan[advised.as_of, plan].append(_Projected(runner, before, scenarios))
    return [
        outcome
        for (moment, plan), projected in by_plan.items()
        for outcome in _outcomes(setup, moment, plan, projected, settings)
    ]


def _scenarios(
    runner: ScenarioRunner, before: DecisionOutcome, settings: AdviceSettings
) -> Mapping[Plan, list[Scenario]]:
    levers = offered(runner.account, settings, runner.profiles)
    own = [lever for lever in levers if not lever.conditional]
    links = [lever for lever in levers if lever.conditional]
    often: list[Plan] = [(), *((lever,) for lever in own if every_change(lever))]
    singles = [(lever,) for lever in own if not every_change(lever)]
    moments, after_link = runner.moments, settings.link_months + 1
    late = [k for k in sorted({after_link, *settings.horizons}) if k >= after_link]
    grid = (
        (often, moments.after_due),
        ([*singles, *_combined(own)], moments.horizons(settings.horizons)),
        (list(_with_links(own, links)), moments.horizons(late)),
    )
    by_plan: dict[Plan, list[Scenario]] = defaultdict(list)
    for plans, at in grid:
        for scenario in runner.evaluate(plans, at, before) if plans else ():
            by_plan[scenario.plan].append(scenario)
    return by_plan


def _combined(own: Sequence[Lever]) -> Iterator[Plan]:
    largest = {lever.kind: lever for lever in own}
    for keys in COMBINED:
        if all(key in largest for key in keys):
            yield tuple(largest[key] for key in keys)


def _with_links(own: Sequence[Lever], links: Sequence[Lever]) -> Iterator[Plan]:
    largest = {lever.kind: lever for lever in own}
    for link in links:
        yield (link,)
        yield from ((largest[key], link) for key in BESIDE_A_LINK if key in largest)


def _outcomes(
    setup: EvaluationSetup, moment: datetime, plan: Plan, projected: Sequence[_Projected],
    settings: AdviceSettings,
) -> Iterator[ScenarioOutcome]:  # fmt: skip
    interventions = [
        Intervention(one.runner.account.account_id, plan, one.before.new_limit_cny) for one in projected
    ]
    tables = simulate(setup.config, interventions, moment, settings)
    flat = [(one, scenario) for one in projected for scenario in one.scenarios]
    when = [(one.runner.account.account_id, s.at) for one, s in flat]
    simulated = decided(setup, tables, when)
    links = [lever for lever in plan if lever.conditional]
    for (one, scenario), outcome, (account, until) in zip(flat, simulated, when, strict=True):
        met = [condition_met(tables, account, link, setup.profiles, until) for link in links]
        yield ScenarioOutcome(
            one.runner.account,
            scenario,
            outcome.better_than(one.before),
            outcome.pd,
            all(met) if met else None,
            cost(scenario, one.runner.account, settings),
            withdrew(tables, account, moment, until),
        )
