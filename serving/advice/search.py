"""The search for the smallest change that leads to a better decision.

Levers singly, then in pairs, then in threes; the search stops at the first stage that has a way,
and takes its cheapest. Every way is a re-run of the whole decision on projected facts, under life
as usual and under other lives that the settings name; nothing is returned on the strength of a
model's slope.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations, product

from features.engine import FeatureSet
from features.tables import Tables
from serving.advice.levers import compatible, effort, levers_of, links_of
from serving.advice.person import person_of
from serving.advice.settings import AdviceSettings, packaged
from serving.advice.trial import Bench, Trial, by_months
from serving.advice.types import Advice, Cautious, Decide, Lever, LeverSet, Outcome, Path, SourceProfiles
from serving.advice.words import Told, no_path, path_of

MOST_TOGETHER = 3


@dataclass(frozen=True)
class _Quest:
    """What a search works with: the bench, today's decision, and what time alone would bring."""

    bench: Bench
    before: Outcome
    unchanged: Mapping[int, Outcome]

    @property
    def settings(self) -> AdviceSettings:
        return self.bench.settings


def advise(
    tables: Tables,
    account_id: int,
    as_of: datetime,
    decide: Decide,
    features: FeatureSet,
    *,
    cautious: Cautious | None = None,
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
        cautious: the whole decision by a stricter judge; a path must pass it, with the set margins.
        profiles: what a newly linked source would have to show; without it linking is not looked at.
        settings: bounds and costs, the packaged ones by default.
    """
    chosen = settings or packaged()
    person = person_of(tables, account_id, as_of, chosen)
    bench = Bench(person, features, decide, chosen, cautious, profiles)
    before = bench.today()
    if before.new_limit_cny != person.limit_cny:
        bench = replace(bench, granted_limit_cny=before.new_limit_cny)
    waiting = bench.tried([()], range(1, chosen.longest + 1))
    quest = _Quest(bench, before, by_months(waiting))
    own = levers_of(person, chosen)
    best = _cheapest(quest, [*_wait(quest, waiting), *_search(quest, own)])
    linked = _cheapest(quest, _linked(quest, own, links_of(person, profiles)))
    return Advice(
        account_id=account_id,
        as_of=as_of,
        before=before,
        answer=no_path(person, before, quest.unchanged, chosen.longest)
        if best is None
        else _told(quest, best),
        if_linked=None
        if linked is None or _dearer(quest, linked, best)
        else _told(quest, linked, conditional=True),
        unchanged=quest.unchanged,
        plans=bench.plans,
    )


def cost(trial: Trial, means_cny: float, settings: AdviceSettings) -> float:
    """Months of waiting, plus the trouble, plus the extra money over monthly means."""
    money = settings.income_weight * trial.extra_cny / means_cny
    return trial.months + effort(trial.levers, settings) + money


def _wait(quest: _Quest, waiting: Sequence[Trial]) -> list[Trial]:
    """The earliest month in which time alone is enough: an account too young, a raise too recent."""
    better = [trial for trial in waiting if trial.outcome.better_than(quest.before)]
    return _confirmed(quest, better)[:1]


def _search(quest: _Quest, levers: Sequence[Lever]) -> list[Trial]:
    singles = _try(quest, [(lever,) for lever in levers])
    found = _confirmed(quest, _better(quest, singles))
    strongest = _strongest(quest, singles)
    for size in range(2, MOST_TOGETHER + 1):
        if found:
            break
        sets = [chosen for chosen in combinations(strongest, size) if compatible(chosen)]
        found = _confirmed(quest, _better(quest, _try(quest, sets)))
        if found:
            found += _eased(quest, found, levers)
    return found


def _linked(quest: _Quest, levers: Sequence[Lever], links: Sequence[Lever]) -> list[Trial]:
    """One source linked, alone or with one other change."""
    found = _confirmed(quest, _better(quest, _try(quest, [(link,) for link in links])))
    if found or not links:
        return found
    with_one = [(lever, link) for link in links for lever in levers]
    return _confirmed(quest, _better(quest, _try(quest, with_one)))


def _try(quest: _Quest, sets: Sequence[LeverSet]) -> list[Trial]:
    """Tries as many of the sets as the bound on plans leaves room for."""
    room = (quest.settings.max_plans - quest.bench.plans) // len(quest.settings.horizons)
    kept = list(sets)[: max(0, room)]
    return quest.bench.tried(kept, quest.settings.horizons) if kept else []


def _better(quest: _Quest, trials: Iterable[Trial]) -> list[Trial]:
    """Trials better than today, and better than what the same time brings without any change."""
    return [
        trial
        for trial in trials
        if trial.outcome.better_than(quest.before)
        and trial.outcome.new_limit_cny > quest.unchanged[trial.months].new_limit_cny
    ]


def _confirmed(quest: _Quest, trials: Sequence[Trial]) -> list[Trial]:
    """Those that hold in the other lives as well."""
    held = quest.bench.holds(trials, quest.before)
    return [trial for trial, holds in zip(trials, held, strict=True) if holds]


def _strongest(quest: _Quest, singles: Sequence[Trial]) -> list[Lever]:
    """Of each family the lever that lowers the probability of bad most in time; the best families first."""
    best: dict[str, tuple[float, Lever]] = {}
    for trial in singles:
        lever = trial.levers[0]
        if trial.months == quest.settings.longest:
            best[lever.family] = min(best.get(lever.family, (2.0, lever)), (trial.outcome.pd, lever))
    ranked = sorted(best.values())[: quest.settings.pair_candidates]
    return [lever for _, lever in ranked]


def _eased(quest: _Quest, found: Sequence[Trial], levers: Sequence[Lever]) -> list[Trial]:
    """The same kinds of change in smaller sizes, for the cheapest way found."""
    best = _cheapest(quest, found)
    assert best is not None
    family = {
        lever.family: [other for other in levers if other.family == lever.family] for lever in best.levers
    }
    choices: Iterator[LeverSet] = product(*(family[lever.family] for lever in best.levers))
    smaller = [chosen for chosen in choices if chosen != best.levers]
    return _confirmed(quest, _better(quest, _try(quest, smaller)))


def _cheapest(quest: _Quest, trials: Sequence[Trial]) -> Trial | None:
    means = quest.bench.person.means_cny
    return min(trials, key=lambda t: (cost(t, means, quest.settings), t.levers, t.months), default=None)


def _dearer(quest: _Quest, linked: Trial, best: Trial | None) -> bool:
    means = quest.bench.person.means_cny
    return best is not None and cost(linked, means, quest.settings) >= cost(best, means, quest.settings)


def _told(quest: _Quest, trial: Trial, *, conditional: bool = False) -> Path:
    person = quest.bench.person
    return path_of(
        Told(
            person=person,
            trial=trial,
            until=quest.bench.after(trial.months),
            cost=round(cost(trial, person.means_cny, quest.settings), 3),
            before=quest.before,
            unchanged=quest.unchanged[trial.months],
            profiles=quest.bench.profiles,
            conditional=conditional,
        )
    )
