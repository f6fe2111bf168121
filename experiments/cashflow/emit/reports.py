"""Reports that a source makes at a moment: credit bureau and third-party score."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.cashflow.config import BURN_IN
from experiments.cashflow.emit.clock import HOUR, Cells, Clock, moments, months, pick
from experiments.cashflow.emit.feed import Consent, Outages
from experiments.cashflow.kernels.incumbent import ASKED, REQUEST
from experiments.cashflow.simulation import Trajectories
from features.arrays import Bools, Floats, Ints
from features.calendar import DAY

SCORE_MEAN, SCORE_POINTS = 650.0, 45.0


def bureau(trajectories: Trajectories, clock: Clock, held: Consent, failing: Outages) -> pl.DataFrame:
    """Quarterly pulls, one on a new consent, one at each request for a higher limit.

    A report holds what lenders reported for the end of the month before it.
    """
    fresh = clock.month_of(held.granted)[:, None] + 1 == months(trajectories)
    quarter = (months(trajectories) + trajectories.accounts[:, None]) % 3 == 0
    wanted = (quarter | fresh | _asked(trajectories, clock)) & _open_before(trajectories, clock)
    cells, at = _reported(trajectories, held, failing, wanted, 30)
    slow = cells.uniform(31) < trajectories.config.parameters.observed.report_slow
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(at + np.where(slow, 20 * DAY, 6 * HOUR)),
            "reported_at": moments(at),
            **_report(trajectories, cells),
        }
    )


def third_party(trajectories: Trajectories, clock: Clock, held: Consent, failing: Outages) -> pl.DataFrame:
    """A score every second month: the provider sees the money in its wallet and payments elsewhere."""
    wanted = ((months(trajectories) + trajectories.accounts[:, None]) % 2 == 0) & _open_before(
        trajectories, clock
    )
    cells, at = _reported(trajectories, held, failing, wanted, 40)
    error = (cells.uniform(41) + cells.uniform(42) - 1.0) * 2.4495
    level = _wallet_view(trajectories, cells) + trajectories.config.parameters.observed.score_noise * error
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(at + 2 * HOUR),
            "provider": pl.Series(["zhima"] * len(at), dtype=pl.String),
            "scored_at": moments(at),
            "score": np.clip(np.round(SCORE_MEAN + SCORE_POINTS * level), 350, 950),
        }
    )


def _open_before(trajectories: Trajectories, clock: Clock) -> Bools:
    """(n, T) months that the tables show, of accounts opened in an earlier month."""
    opened = clock.month_of(clock.day(trajectories.people["opened"]))
    t = months(trajectories)
    return np.asarray((t >= BURN_IN) & (t > opened[:, None]))


def _asked(trajectories: Trajectories, clock: Clock) -> Bools:
    """(n, T) months with a request for a higher limit."""
    changes = trajectories.events.changes
    changes = changes[(changes["cause"] == ASKED) | (changes["cause"] == REQUEST)]
    asked = np.zeros(trajectories.months.shape, bool)
    asked[changes["row"], clock.month_of(clock.day(changes["day"]))] = True
    return asked


def _reported(
    trajectories: Trajectories, held: Consent, failing: Outages, wanted: Bools, stream: int
) -> tuple[Cells, Ints]:
    """The account-months with a report, under consent and while the feed works, and its moment."""
    cells, clock = pick(trajectories, wanted), failing.clock
    at = clock.starts[cells.month] + np.floor(cells.uniform(stream) * 27 * 24).astype(np.int64) * HOUR
    kept = held.covers(cells.row, at) & ~failing.fails(cells.row, at)
    return cells.where(kept), at[kept]


def _report(trajectories: Trajectories, cells: Cells) -> dict[str, NDArray[np.generic]]:
    """What the bureau holds at the end of the month before the report."""
    record, column, people = trajectories.months, cells.month - 1, trajectories.people[cells.row]
    here, card = record[cells.row, column], people["card_limit"] > 0
    n = np.maximum(here["n_elsewhere"] + card, 0).astype(np.int32)
    late = _sum_of(record["late_elsewhere"], cells.row, column, 24)
    depth = np.ceil(30.0 * np.maximum(0.0, _most_of(record["behind_elsewhere"], cells.row, column, 24)))
    return {
        "n_accounts": n,
        "n_lenders": np.ceil(0.8 * n).astype(np.int32),
        "total_limit_cny": np.round(here["debt"] + people["card_limit"], 2),
        "total_balance_cny": np.round(here["debt"], 2),
        "monthly_payment_cny": np.round(here["payments"], 2),
        "max_dpd_24m": np.where(late > 0, np.minimum(depth, 720), 0).astype(np.int32),
        "n_overdue_24m": late.astype(np.int32),
        "inquiries_3m": _sum_of(record["inquiries"], cells.row, column, 3).astype(np.int32),
        "inquiries_12m": _sum_of(record["inquiries"], cells.row, column, 12).astype(np.int32),
        "new_accounts_12m": _sum_of(record["new_accounts"], cells.row, column, 12).astype(np.int32),
        "oldest_account_months": (people["oldest_elsewhere"] + cells.month).astype(np.int32),
    }


def _wallet_view(trajectories: Trajectories, cells: Cells) -> Floats:
    """(k,) level of the score: log of the money of three months in essentials, less late payments."""
    record, column = trajectories.months, cells.month - 1
    essentials = trajectories.people["essentials"][cells.row]
    cash = _sum_of(record["cash"], cells.row, column, 3) / 3.0
    late = _sum_of(record["late_elsewhere"], cells.row, column, 12)
    return np.asarray(np.log(cash / essentials + 0.1) - 0.35 * np.minimum(late, 4))


def _sum_of(values: NDArray[np.generic], row: Ints, column: Ints, count: int) -> Floats:
    """(k,) sums over so many months up to and with `column`."""
    total = np.cumsum(values.astype(float), axis=1)
    before = column - count
    return np.asarray(total[row, column] - np.where(before >= 0, total[row, np.maximum(before, 0)], 0.0))


def _most_of(values: NDArray[np.generic], row: Ints, column: Ints, count: int) -> Floats:
    """(k,) largest values of so many months up to and with `column`."""
    padded = np.pad(values.astype(float), ((0, 0), (count - 1, 0)), constant_values=0.0)
    windows = np.lib.stride_tricks.sliding_window_view(padded, count, axis=1)
    return np.asarray(windows.max(axis=2)[row, column])
