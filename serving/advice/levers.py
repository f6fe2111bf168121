"""Which levers a person has: only what they can act on, only where there is something to change.

A lever whose facts are absent (no bureau report, no bill) is never offered; a source already linked
is not either.
"""

from collections.abc import Iterable

import numpy as np

from serving.advice.external_sources import TABLE_OF
from serving.advice.person import Person
from serving.advice.settings import AdviceSettings
from serving.advice.types import Lever, LeverKind, LeverSet, SourceProfiles

NOTABLE = 0.02
"""A bill this close to a target, as a share of the limit, is at it."""
SMALL_DEBT_CNY = 500.0


def levers_of(person: Person, settings: AdviceSettings) -> tuple[Lever, ...]:
    """What the person can do of their own accord, smallest first within each kind."""
    if person.habits is None or person.bill is None or person.beyond_repair:
        return tuple(_outside(person, settings))
    return (*_payment(person), *_use(person, settings), *_outside(person, settings))


def links_of(person: Person, profiles: SourceProfiles | None) -> tuple[Lever, ...]:
    """Sources that could be linked, by what they would have to show, the least first."""
    if profiles is None:
        return ()
    open_to = [
        s for s in profiles.values if s not in person.consented and TABLE_OF[s] in person.tables.frames
    ]
    return tuple(Lever(LeverKind.LINK, level, s) for s in open_to for level in sorted(profiles.values[s]))


def compatible(levers: LeverSet) -> bool:
    """Whether no two levers are of one family."""
    families = [lever.family for lever in levers]
    return len(set(families)) == len(families)


def in_order(levers: LeverSet) -> LeverSet:
    """The same levers in the order in which kinds are named, so that a set is told in one way only."""
    kinds = tuple(LeverKind)
    return tuple(sorted(levers, key=lambda lever: (kinds.index(lever.kind), lever)))


def pays(levers: LeverSet) -> bool:
    """Whether the levers govern how bills are paid."""
    return any(lever.kind in (LeverKind.ON_TIME, LeverKind.IN_FULL, LeverKind.USE) for lever in levers)


def effort(levers: LeverSet, settings: AdviceSettings) -> float:
    """Trouble apart from time and money, in months of waiting."""
    weights = settings.effort.model_dump()
    return float(sum(weights[lever.kind.value] for lever in levers))


def _payment(person: Person) -> Iterable[Lever]:
    """Paying is a lever for those as well who always did: whoever only waits may slip."""
    assert person.habits is not None
    yield Lever(LeverKind.ON_TIME)
    yield Lever(LeverKind.IN_FULL)


def _use(person: Person, settings: AdviceSettings) -> Iterable[Lever]:
    if person.limit_cny <= 0:
        return
    bills = person.tables["statements"].sort("statement_on")["balance_cny"].tail(6).to_numpy()
    highest = float(np.max(bills, initial=0.0)) / person.limit_cny
    for target in sorted(settings.use_targets, reverse=True):
        if target + NOTABLE < highest:
            yield Lever(LeverKind.USE, target)


def _outside(person: Person, settings: AdviceSettings) -> Iterable[Lever]:
    reports = person.tables["bureau_reports"].sort("reported_at", "known_at", maintain_order=True)
    if "bureau" not in person.consented or not reports.height:
        return
    last = reports.row(-1, named=True)
    if last["inquiries_12m"] > 0:
        yield Lever(LeverKind.INQUIRIES)
    most = settings.capacity_share * person.means_cny
    for rate in sorted(settings.debt_rates):
        if last["total_balance_cny"] > SMALL_DEBT_CNY and rate * last["total_balance_cny"] <= most:
            yield Lever(LeverKind.DEBT, rate)
