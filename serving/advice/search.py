"""The search for the smallest change that leads to a better decision.

Levers singly, then in pairs, then in threes; the search stops at the first stage that has a way,
and takes its cheapest. Every way is a re-run of the whole decision on projected facts, and is given
only when ways like it come true often enough (`confidence`); nothing is returned on the strength of
a model's slope. Linking a source rests on what the source shows, which nobody knows: such a way is
told as a condition, beside another or where there is no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations, product

from features.engine import FeatureSet
from features.tables import Tables
from serving.advice.confidence import confidence
from serving.advice.levers import compatible, effort, in_order, levers_of, links_of
from serving.advice.person import person_of
from serving.advice.scenario import Scenario, ScenarioRunner, by_months
from serving.advice.settings import AdviceSettings, packaged
from serving.advice.step_wording import PathContext
from serving.advice.types import (
    Advice,
    Decide,
    DecisionOutcome,
    Lever,
    LeverKind,
    LeverSet,
    Path,
    Slack,
    SourceProfiles,
)
from serving.advice.wording import no_path, path_of

MOST_TOGETHER = 3
MONTHLY = (LeverKind.ON_TIME, LeverKind.IN_FULL)


@dataclass(frozen=True)
class _Search:
    """What a search works with: the bench, today's decision, and what time alone would bring."""

    bench: ScenarioRunner
    before: DecisionOutcome
    unchanged: Mapping[int, DecisionOutcome]

    @property
    def settings(self) -> AdviceSettings:
        return self.bench.settings

    @property
    def own_trials(self) -> list[Scenario]:
        """What was tried and rests on the person alone."""
        return [t for t in self.bench.log if all(lever.kind != LeverKind.LINK for lever in t.levers)]

    def confidence(self, trial: Scenario) -> float:
        return confidence(trial, self.bench.person, self.settings.confidence)


def advise(
    tables: Tables,
    account_id: int,
    as_of: datetime,
    decide: Decide,
    features: FeatureSet,
    *,
    slack: Slack | None = None,
    profiles: SourceProfiles | None = None,
    settings: AdviceSettings | None = None,
) -> Advice:
    """The path to the next raise, or that there is none within the longest horizon.

    Args:
        tables: rows of at least this account and the shared tables; later knowledge is not read.
        account_id: whom to advise.
        as_of: the moment of advice.
        decide: the whole decision, from features on.
        features: at least what the decision reads.
        slack: how far a decision is from turning; without it every better projection counts as sure.
        profiles: what a newly linked source would have to show; without it linking is not looked at.
        settings: bounds and costs, the packaged ones by default.
    """
    chosen = settings or packaged()
    person = person_of(tables, account_id, as_of, chosen)
    bench = ScenarioRunner(person, features, decide, chosen, slack, profiles)
    before = bench.today()
    if before.new_limit_cny != person.limit_cny:
        bench = replace(bench, granted_limit_cny=before.new_limit_cny)
    waiting = bench.tried([()], range(1, chosen.longest + 1), before)
    quest = _Search(bench, before, by_months(waiting))
    own = levers_of(person, chosen)
    best = _cheapest(quest, _own_ways(quest, waiting, own))
    linked = _cheapest(quest, _linked(quest, own, links_of(person, profiles)))
    told = None if linked is None else _told(quest, linked)
    return Advice(
        account_id=account_id,
        as_of=as_of,
        before=before,
        answer=_told(quest, best)
        if best is not None
        else told or no_path(person, before, quest.own_trials, chosen.longest),
        if_linked=told if linked and best and _dearer(quest, best, linked) else None,
        unchanged=quest.unchanged,
        plans=bench.plans,
    )


def cost(trial: Scenario, means_cny: float, settings: AdviceSettings) -> float:
    """Months of waiting, plus the trouble, plus the extra money over monthly means."""
    money = settings.income_weight * trial.extra_cny / means_cny
    return trial.months + effort(trial.levers, settings) + money


