"""Credit bureau: quarterly reports, whose windows run over the months before the report."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.portfolio.emit.clock import HOUR, Cells, Clock, moments, open_before, pick
from experiments.portfolio.emit.feed import Consent, Feed
from experiments.portfolio.simulation import Trajectories
from features.arrays import Ints
from features.calendar import DAY


def rows(trajectories: Trajectories, clock: Clock, held: Consent) -> pl.DataFrame:
    """Quarterly pulls, one on a new consent, and one at each request for a higher limit."""
    months = trajectories.start + np.arange(trajectories.months.shape[1])
    quarter = (months + trajectories.accounts[:, None]) % 3 == 0
    fresh = np.searchsorted(clock.starts, held.granted, side="right")[:, None] == months
    wanted = (quarter | fresh | (trajectories.months["asked"] == 1)) & open_before(trajectories)
    cells = pick(trajectories, wanted)
    at = clock.starts[cells.month] + np.floor(cells.uniform(30) * 27 * 24).astype(np.int64) * HOUR
    kept = held.covers(cells.row, at)
    cells, at = cells.where(kept), at[kept]
    slow = cells.uniform(31) < 0.02
    learned = at + np.where(slow, 25 * DAY, 6 * HOUR)
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(learned),
            "reported_at": moments(at),
            **_report(trajectories, cells),
        }
    )


def _report(trajectories: Trajectories, cells: Cells) -> dict[str, NDArray[np.generic]]:
    """What the bureau holds at the end of the month before the report."""
    record, column = trajectories.months, cells.month - trajectories.start - 1
    here, people = record[cells.row, column], trajectories.people[cells.row]
    late = np.minimum(_window(record["late_elsewhere"], cells.row, column, 24), 24)
    depth = np.where(cells.uniform(32) < 0.25 + 0.08 * late, 30 + np.floor(60 * cells.uniform(33)), 5.0)
    n = here["n_elsewhere"].astype(np.int32)
    return {
        "n_accounts": n,
        "n_lenders": np.maximum(1, np.ceil(0.8 * n)).astype(np.int32),
        "total_limit_cny": np.round(here["limit_elsewhere"], 2),
        "total_balance_cny": np.round(here["debt"], 2),
        "monthly_payment_cny": np.round(here["debt"] * 0.055, 2),
        "max_dpd_24m": np.where(late > 0, depth + late, 0).astype(np.int32),
        "n_overdue_24m": late.astype(np.int32),
        "inquiries_3m": _window(record["inquiries"], cells.row, column, 3).astype(np.int32),
        "inquiries_12m": _window(record["inquiries"], cells.row, column, 12).astype(np.int32),
        "new_accounts_12m": _window(record["new_accounts"], cells.row, column, 12).astype(np.int32),
        "oldest_account_months": (people["oldest_elsewhere"] + cells.month).astype(np.int32),
    }


def _window(values: NDArray[np.int16], row: Ints, column: Ints, months: int) -> Ints:
    """(k,) sums over the months up to and with `column`."""
    total = np.cumsum(values.astype(np.int64), axis=1)
    before = column - months
    return np.asarray(total[row, column] - np.where(before >= 0, total[row, np.maximum(before, 0)], 0))


FEED = Feed(consent_share=0.86, rows=rows)
