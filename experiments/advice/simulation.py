"""Advice enacted: the world is stepped on under the advised behaviour, and the decision is made anew.

The world's own hooks change how people pay, apply and pay down debt elsewhere
(`counterfactual.behaviour_intervention`). Its people bring a carried balance down only slowly; where a path
asks for bills to be paid down faster, the advised payments are booked on the charges that the world
goes on to make. Everything else (income, jobs, purchases, the economy, other lenders, late reports)
is the world's, and none of it was known to the advice. A source that a path links is granted in the
tables a day after the advice; what it then shows, and when, is the world's as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.portfolio.config import WorldConfig
from experiments.portfolio.counterfactual import behaviour_intervention, simulate_counterfactual
from experiments.portfolio.emit.clock import NEVER
from experiments.portfolio.emit.shared import shared_tables
from experiments.portfolio.emit.tables import account_tables
from experiments.portfolio.simulation import Records, economy_of
from features.calendar import DAY
from features.contract.check import check
from features.contract.registry import TABLES
from features.tables import Tables
from serving.advice.behaviour import behaviour_of
from serving.advice.person import person_of
from serving.advice.projection import books
from serving.advice.settings import AdviceSettings
from serving.advice.types import LeverKind, LeverSet

STOPPED = 4.0
"""Log factor on applications of a person who stops applying."""
BOOKED = (LeverKind.ON_TIME, LeverKind.IN_FULL, LeverKind.USE)


@dataclass(frozen=True)
class Enacted:
    """What one account is to do.

    Attributes:
        account_id: the account.
        levers: from the moment of advice on; none to go on as usual.
        limit_cny: the limit held from then on.
    """

    account_id: int
    levers: LeverSet
    limit_cny: float


def enact(
    config: WorldConfig,
    cases: Sequence[Enacted],
    as_of: datetime,
    settings: AdviceSettings,
    *,
    booked: bool = True,
) -> Tables:
    """The tables of these accounts after a year of the advised behaviour from `as_of` on.

    Args:
        config: the world.
        cases: one an account.
        as_of: first day of a month of the world.
        settings: what the advised payments are bounded by.
        booked: whether advised payments are booked where the world's own people are slower.
    """
    ordered = sorted(cases, key=lambda case: case.account_id)
    accounts = np.array([case.account_id for case in ordered], np.int64)
    since = config.month_index(as_of.date())
    until = min(config.span, since + settings.longest)
    levers = np.concatenate([_levers(case, since) for case in ordered])
    limits = np.array([case.limit_cny for case in ordered])
    stepped = simulate_counterfactual(
        config, accounts, since=since, limits=limits, actions=levers, until=until, orders=True
    )
    lived = replace(stepped, grants=_grants(ordered, as_of))
    emitted = {**account_tables(lived), **shared_tables(config, economy_of(config))}
    tables = Tables({name: check(frame, TABLES[name]).good for name, frame in emitted.items()})
    if not booked:
        return tables
    asking = [case for case in ordered if any(lever.kind in BOOKED for lever in case.levers)]
    return _booked(tables, asking, as_of, settings, until - since)


def _levers(case: Enacted, since: int) -> Records:
    sizes = {lever.kind: lever.size for lever in case.levers}
    pays = any(kind in sizes for kind in BOOKED)
    return behaviour_intervention(
        1,
        since=since,
        pay_on_time=pays,
        use=0.0 if LeverKind.IN_FULL in sizes else min(1.0, sizes.get(LeverKind.USE, 1.0)),
        fewer_inquiries=STOPPED if LeverKind.INQUIRIES in sizes else 0.0,
        pay_down=sizes.get(LeverKind.DEBT, 0.0),
    )


def _grants(cases: Sequence[Enacted], as_of: datetime) -> Mapping[str, NDArray[np.int64]]:
    """By source, when each account grants its consent; the smallest integer where it does not."""
    tomorrow = int(np.datetime64(as_of, "us").astype(np.int64)) + DAY - 1
    links = [{lever.source for lever in case.levers if lever.kind == LeverKind.LINK} for case in cases]
    return {
        source: np.array([tomorrow if source in mine else NEVER for mine in links], np.int64)
        for source in sorted(set().union(*links))
    }


def _booked(
    tables: Tables, cases: Sequence[Enacted], as_of: datetime, settings: AdviceSettings, months: int
) -> Tables:
    """Replaces bills, payments and month ends to come of these accounts by those of the advised payments."""
    if not cases:
        return tables
    made: dict[str, list[pl.DataFrame]] = {"statements": [], "repayments": [], "delinquency": []}
    whose = []
    for case in cases:
        advised_books = _advised_books(tables, case, as_of, settings, months)
        whose += [case.account_id] * bool(advised_books)
        for name, rows in advised_books.items():
            made[name].append(rows)
    frames = {}
    for name, advised in made.items():
        theirs = pl.col("account_id").is_in(whose) & (pl.col("known_at") >= as_of)
        kept = tables[name].filter(~theirs)
        frames[name] = pl.concat([kept, *(frame.select(kept.columns).cast(kept.schema) for frame in advised)])
    return tables.replace(**frames)


def _advised_books(
    tables: Tables, case: Enacted, as_of: datetime, settings: AdviceSettings, months: int
) -> Mapping[str, pl.DataFrame]:
    """The advised payments on what the world went on to charge in each month."""
    longest = settings.model_copy(update={"pace_months": months, "horizons": (months,)})
    now = person_of(tables, case.account_id, as_of, settings)
    then = person_of(tables, case.account_id, _later(as_of, months), longest)
    if now.bill is None or then.habits is None or len(then.habits.charged) < months:
        return {}
    person = replace(now, habits=then.habits)
    return books(person, behaviour_of([case.levers]), longest)


def _later(moment: datetime, months: int) -> datetime:
    month = moment.month - 1 + months
    return moment.replace(year=moment.year + month // 12, month=month % 12 + 1)
