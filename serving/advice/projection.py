"""The months to come, as rows of the contract's own tables, for many courses of behaviour at once.

No feature is edited. Each course gets a pseudo account that holds the person's rows and the rows to
come, so one build by the same engine gives every feature at every later moment, all of them moved
together by construction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.arrays import Ints
from features.calendar import plus_months
from features.contract.registry import ACCOUNT_TABLES, SHARED_TABLES
from features.errors import DataError
from features.tables import Tables
from serving.advice import external_sources
from serving.advice.behaviour import Behaviour, behaviour_of
from serving.advice.external_sources import dates, moments, shaped
from serving.advice.ledger import Ledger, project_ledger
from serving.advice.person import Bill, Habits, Person, micro
from serving.advice.purchases import placed, purchases
from serving.advice.settings import AdviceSettings
from serving.advice.types import LeverSet, SourceProfiles

Frames = Mapping[str, pl.DataFrame]
UNREAD = ("demographics", "offers")
"""Tables that no feature reads: left out of the projection."""


@dataclass(frozen=True)
class Projection:
    """n courses of one account.

    Attributes:
        tables: pseudo accounts 0 … n − 1, with the shared tables held at their last known state.
        ledger: bills to come, None without any on record.
        rows_to_come: what was added for each course, by table, with a column `course`.
    """

    tables: Tables
    ledger: Ledger | None
    rows_to_come: Frames


def project(
    person: Person,
    courses: Sequence[LeverSet],
    settings: AdviceSettings,
    *,
    profiles: SourceProfiles | None = None,
    granted_limit_cny: float | None = None,
) -> Projection:
    """The person's tables with the months to come.

    Args:
        person: the account as known at the moment of advice.
        courses: what to project.
        settings: pace and bounds.
        profiles: what a newly linked source would have to show; needed by courses that link one.
        granted_limit_cny: today's new limit, when today's decision changes it.
    """
    b, months = behaviour_of(courses), settings.longest
    ledger = None
    coming: dict[str, list[pl.DataFrame]] = {}
    if person.habits is not None and person.bill is not None:
        ledger = project_ledger(person, person.habits, b, settings)
        for name, frame in _books(person, person.bill, person.habits, ledger).items():
            coming[name] = [frame]
    for name, frame in _others(person, b, months, granted_limit_cny).items():
        coming.setdefault(name, []).append(frame)
    for name, frame in _linked(person, b, months, profiles):
        coming.setdefault(name, []).append(frame)
    added = {name: pl.concat(frames) for name, frames in coming.items() if name in person.tables.frames}
    return Projection(_tables(person, len(b), months, added), ledger, added)


def books(person: Person, b: Behaviour, settings: AdviceSettings) -> Frames:
    """Bills, payments and month ends to come of one course, as rows of the account itself.

    Raises:
        DataError: no bill is on record, so there is nothing to go on from.
    """
    if person.habits is None or person.bill is None:
        raise DataError(f"account {person.account_id}: no statement known before {person.as_of}")
    ledger = project_ledger(person, person.habits, b, settings)
    made = _books(person, person.bill, person.habits, ledger)
    return {name: made[name].drop("course") for name in ("statements", "repayments", "delinquency")}


def _books(person: Person, bill: Bill, habits: Habits, ledger: Ledger) -> Frames:
    n, k = ledger.bill.shape
    ahead = np.arange(k + 1) + bill.months_ago
    on = plus_months(np.full(k + 1, bill.statement_on), ahead)
    due = plus_months(np.full(k + 1, bill.due_on), ahead)
    on[0], due[0] = bill.statement_on, bill.due_on
    course, owner = np.repeat(np.arange(n), k), np.full(n * k, person.account_id)
    statements = {
        "account_id": owner,
        "known_at": moments(np.tile(on[1:] + bill.known_lag, n)),
        "statement_on": dates(np.tile(on[1:], n)),
        "due_on": dates(np.tile(due[1:], n)),
        "balance_cny": ledger.bill.ravel(),
        "minimum_due_cny": pl.Series(ledger.minimum.ravel()).fill_nan(None),
    }
    bought = purchases(person, len(habits.charged), k)
    return {
        "statements": _of_course(shaped("statements", statements), course),
        "repayments": _payments(person, ledger, on, due),
        "delinquency": _month_ends(person, ledger),
        "orders": placed(bought, ledger),
    }


def _payments(person: Person, ledger: Ledger, on: Ints, due: Ints) -> pl.DataFrame:
    """One payment a month, against the bill before, within the month that the ledger books it in."""
    n, k = ledger.paid.shape
    opens = plus_months(np.full(k + 1, person.now), np.arange(k + 1), sticky=False)
    earliest = np.maximum(opens[:-1], on[:-1]) + 3_600_000_000
    at = np.clip(due[:-1] + ledger.offset, earliest, np.maximum(opens[1:] - 3_600_000_000, earliest))
    made = (ledger.paid > 0).ravel()
    columns = {
        "account_id": np.full(n * k, person.account_id),
        "known_at": moments(at.ravel()),
        "paid_at": moments(at.ravel()),
        "amount_cny": ledger.paid.ravel(),
        "statement_on": dates(np.tile(on[:-1], n)),
    }
    frame = _of_course(shaped("repayments", columns), np.repeat(np.arange(n), k))
    return frame.filter(pl.Series(made, dtype=pl.Boolean))


def _month_ends(person: Person, ledger: Ledger) -> pl.DataFrame:
    rows = person.tables["delinquency"].sort("month_end", "known_at", maintain_order=True)
    n, k = ledger.past_due.shape
    opens = plus_months(np.full(k, person.now), np.arange(1, k + 1), sticky=False)
    lag, end = 0, opens - 86_400_000_000
    if rows.height:
        last = micro(rows["month_end"])[-1]
        lag = int(micro(rows["known_at"])[-1] - last)
        ahead = 1 + int(np.maximum(0, (person.now - last) // (31 * 86_400_000_000)))
        end = plus_months(np.full(k, last), np.arange(k) + ahead)
    columns = {
        "account_id": np.full(n * k, person.account_id),
        "known_at": moments(np.tile(end + lag, n)),
        "month_end": dates(np.tile(end, n)),
        "days_past_due": ledger.past_due.ravel(),
        "account_state": _states(rows, ledger),
    }
    return _of_course(shaped("delinquency", columns), np.repeat(np.arange(n), k))


def _states(rows: pl.DataFrame, ledger: Ledger) -> pl.Series:
    """The state where the lender reports one: past due, nothing used, paid in full, carried on."""
    if not rows.height or rows["account_state"][-1] is None:
        return pl.Series([None] * ledger.bill.size, dtype=pl.String)
    carried = ledger.bill[:, :-1] - ledger.paid[:, 1:]
    full = np.concatenate((np.zeros((len(carried), 1), bool), carried <= 0.01), axis=1)
    state = np.where(full, "paid_in_full", "revolving")
    state = np.where((ledger.bill <= 0) & (ledger.paid <= 0), "no_use", state)
    return pl.Series(np.where(ledger.past_due > 0, "past_due", state).ravel().tolist(), dtype=pl.String)


def _others(person: Person, b: Behaviour, months: int, granted: float | None) -> Frames:
    """What goes on whatever the course, and the bureau's view of debts and applications."""
    n = len(b)
    same = {
        "social_security": external_sources.contributions(person, "social_security", months),
        "housing_fund": external_sources.contributions(person, "housing_fund", months),
        "third_party_scores": external_sources.scores(person, months),
        "limit_changes": None if granted is None else _granted(person, granted),
    }
    frames = {name: _for_all(frame, n) for name, frame in same.items() if frame is not None}
    reports = external_sources.reports(person, b, months)
    return frames if reports is None else {**frames, "bureau_reports": reports}


