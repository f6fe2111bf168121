"""The lender's own books: accounts, bills, payments."""

import numpy as np
import polars as pl

from experiments.portfolio.config import BURN_IN
from experiments.portfolio.emit.clock import (
    HOUR,
    Cells,
    Clock,
    arrival,
    cycle_start,
    dates,
    moments,
    pick,
    yuan,
)
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
    rows = np.arange(len(trajectories.accounts))
    return np.asarray(cycle_start(trajectories, clock, rows, trajectories.people["opened"]) + day * DAY)


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
    """(n, m) cycles of which the tables may show something, of accounts that are open."""
    months = trajectories.start + np.arange(trajectories.months.shape[1])
    return np.asarray((months >= BURN_IN - 1) & (months >= trajectories.people["opened"][:, None]))


def statements(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """A bill at the end of every cycle until the account is written off, due a fixed number of days later."""
    record = trajectories.months
    cells = pick(trajectories, shown(trajectories) & (record["written_off"] == 0))
    amounts = {name: yuan(record[name][cells.row, cells.month - trajectories.start])
               for name in ("balance", "minimum", "due")}  # fmt: skip
    following = cycle_start(trajectories, clock, cells.row, cells.month + 1)
    due = following + (trajectories.people["due_day"][cells.row] - 1) * DAY
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(arrival(trajectories, "statements", following - DAY)),
            "statement_on": dates(following - DAY),
            "due_on": dates(due),
            "balance_cny": amounts["balance"],
            "minimum_due_cny": amounts["minimum"],
            "due_cny": amounts["due"],
        }
    )


def repayments(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Payments, each against the bill of the cycle before."""
    cells = pick(trajectories, shown(trajectories) & (trajectories.months["paid"] > 0))
    column = cells.month - trajectories.start
    day, amount = (trajectories.months[name][cells.row, column] for name in ("pay_day", "paid"))
    second = np.floor(cells.uniform(5) * 86_000).astype(np.int64) * 1_000_000
    start = cycle_start(trajectories, clock, cells.row, cells.month)
    paid = start + (day.astype(np.int64) - 1) * DAY + second
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(arrival(trajectories, "repayments", paid)),
            "paid_at": moments(paid),
            "amount_cny": yuan(amount),
            "statement_on": dates(start - DAY),
        }
    )
