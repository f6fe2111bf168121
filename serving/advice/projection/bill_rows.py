"""Projected bills as rows: statements, repayments and month-end statuses."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from serving.advice.account import AccountSnapshot, Bills
from serving.advice.frames import contract_frame, dates, moments, with_plan
from serving.advice.projection.bills import ProjectedBills
from serving.advice.projection.month_ends import month_end_rows


def bill_rows(account: AccountSnapshot, bills: Bills, made: ProjectedBills) -> Mapping[str, pl.DataFrame]:
    """Rows of the bills, by table, each with a column `plan`."""
    return {
        "statements": _statements(account, bills, made),
        "repayments": _repayments(account, bills, made),
        "delinquency": month_end_rows(account, bills, made),
    }


def _statements(account: AccountSnapshot, bills: Bills, made: ProjectedBills) -> pl.DataFrame:
    n, k = made.bill.shape
    on, due = made.cycles.issued[1:], made.cycles.due[1:]
    columns = {
        "account_id": np.full(n * k, account.account_id),
        "known_at": moments(np.tile(np.maximum(on + bills.lag, account.now), n)),
        "statement_on": dates(np.tile(on, n)),
        "due_on": dates(np.tile(due, n)),
        "balance_cny": made.bill.ravel(),
        "minimum_due_cny": pl.Series(made.minimum.ravel()).fill_nan(None),
        "due_cny": pl.Series(made.due.ravel()).fill_nan(None),
    }
    return with_plan(contract_frame("statements", columns), np.repeat(np.arange(n), k))


def _repayments(account: AccountSnapshot, bills: Bills, made: ProjectedBills) -> pl.DataFrame:
    """Overdue money at once, then a payment a cycle, each against the latest bill issued, as it settles."""
    n, k = made.paid.shape
    at = np.column_stack([np.full(n, made.arrears_at), made.paid_at]).ravel()
    amount = np.column_stack([made.arrears, made.paid]).ravel()
    against = np.concatenate([made.cycles.issued[:1], made.cycles.issued[:-1]])
    columns = {
        "account_id": np.full(n * (k + 1), account.account_id),
        "known_at": moments(at + bills.payment_lag),
        "paid_at": moments(at),
        "amount_cny": amount,
        "statement_on": dates(np.tile(against, n)),
    }
    frame = with_plan(contract_frame("repayments", columns), np.repeat(np.arange(n), k + 1))
    return frame.filter(pl.Series(amount > 0, dtype=pl.Boolean))