def _granted(person: Person, limit_cny: float) -> pl.DataFrame:
    now = moments(np.array([person.now]))
    columns = {
        "account_id": [person.account_id],
        "known_at": now,
        "effective_at": now,
        "old_limit_cny": [person.limit_cny],
        "new_limit_cny": [limit_cny],
        "kind": ["fixed"],
        "cause": ["policy"],
        "test_arm": pl.Series([None], dtype=pl.String),
    }
    return shaped("limit_changes", columns)


def _linked(
    person: Person, b: Behaviour, months: int, profiles: SourceProfiles | None
) -> list[tuple[str, pl.DataFrame]]:
    frames = []
    for lever in sorted(frozenset().union(*b.links)):
        assert profiles is not None
        courses = np.array([i for i, links in enumerate(b.links) if lever in links])
        rows = external_sources.linked(person, lever, months, profiles)
        grant = external_sources.consent(person, lever.source)
        frames += [(external_sources.TABLE_OF[lever.source], _for_all(rows, len(courses), courses))]
        frames += [("consents", _for_all(grant, len(courses), courses))]
    return frames


def _for_all(frame: pl.DataFrame, n: int, courses: Ints | None = None) -> pl.DataFrame:
    numbers = np.arange(n) if courses is None else courses
    return _of_course(frame[np.tile(np.arange(frame.height), n)], np.repeat(numbers, frame.height))


def _of_course(frame: pl.DataFrame, course: Ints) -> pl.DataFrame:
    return frame.with_columns(course=pl.Series(np.asarray(course, np.int64)))


def _tables(person: Person, n: int, months: int, added: Frames) -> Tables:
    frames = {}
    for name in ACCOUNT_TABLES:
        if name not in person.tables.frames or name in UNREAD:
            continue
        past = _for_all(person.tables[name], n)
        both = pl.concat([past, added[name]]) if name in added else past
        frames[name] = both.with_columns(account_id=pl.col("course")).drop("course")
    for name in SHARED_TABLES:
        if name in person.tables.frames:
            frames[name] = _held(person.tables[name], name, months)
    return Tables(frames)


def _held(rows: pl.DataFrame, name: str, months: int) -> pl.DataFrame:
    """A monthly table with its last known month repeated; the registry's last state holds by itself."""
    if name == "employers" or not rows.height:
        return rows
    last = rows.filter(pl.col("month") == pl.col("month").max())
    ahead = [
        last.with_columns(
            month=pl.col("month").dt.offset_by(f"{j}mo"), known_at=pl.col("known_at").dt.offset_by(f"{j}mo")
        )
        for j in range(1, months + 1)
    ]
    return pl.concat([rows, *ahead])
