"""Month-end status: days past due as bills, due days and payments stand when a calendar month ends."""

import numpy as np
import polars as pl

from experiments.portfolio.emit.books import opened_us
from experiments.portfolio.emit.clock import Cells, Clock, arrival, cycle_start, dates, moments, pick
from experiments.portfolio.kernels import WRITE_OFF
from experiments.portfolio.simulation import Trajectories
from features.arrays import Bools, Ints
from features.calendar import DAY


def delinquency(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Days past due at the end of every month of an open account; the account state is not reported."""
    months = trajectories.start + np.arange(trajectories.months.shape[1])
    ended = clock.starts[months + 1][None, :]
    cells = pick(trajectories, (opened_us(trajectories, clock)[:, None] + DAY <= ended) & (months > 0))
    days = days_past_due(trajectories, cells, clock)
    known = arrival(trajectories, "delinquency", clock.starts[cells.month + 1])
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(known),
            "month_end": dates(clock.last_days[cells.month]),
            "days_past_due": days.astype(np.int32),
            "account_state": pl.Series([None] * len(days), dtype=pl.String),
        }
    )


def days_past_due(trajectories: Trajectories, cells: Cells, clock: Clock) -> Ints:
    """(k,) days from the oldest due day whose minimum is unmet to the end of month t, which lies in cycle t.

    An account that is written off goes on ageing. 0 where nothing is past due.
    """
    oldest = np.where(
        _written_off(trajectories, cells), first_gone(trajectories)[cells.row] - (WRITE_OFF - 1),
        _oldest_unpaid(trajectories, cells, clock),
    )  # fmt: skip
    due = cycle_start(trajectories, clock, cells.row, np.clip(oldest, 0, None))
    due = due + (trajectories.people["due_day"][cells.row] - 1) * DAY
    behind = (clock.last_days[cells.month] - due) // DAY
    return np.asarray(np.where(oldest >= 0, np.maximum(behind, 0), 0))


def _oldest_unpaid(trajectories: Trajectories, cells: Cells, clock: Clock) -> Ints:
    """(k,) cycle in which the oldest unpaid minimum falls due; −1 = none is unpaid.

    A payment counts from its day on: the whole minimum clears all arrears, less of it the oldest of them.
    """
    record, column = trajectories.months, cells.month - trajectories.start
    minimum, missed = (record[name][cells.row, column - 1] for name in ("minimum", "missed"))
    paid = _paid(trajectories, cells, clock)
    cleared = (minimum <= 0) | (paid & (record["paid"][cells.row, column] >= minimum))
    return np.asarray(np.where(cleared, -1, cells.month - missed + paid))


def _paid(trajectories: Trajectories, cells: Cells, clock: Clock) -> Bools:
    """(k,) whether the payment of the cycle was made by the end of the month."""
    start = cycle_start(trajectories, clock, cells.row, cells.month)
    day = trajectories.months["pay_day"][cells.row, cells.month - trajectories.start].astype(np.int64)
    return np.asarray((day > 0) & (start + (day - 1) * DAY < clock.starts[cells.month + 1]))


def _written_off(trajectories: Trajectories, cells: Cells) -> Bools:
    return np.asarray(trajectories.months["written_off"][cells.row, cells.month - trajectories.start] == 1)


def first_gone(trajectories: Trajectories) -> Ints:
    """(n,) cycle of write-off; the last one held where there is none."""
    gone = trajectories.months["written_off"] == 1
    return np.asarray(trajectories.start + np.where(gone.any(axis=1), gone.argmax(axis=1), gone.shape[1] - 1))
