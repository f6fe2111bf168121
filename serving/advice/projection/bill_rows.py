"""Projected bills as rows: statements, repayments and month-end status."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from features.arrays import Ints
from features.calendar import DAY, plus_months
from serving.advice.account import AccountSnapshot, Bill
from serving.advice.frames import contract_frame, dates, microseconds, moments, with_plan
from serving.advice.projection.bills import ProjectedBills

HOUR = DAY // 24
PAID_OFF_CNY = 0.01


def bill_rows(account: AccountSnapshot, bill: Bill, bills: ProjectedBills) -> Mapping[str, pl.DataFrame]:
    """Rows of the bills, by table, each with a column `plan`."""
    n, k = bills.bill.shape
    ahead = np.arange(k + 1) + bill.months_ago
    on = plus_months(np.full(k + 1, bill.statement_on), ahead)
    due = plus_months(np.full(k + 1, bill.due_on), ahead)
    on[0], due[0] = bill.statement_on, bill.due_on
    statements = {
        "account_id": np.full(n * k, account.account_id),
        "known_at": moments(np.tile(on[1:] + bill.known_lag, n)),
        "statement_on": dates(np.tile(on[1:], n)),
        "due_on": dates(np.tile(due[1:], n)),
        "balance_cny": bills.bill.ravel(),
        "minimum_due_cny": pl.Series(bills.minimum.ravel()).fill_nan(None),
        "due_cny": pl.Series([None] * bills.bill.size, dtype=pl.Float64),
    }
    return {
        "statements": with_plan(contract_frame("statements", statements), np.repeat(np.arange(n), k)),
        "repayments": _repayments(account, bills, on, due),
        "delinquency": _month_ends(account, bills),
    }


def _repayments(account: AccountSnapshot, bills: ProjectedBills, on: Ints, due: Ints) -> pl.DataFrame:
    """One payment a month against the bill before, within the month that the projection books it in."""
    n, k = bills.paid.shape
    opens = plus_months(np.full(k + 1, account.now), np.arange(k + 1), sticky=False)
    earliest = np.maximum(opens[:-1], on[:-1]) + HOUR
    at = np.clip(due[:-1] + bills.offset, earliest, np.maximum(opens[1:] - HOUR, earliest)).ravel()
    columns = {
        "account_id": np.full(n * k, account.account_id),
        "known_at": moments(at),
        "paid_at": moments(at),
        "amount_cny": bills.paid.ravel(),
        "statement_on": dates(np.tile(on[:-1], n)),
    }
    frame = with_plan(contract_frame("repayments", columns), np.repeat(np.arange(n), k))
    return frame.filter(pl.Series((bills.paid > 0).ravel(), dtype=pl.Boolean))


def _month_ends(account: AccountSnapshot, bills: ProjectedBills) -> pl.DataFrame:
    rows = account.tables["delinquency"].sort("month_end", "known_at", maintain_order=True)
    n, k = bills.past_due.shape
    lag, end = 0, plus_months(np.full(k, account.now), np.arange(1, k + 1), sticky=False) - DAY
    if rows.height:
        last = microseconds(rows["month_end"])[-1]
        lag = int(microseconds(rows["known_at"])[-1] - last)
        ahead = 1 + int(np.maximum(0, (account.now - last) // (31 * DAY)))
        end = plus_months(np.full(k, last), np.arange(k) + ahead)
    columns = {
        "account_id": np.full(n * k, account.account_id),
        "known_at": moments(np.tile(end + lag, n)),
        "month_end": dates(np.tile(end, n)),
        "days_past_due": bills.past_due.ravel(),
        "account_state": _states(rows, bills),
    }
    return with_plan(contract_frame("delinquency", columns), np.repeat(np.arange(n), k))


def _states(rows: pl.DataFrame, bills: ProjectedBills) -> pl.Series:
    """The account state of each month, null where the lender reports none."""
    if not rows.height or rows["account_state"][-1] is None:
        return pl.Series([None] * bills.bill.size, dtype=pl.String)
    carried = bills.bill[:, :-1] - bills.paid[:, 1:]
    full = np.concatenate((np.zeros((len(carried), 1), bool), carried <= PAID_OFF_CNY), axis=1)
    state = np.where(full, "paid_in_full", "revolving")
    state = np.where((bills.bill <= 0) & (bills.paid <= 0), "no_use", state)
    return pl.Series(np.where(bills.past_due > 0, "past_due", state).ravel().tolist(), dtype=pl.String)
