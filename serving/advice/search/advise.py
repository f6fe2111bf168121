"""The search for the cheapest plan that leads to a better decision.

Levers singly, then in pairs, then in threes; the search stops at the first stage that finds a path, and
takes its cheapest. Every path is a re-run of the whole decision on projected facts, and is given only with
enough confidence; no path rests on a gradient of the model. Linking a source rests on what the source
shows, which nobody knows: such a path is stated as a condition, beside another or where there is no other.
"""

from dataclasses import replace
from datetime import datetime

from features.engine import FeatureSet
from features.tables import Tables
from serving.advice.account import snapshot
from serving.advice.answer import Advice, NoPath, Path
from serving.advice.levers.context import PathContext
from serving.advice.levers.registry import every_change, offered
from serving.advice.search.cost import cost
from serving.advice.search.effects import effects
from serving.advice.search.scenarios import ScenarioRunner, by_moment
from serving.advice.search.stages import Search, at_every_change, linked_paths, own_paths
from serving.advice.settings import AdviceSettings
from serving.advice.settings_file import packaged
from serving.advice.types import DecisionFunction, Scenario, SlackFunction, SourceProfiles
from serving.advice.wording.no_path import by_staff, no_path
from serving.advice.wording.path import path


def advise(
    tables: Tables,
    account_id: int,
    as_of: datetime,
    decide: DecisionFunction,
    features: FeatureSet,
    *,
    slack: SlackFunction | None = None,
    profiles: SourceProfiles | None = None,
    settings: AdviceSettings | None = None,
    late: frozenset[str] = frozenset(),
    for_staff: frozenset[str] = frozenset(),
) -> Advice:
    """The path to the next limit increase, or that there is none within the longest horizon.

    Args:
        tables: rows of at least this account and the shared tables; later knowledge is not read.
        account_id: whom to advise.
        as_of: the moment of advice.
        decide: the whole decision, from features on.
        features: at least what the decision reads.
        slack: margin of decisions to the cut-off; without it every better projection counts as certain.
        profiles: what a newly linked source is projected to show; without it none is offered for linking.
        settings: bounds, costs and the confidence model, the packaged ones by default.
        late: sources that are withheld since their feed is late.
        for_staff: codes of rules that no behaviour ends; while one binds, staff handle the account.
    """
    chosen = settings or packaged()
    account = snapshot(tables, account_id, as_of, chosen, late)
    runner = ScenarioRunner(account, features, decide, chosen, slack, profiles)
    before = runner.today()
    if before.new_limit_cny != account.limit_cny:
        runner = replace(runner, granted_limit_cny=before.new_limit_cny)
    if rules := [code for code in before.rules if code in for_staff]:
        return Advice(account_id, as_of, before, by_staff(before, rules), None, {}, 0)
    levers = offered(account, chosen, profiles)
    own = [lever for lever in levers if not lever.conditional]
    links = [lever for lever in levers if lever.conditional]
    often = at_every_change(runner, [(), *((lever,) for lever in own if every_change(lever))], before)
    search = Search(runner, before, by_moment([scenario for scenario in often if not scenario.plan]))
    best = search.cheapest(own_paths(search, often, own))
    linked = search.cheapest(linked_paths(search, own, links))
    return _advice(search, best, linked)


def _advice(search: Search, best: Scenario | None, linked: Scenario | None) -> Advice:
    account = search.runner.account
    own = None if best is None else _path(search, best)
    conditional = None if linked is None else _path(search, linked)
    return Advice(
        account_id=account.account_id,
        as_of=account.as_of,
        before=search.before,
        answer=own or conditional or _no_path(search),
        if_linked=conditional if best and linked and search.cost(best) > search.cost(linked) else None,
        unchanged=search.unchanged,
        n_scenarios=len(search.runner.evaluated),
    )


def _no_path(search: Search) -> NoPath:
    own = [s for s in search.runner.evaluated if not any(lever.conditional for lever in s.plan)]
    return no_path(search.runner.account, search.before, own, search.runner.moments.last.date())


def _path(search: Search, scenario: Scenario) -> Path:
    account = search.runner.account
    return path(
        PathContext(
            account=account,
            scenario=scenario,
            cost=round(cost(scenario, account, search.settings), 3),
            confidence=round(search.confidence(scenario), 4),
            before=search.before,
            unchanged=search.unchanged[scenario.at],
            profiles=search.runner.profiles,
            effects=effects(search.runner, scenario, search.before),
        )
    )
