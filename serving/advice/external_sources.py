"""Facts of other sources in the months to come: they go on as they did, but for what a lever is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import polars as pl

from features.arrays import Floats, Ints
from features.calendar import DAY, months_back, plus_months
from features.contract.check import empty
from features.contract.registry import TABLES
from serving.advice.behaviour import Behaviour
from serving.advice.person import Person, micro
from serving.advice.types import Lever, SourceProfiles

SETTLED_IN = DAY
"""From consent to the first facts of a newly linked source."""
STILL_PAYING = 4
"""Months without a contribution, lag included, after which contributions are taken to have stopped."""
HISTORY = 24
"""Months of contributions that arrive with a new consent."""
TABLE_OF = {
    "bureau": "bureau_reports",
    "third_party": "third_party_scores",
    "social_security": "social_security",
    "housing_fund": "housing_fund",
}


def moments(microseconds: Ints) -> pl.Series:
    """Microseconds as a column of moments; the smallest integer stands for none."""
    raw = pl.Series(np.asarray(microseconds, np.int64))
    return raw.set(raw == np.iinfo(np.int64).min, None).cast(pl.Datetime("us"))


def dates(microseconds: Ints) -> pl.Series:
    """Microseconds at midnight as a column of dates."""
    return moments(microseconds).cast(pl.Date)


def shaped(table: str, columns: dict[str, object]) -> pl.DataFrame:
    """A frame in a table's own columns and types."""
    return pl.DataFrame(columns).select(pl.col(name).cast(dtype) for name, dtype in _types(table).items())


@cache
def _types(table: str) -> Mapping[str, pl.DataType]:
    return MappingProxyType(dict(empty(TABLES[table].schema).schema))


def contributions(person: Person, table: str, months: int) -> pl.DataFrame | None:
    """Social security or housing fund to come, as the last known month, while it has not stopped."""
    rows = person.tables[table].sort("month", "known_at", maintain_order=True)
    if table not in person.consented or not rows.height:
        return None
    last, known = micro(rows["month"]), micro(rows["known_at"])
    if last[-1] < plus_months(np.array([person.now]), -STILL_PAYING)[0]:
        return None
    lag = int(np.median((known - last)[-6:]))
    month = plus_months(np.full(months + STILL_PAYING, last[-1]), np.arange(1, months + STILL_PAYING + 1))
    learned = np.maximum(month + lag, person.now)
    return repeated(rows, table, month=month, known_at=learned)


def repeated(rows: pl.DataFrame, table: str, **moved: Ints) -> pl.DataFrame:
    """The last row once for each new moment, with these moments in their columns."""
    n = len(next(iter(moved.values())))
    last = rows[-1:].select(pl.all().repeat_by(n).explode()) if n else rows.clear()
    return shaped(table, {**last.to_dict(as_series=True), **{k: moments(v) for k, v in moved.items()}})


def scores(person: Person, months: int) -> pl.DataFrame | None:
    """Third-party scores to come: the mean of the last year's; one score alone is chance."""
    rows = person.tables["third_party_scores"].sort("scored_at", "known_at", maintain_order=True)
    if "third_party" not in person.consented or not rows.height:
        return None
    seen = micro(rows["scored_at"])
    at = pace(seen, person.now, months)
    lag = int(micro(rows["known_at"])[-1] - seen[-1])
    recent = rows.filter(pl.Series(months_back(seen, person.now, 12) < 12, dtype=pl.Boolean))
    level = np.rint(np.mean((recent if recent.height else rows.tail(1))["score"].to_numpy()))
    coming = repeated(rows, "third_party_scores", scored_at=at, known_at=np.maximum(at + lag, person.now))
    return coming.with_columns(score=pl.lit(float(level)))


