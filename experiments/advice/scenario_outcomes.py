"""Courses of many kinds for the accounts measured on, each as projected and as the world then went."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from experiments.advice.conditions import condition_met
from experiments.advice.path_outcomes import decided
from experiments.advice.sample import AdvisedAccount, Case
from experiments.advice.simulation import Enacted, enact
from serving.advice import AdviceSettings, DecisionOutcome, Lever, LeverKind
from serving.advice.levers import levers_of, links_of
from serving.advice.person import Person, person_of
from serving.advice.scenario import Scenario, ScenarioRunner
from serving.advice.search import MONTHLY, cost
from serving.advice.types import LeverSet

COMBINED = (
    (LeverKind.IN_FULL, LeverKind.USE),
    (LeverKind.IN_FULL, LeverKind.INQUIRIES),
    (LeverKind.IN_FULL, LeverKind.DEBT),
    (LeverKind.USE, LeverKind.DEBT),
    (LeverKind.USE, LeverKind.INQUIRIES),
    (LeverKind.INQUIRIES, LeverKind.DEBT),
    (LeverKind.IN_FULL, LeverKind.INQUIRIES, LeverKind.DEBT),
    (LeverKind.IN_FULL, LeverKind.USE, LeverKind.INQUIRIES),
    (LeverKind.USE, LeverKind.INQUIRIES, LeverKind.DEBT),
)
"""Kinds that are looked at together, each at its largest size."""
BESIDE_A_LINK = (LeverKind.ON_TIME, LeverKind.IN_FULL, LeverKind.DEBT)


@dataclass(frozen=True)
class Tried:
    """One course of one account after some months.

    Attributes:
        person: the account at the moment of advice.
        trial: as projected.
        better: whether the decision came out better in the world.
        pd: probability of bad in the world, beside the projected one.
        condition_met: whether linked sources showed what was asked; None where none is linked.
        cost: as the search counts it.
    """

    person: Person
    trial: Scenario
    better: bool
    pd: float
    condition_met: bool | None
    cost: float


def tried(subject: AdvisedAccount, cases: Sequence[Case], settings: AdviceSettings) -> list[Tried]:
    """Every course of every case, one lever set after another lived in the world."""
    found: list[Tried] = []
    by_set: dict[
        tuple[datetime, LeverSet], list[tuple[ScenarioRunner, DecisionOutcome, Sequence[Scenario]]]
    ] = defaultdict(list)
    for case in cases:
        person = person_of(case.tables, case.account_id, case.as_of, settings)
        if person.beyond_repair:
            continue
        bench = ScenarioRunner(
            person, subject.features, subject.decide, settings, subject.slack, subject.profiles
        )
        before = bench.today()
        for levers, trials in _trials(bench, before, settings).items():
            by_set[case.as_of, levers].append((bench, before, trials))
    for (moment, levers), tries in by_set.items():
        found += _lived(subject, moment, levers, tries, settings)
    return found


def _trials(
    bench: ScenarioRunner, before: DecisionOutcome, settings: AdviceSettings
) -> Mapping[LeverSet, list[Scenario]]:
    own = levers_of(bench.person, settings)
    monthly: list[LeverSet] = [(), *((lever,) for lever in own if lever.kind in MONTHLY)]
    links = links_of(bench.person, bench.profiles)
    late = tuple(k for k in settings.horizons if k >= settings.link_months)
    plans = (
        (monthly, range(1, settings.longest + 1)),
        (
            [*((lever,) for lever in own if lever.kind not in MONTHLY), *_together(own)],
            settings.horizons,
        ),
        (list(_with_links(own, links)), late),
    )
    trials = [trial for sets, months in plans if sets for trial in bench.tried(sets, months, before)]
    by_set: dict[LeverSet, list[Scenario]] = defaultdict(list)
    for trial in trials:
        by_set[trial.levers].append(trial)
    return by_set


def _together(own: Sequence[Lever]) -> Iterator[LeverSet]:
    largest = {lever.kind: lever for lever in own}
    for kinds in COMBINED:
        if all(kind in largest for kind in kinds):
            yield tuple(largest[kind] for kind in kinds)


def _with_links(own: Sequence[Lever], links: Sequence[Lever]) -> Iterator[LeverSet]:
    largest = {lever.kind: lever for lever in own}
    for link in links:
        yield (link,)
        yield from ((largest[kind], link) for kind in BESIDE_A_LINK if kind in largest)


def _lived(
    subject: AdvisedAccount, moment: datetime, levers: LeverSet,
    tries: Sequence[tuple[ScenarioRunner, DecisionOutcome, Sequence[Scenario]]], settings: AdviceSettings,
) -> Iterator[Tried]:  # fmt: skip
    acting = [Enacted(b.person.account_id, levers, before.new_limit_cny) for b, before, _ in tries]
    tables = enact(subject.config, acting, moment, settings)
    flat = [(bench, before, trial) for bench, before, trials in tries for trial in trials]
    when = [(bench.person.account_id, bench.after(trial.months)) for bench, _, trial in flat]
    outcomes = decided(subject, tables, when)
    links = [lever for lever in levers if lever.kind == LeverKind.LINK]
    for (bench, before, trial), outcome, (account, until) in zip(flat, outcomes, when, strict=True):
        met = [condition_met(tables, account, link, subject.profiles, until) for link in links]
        yield Tried(
            bench.person,
            trial,
            outcome.better_than(before),
            outcome.pd,
            all(met) if met else None,
            cost(trial, bench.person.means_cny, settings),
        )
