"""The lender's own books: accounts, bills, payments, arrears."""

import numpy as np
import polars as pl

from experiments.cashflow.emit.clock import (
    HOUR,
    SECOND,
    Clock,
    dates,
    everyone,
    moments,
    months,
    pick,
    yuan,
)
from experiments.cashflow.simulation import Trajectories
from features.calendar import DAY

SEXES = ("female", "male")
EDUCATION = ("secondary", "college", "bachelor", "postgraduate")
MARITAL = ("single", "married", "divorced")


def accounts(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Accounts, known on the day they open."""
    opened = clock.day(trajectories.people["opened"])
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
    cells, people = everyone(trajectories), trajectories.people
    wealth = np.log(people["wage"] / trajectories.config.parameters.income.wage_median)
    school = np.clip(np.floor(1.5 + 0.8 * wealth + 2.0 * (cells.uniform(2) - 0.5)), 0, 3).astype(np.int64)
    age = 19 + people["oldest_elsewhere"] / 12.0 + 28 * cells.uniform(3) ** 2
    year = int(trajectories.config.end_month[:4]) - np.floor(age).astype(np.int64)
    status = np.searchsorted([0.45, 0.93], cells.uniform(4) + 0.012 * (32 - age))
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts,
            "known_at": moments(clock.day(people["opened"]) + 12 * HOUR),
            "sex": np.array(SEXES)[(cells.uniform(1) < 0.5).astype(int)],
            "birth_year": year.astype(np.int32),
            "education": np.array(EDUCATION)[school],
            "marital_status": np.array(MARITAL)[2 - np.clip(status, 0, 2)],
        }
    )


def statements(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """A bill on the account's own day of every month, until the account is written off."""
    bills = trajectories.events.bills
    bills = bills[bills["day"] >= clock.first_shown]
    at = clock.day(bills["day"])
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts[bills["row"]],
            "known_at": moments(at + 22 * HOUR),
            "statement_on": dates(at),
            "due_on": dates(clock.day(bills["due_on"])),
            "balance_cny": yuan(bills["balance"]),
            "minimum_due_cny": yuan(bills["minimum"]),
            "due_cny": yuan(bills["due"]),
        }
    )


def repayments(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Payments, each against the last bill issued, whose minimum includes what is overdue of earlier ones."""
    payments = trajectories.events.payments
    payments = payments[payments["day"] >= clock.first_shown]
    at = clock.day(payments["day"]) + payments["second"].astype(np.int64) * SECOND
    return pl.DataFrame(
        {
            "account_id": trajectories.accounts[payments["row"]],
            "known_at": moments(at),
            "paid_at": moments(at),
            "amount_cny": yuan(payments["amount"]),
            "statement_on": dates(clock.day(payments["bill_on"])),
        }
    )


def delinquency(trajectories: Trajectories, clock: Clock) -> pl.DataFrame:
    """Month-end days past due, which a batch delivers two hours after the month; no state is reported."""
    ends = clock.starts[months(trajectories) + 1] - DAY
    opened = clock.day(trajectories.people["opened"])
    shown = (clock.starts[months(trajectories)] >= clock.day(np.array(clock.first_shown))) & (
        opened[:, None] <= ends
    )
    cells = pick(trajectories, shown)
    at = ends[cells.month]
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(at + 26 * HOUR),
            "month_end": dates(at),
            "days_past_due": trajectories.months["dpd"][cells.row, cells.month],
            "account_state": pl.Series([None] * len(at), dtype=pl.String),
        }
    )