def pace(seen: Ints, now: int, months: int, usual: int = 3) -> Ints:
    """Moments to come at the pace of those seen: their median distance, between one month and six."""
    gaps = np.diff(seen) / (30.4375 * DAY)
    gap = int(np.clip(np.rint(np.median(gaps)), 1, 6)) if len(gaps) else usual
    n = -(-months // gap) + 60
    at = plus_months(np.full(n, seen[-1]), gap * np.arange(1, n + 1))
    end = plus_months(np.array([now]), months)[0]
    return np.asarray(at[(at >= now) & (at < end)])


@dataclass(frozen=True)
class Pull:
    """Bureau reports to come: when (r,), and whole months since the advice began (r,)."""

    at: Ints
    lag: int
    elapsed: Floats


def reports(person: Person, b: Behaviour, months: int) -> pl.DataFrame | None:
    """Bureau reports to come, with a column `course`: debt paid down, applications stopped as it says.

    The bureau counts over the months before its report. The applications of the last known report lapse
    evenly: those of the last quarter after nine months, the others before. Late payments elsewhere stay.
    """
    rows = person.tables["bureau_reports"].sort("reported_at", "known_at", maintain_order=True)
    if "bureau" not in person.consented or not rows.height:
        return None
    seen = micro(rows["reported_at"])
    at = pace(seen, person.now, months)
    if not len(at):
        return None
    elapsed = np.maximum(0.0, (at - person.now) / (30.4375 * DAY))
    since = (at - seen[-1]) / (30.4375 * DAY)
    last, n = rows.row(-1, named=True), len(b)
    kept = (1.0 - b.debt_rate[:, None]) ** np.floor(elapsed)
    quarter, year, opened = _applications(last, b, np.floor(elapsed))
    lag = int(micro(rows["known_at"])[-1] - seen[-1])
    columns: dict[str, object] = {
        **{name: [last[name]] * (n * len(at)) for name in rows.columns},
        "reported_at": moments(np.tile(at, n)),
        "known_at": moments(np.tile(at + lag, n)),
        "total_balance_cny": np.round(last["total_balance_cny"] * kept, 2).ravel(),
        "monthly_payment_cny": np.round(last["monthly_payment_cny"] * kept, 2).ravel(),
        "inquiries_3m": quarter.ravel(),
        "inquiries_12m": year.ravel(),
        "new_accounts_12m": opened.ravel(),
        "oldest_account_months": np.tile(last["oldest_account_months"] + np.floor(since), n).astype(np.int64),
    }
    frame = shaped("bureau_reports", columns)
    return frame.with_columns(course=pl.Series(np.repeat(np.arange(n), len(at))))


def _applications(last: dict[str, float], b: Behaviour, elapsed: Floats) -> tuple[Ints, Ints, Ints]:
    """Applications of a quarter, of a year, accounts opened in a year, by course and report, rounded up."""
    recent, older = last["inquiries_3m"], max(0.0, last["inquiries_12m"] - last["inquiries_3m"])
    stop = b.no_inquiries[:, None]
    quarter = recent * np.clip(1.0 - elapsed / 3.0, 0.0, 1.0)
    year = older * np.clip(1.0 - elapsed / 9.0, 0.0, 1.0) + recent * np.clip((12.0 - elapsed) / 3.0, 0.0, 1.0)
    opened = last["new_accounts_12m"] * np.clip(1.0 - elapsed / 12.0, 0.0, 1.0)
    return (
        _up(np.where(stop, quarter, recent)),
        _up(np.where(stop, year, last["inquiries_12m"])),
        _up(np.where(stop, opened, last["new_accounts_12m"])),
    )


def _up(values: Floats) -> Ints:
    return np.ceil(values - 1e-9).astype(np.int64)


def linked(person: Person, lever: Lever, months: int, profiles: SourceProfiles) -> pl.DataFrame:
    """What a newly linked source would have to show: the reference's value at the lever's level."""
    source = lever.source
    value, table = profiles.values[source][lever.size], TABLE_OF[source]
    granted = person.now + SETTLED_IN
    if source in ("bureau", "third_party"):
        at = np.concatenate(([granted], plus_months(np.full(months, granted), np.arange(1, months + 1))))
        event = "reported_at" if source == "bureau" else "scored_at"
        columns: dict[str, object] = {event: moments(at), "known_at": moments(at + 1)}
        if source == "third_party":
            columns["provider"] = ["linked"] * len(at)
    else:
        first = np.array([person.now]).astype("M8[us]").astype("M8[M]").astype("M8[us]").view(np.int64)
        at = plus_months(np.repeat(first, HISTORY + months), np.arange(-HISTORY, months))
        columns = {"month": moments(at), "known_at": moments(np.maximum(plus_months(at, 2), granted))}
        if source == "social_security":
            columns["employer_id"] = pl.Series([None] * len(at), dtype=pl.Int64)
    fixed = {name: np.full(len(at), amount) for name, amount in value.items()}
    return shaped(table, {"account_id": np.full(len(at), person.account_id), **columns, **fixed})


def consent(person: Person, source: str) -> pl.DataFrame:
    """The grant of consent, a moment after the advice."""
    return shaped(
        "consents",
        {
            "account_id": [person.account_id],
            "known_at": moments(np.array([person.now + SETTLED_IN - 1])),
            "granted_at": moments(np.array([person.now + SETTLED_IN - 1])),
            "revoked_at": pl.Series([None], dtype=pl.Datetime("us")),
            "source": [source],
        },
    )
