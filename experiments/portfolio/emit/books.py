"""The lender's own books: accounts, bills, payments, arrears."""

import numpy as np
import polars as pl

from experiments.portfolio.config import BURN_IN
from experiments.portfolio.emit.clock import HOUR, Cells, Clock, dates, moments, pick, yuan
from experiments.portfolio.simulation import Trajectories
from features.arrays import Ints
from features.calendar import DAY

SEXES = ("female", "male")
EDUCATION = ("secondary", "college", "bachelor", "postgraduate")
MARITAL = ("single", "married", "divorced")


def opened_us(trajectories: Trajectories, clock: Clock) -> Ints:
    """(n,) day the account was opened."""
    everyone = _everyone(trajectories)
    day = np.floor(everyone.uniform(0) * 20).astype(np.int64)
    return np.asarray(clock.starts[trajectories.people["opened"]] + day * DAY)


def _everyone(trajectories: Trajectories) -> Cells:
    first = np.zeros((len(trajectories.accounts), 1), bool)
    return pick(
        Trajectories(
            trajectories.config,
            trajectories.accounts,
            trajectories.people,
            0,
            trajectories.months,
            trajectories.orders,
        ),
        ~first,
    )


def accounts(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Accounts, known on the day they open."""
    opened = opened_us(trajectories, clock)
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts,
            "known_at": moments(opened + 12 * HOUR),
            "opened_on": dates(opened),
            "initial_limit_cny": trajectories.people["initial_limit"],
        }
    )


def demographics(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Demographics; no behaviour depends on sex, and on the rest only through income."""
    cells, people = _everyone(trajectories), trajectories.people
    wealth = np.log(people["income"] / trajectories.config.parameters.people.income_median_cny)
    school = np.clip(np.floor(1.5 + 0.8 * wealth + 2.0 * (cells.uniform(2) - 0.5)), 0, 3).astype(np.int64)
    age = 19 + people["oldest_elsewhere"] / 12.0 + 28 * cells.uniform(3) ** 2
    year = int(trajectories.config.end_month[:4]) - np.floor(age).astype(np.int64)
    status = np.searchsorted([0.45, 0.93], cells.uniform(4) + 0.012 * (32 - age))
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts,
            "known_at": moments(opened_us(trajectories, clock) + 12 * HOUR),
            "sex": np.array(SEXES)[(cells.uniform(1) < 0.5).astype(int)],
            "birth_year": year.astype(np.int32),
            "education": np.array(EDUCATION)[school],
            "marital_status": np.array(MARITAL)[2 - np.clip(status, 0, 2)],
        }
    )


def shown(trajectories: Trajectories) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """(n, m) months that the tables show, of accounts that are open."""
    months = trajectories.start + np.arange(trajectories.months.shape[1])
    return np.asarray((months >= BURN_IN) & (months >= trajectories.people["opened"][:, None]))


def statements(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """A bill on the last day of every month until the account is written off, due on its day of the next."""
    record = trajectories.months
    cells = pick(trajectories, shown(trajectories) & (record["written_off"] == 0))
    here = record[cells.row, cells.month - trajectories.start]
    day, due = clock.last_days[cells.month], trajectories.people["due_day"][cells.row]
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(day + 22 * HOUR),
            "statement_on": dates(day),
            "due_on": dates(clock.starts[cells.month + 1] + (due - 1) * DAY),
            "balance_cny": yuan(here["balance"]),
            "minimum_due_cny": yuan(here["minimum"]),
            "due_cny": pl.Series([None] * len(day), dtype=pl.Float64),
        }
    )


def repayments(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Payments, each against the bill of the month before."""
    cells = pick(trajectories, shown(trajectories) & (trajectories.months["paid"] > 0))
    here = trajectories.months[cells.row, cells.month - trajectories.start]
    second = np.floor(cells.uniform(5) * 86_000).astype(np.int64) * 1_000_000
    paid = clock.starts[cells.month] + (here["pay_day"].astype(np.int64) - 1) * DAY + second
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(paid),
            "paid_at": moments(paid),
            "amount_cny": yuan(here["paid"]),
            "statement_on": dates(clock.last_days[cells.month - 1]),
        }
    )


def delinquency(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Month-end days past due, from the oldest unpaid due day; the account state is not reported."""
    cells = pick(trajectories, shown(trajectories))
    missed = trajectories.months["missed"][cells.row, cells.month - trajectories.start].astype(np.int64)
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(clock.last_days[cells.month] + 23 * HOUR),
            "month_end": dates(clock.last_days[cells.month]),
            "days_past_due": past_due(trajectories, cells, missed, clock).astype(np.int32),
            "account_state": pl.Series([None] * len(missed), dtype=pl.String),
        }
    )


def past_due(trajectories: Trajectories, cells: Cells, missed: Ints, clock: Clock) -> Ints:
    """(k,) days past due at month end; an account written off goes on ageing from its last due day missed."""
    gone = trajectories.months["written_off"][cells.row, cells.month - trajectories.start] == 1
    since = np.where(gone, first_gone(trajectories)[cells.row] - 6, cells.month - missed + 1)
    due = clock.starts[np.clip(since, 0, None)] + (trajectories.people["due_day"][cells.row] - 1) * DAY
    return np.asarray(np.where(missed > 0, (clock.last_days[cells.month] - due) // DAY, 0))


def first_gone(trajectories: Trajectories) -> Ints:
    """(n,) month of write-off; the last month held where there is none."""
    gone = trajectories.months["written_off"] == 1
    return np.asarray(trajectories.start + np.where(gone.any(axis=1), gone.argmax(axis=1), gone.shape[1] - 1))