def _own_ways(quest: _Search, waiting: Sequence[Scenario], levers: Sequence[Lever]) -> list[Scenario]:
    """Time alone, then levers singly, then, as long as nothing leads there, several together.

    Time alone and paying are looked at after every month: a hard rule may lapse in any of them.
    """
    timely = [(lever,) for lever in levers if lever.kind in MONTHLY]
    monthly = quest.bench.tried(timely, range(1, quest.settings.longest + 1), quest.before) if timely else []
    singles = _try(quest, [(lever,) for lever in levers if lever.kind not in MONTHLY])
    found = _sure(quest, [*waiting, *monthly, *singles])
    strongest = _strongest(quest, [*monthly, *singles])
    for size in range(2, MOST_TOGETHER + 1):
        if found:
            break
        sets = [in_order(chosen) for chosen in combinations(strongest, size) if compatible(chosen)]
        found = _sure(quest, _try(quest, sets))
        if found:
            found += _eased(quest, found, levers)
    return found


def _linked(quest: _Search, levers: Sequence[Lever], links: Sequence[Lever]) -> list[Scenario]:
    """One source linked, alone or with one other change."""
    found = _sure(quest, _try(quest, [(link,) for link in links], linked=True))
    if found or not links:
        return found
    with_one = [(lever, link) for link in links for lever in levers]
    return _sure(quest, _try(quest, with_one, linked=True))


def _try(quest: _Search, sets: Sequence[LeverSet], *, linked: bool = False) -> list[Scenario]:
    """Tries as many of the sets as the bound on plans leaves room for."""
    settings = quest.settings
    months = [k for k in settings.horizons if k >= settings.link_months or not linked]
    room = (settings.max_plans - quest.bench.plans) // len(months)
    kept = list(sets)[: max(0, room)]
    return quest.bench.tried(kept, months, quest.before) if kept else []


def _sure(quest: _Search, trials: Sequence[Scenario]) -> list[Scenario]:
    """Trials better than today, no worse than the same time without any change, and sure enough."""
    return [
        trial
        for trial in trials
        if trial.outcome.better_than(quest.before)
        and trial.outcome.new_limit_cny >= quest.unchanged[trial.months].new_limit_cny
        and quest.confidence(trial) >= quest.settings.confidence.least
    ]


def _strongest(quest: _Search, singles: Sequence[Scenario]) -> list[Lever]:
    """Of each family the lever that lowers the probability of bad most in time; the best families first."""
    best: dict[str, tuple[float, Lever]] = {}
    for trial in singles:
        lever = trial.levers[0]
        if trial.months == quest.settings.longest:
            best[lever.family] = min(best.get(lever.family, (2.0, lever)), (trial.outcome.pd, lever))
    ranked = sorted(best.values())[: quest.settings.pair_candidates]
    return [lever for _, lever in ranked]


def _eased(quest: _Search, found: Sequence[Scenario], levers: Sequence[Lever]) -> list[Scenario]:
    """The same kinds of change in smaller sizes, for the cheapest way found."""
    best = _cheapest(quest, found)
    assert best is not None
    family = {
        lever.family: [other for other in levers if other.family == lever.family] for lever in best.levers
    }
    choices: Iterator[LeverSet] = product(*(family[lever.family] for lever in best.levers))
    return _sure(quest, _try(quest, [chosen for chosen in choices if chosen != best.levers]))


def _cheapest(quest: _Search, trials: Sequence[Scenario]) -> Scenario | None:
    means = quest.bench.person.means_cny
    return min(trials, key=lambda t: (cost(t, means, quest.settings), t.levers, t.months), default=None)


def _dearer(quest: _Search, one: Scenario, other: Scenario) -> bool:
    """Whether one way costs more than the other."""
    means = quest.bench.person.means_cny
    return cost(one, means, quest.settings) > cost(other, means, quest.settings)


def _told(quest: _Search, trial: Scenario) -> Path:
    person = quest.bench.person
    return path_of(
        PathContext(
            person=person,
            trial=trial,
            until=quest.bench.after(trial.months),
            cost=round(cost(trial, person.means_cny, quest.settings), 3),
            confidence=round(quest.confidence(trial), 4),
            before=quest.before,
            unchanged=quest.unchanged[trial.months],
            profiles=quest.bench.profiles,
        )
    )
