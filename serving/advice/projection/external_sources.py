"""Projected rows of linked sources: contributions and scores go on as they did."""

import numpy as np
import polars as pl

from features.arrays import Ints
from features.calendar import DAY, months_back, plus_months
from features.sources.registry import LinkedSource
from serving.advice.account import AccountSnapshot
from serving.advice.frames import contract_frame, microseconds, moments

ACTIVE_MONTHS = 4
"""Months without a contribution, lag included, after which contributions are taken to have stopped."""
MONTH = 30.4375 * DAY
"""Mean month of the Gregorian calendar, microseconds."""


def project_contributions(account: AccountSnapshot, source: LinkedSource, months: int) -> pl.DataFrame | None:
    """Monthly contributions: the last known month repeats, unless contributions have stopped."""
    rows = account.tables[source.table].sort("month", "known_at", maintain_order=True)
    if source.key not in account.consented or not rows.height:
        return None
    last, known = microseconds(rows["month"]), microseconds(rows["known_at"])
    if last[-1] < plus_months(np.array([account.now]), -ACTIVE_MONTHS)[0]:
        return None
    lag = int(np.median((known - last)[-6:]))
    n = months + ACTIVE_MONTHS
    month = plus_months(np.full(n, last[-1]), np.arange(1, n + 1))
    return _repeated(rows, source.table, month=month, known_at=np.maximum(month + lag, account.now))


def project_scores(account: AccountSnapshot, months: int) -> pl.DataFrame | None:
    """Third-party scores: the mean of the last year's, which varies less than any one of them."""
    rows = account.tables["third_party_scores"].sort("scored_at", "known_at", maintain_order=True)
    if "third_party" not in account.consented or not rows.height:
        return None
    seen = microseconds(rows["scored_at"])
    at = next_arrivals(seen, account.now, months)
    lag = int(microseconds(rows["known_at"])[-1] - seen[-1])
    recent = rows.filter(pl.Series(months_back(seen, account.now, 12) < 12, dtype=pl.Boolean))
    level = np.rint(np.mean((recent if recent.height else rows.tail(1))["score"].to_numpy()))
    known = np.maximum(at + lag, account.now)
    projected = _repeated(rows, "third_party_scores", scored_at=at, known_at=known)
    return projected.with_columns(score=pl.lit(float(level)))


def next_arrivals(seen: Ints, now: int, months: int, usual: int = 3) -> Ints:
    """Moments to come at the median distance of those seen, between one month and six.

    Args:
        seen: (s,) moments seen, microseconds, at least one.
        now: the moment of advice, microseconds.
        months: projected months.
        usual: months between two of them where only one was seen.
    """
    gaps = np.diff(seen) / MONTH
    gap = int(np.clip(np.rint(np.median(gaps)), 1, 6)) if len(gaps) else usual
    n = -(-months // gap) + 60
    at = plus_months(np.full(n, seen[-1]), gap * np.arange(1, n + 1))
    end = plus_months(np.array([now]), months)[0]
    return np.asarray(at[(at >= now) & (at < end)])


def _repeated(rows: pl.DataFrame, table: str, **moved: Ints) -> pl.DataFrame:
    """The last row once for each new moment, with these moments in their columns."""
    n = len(next(iter(moved.values())))
    last = rows[-1:].select(pl.all().repeat_by(n).explode()) if n else rows.clear()
    columns = {name: moments(values) for name, values in moved.items()}
    return contract_frame(table, {**last.to_dict(as_series=True), **columns})
