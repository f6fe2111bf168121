"""Projected month-end statuses: as bills, due days and payments stand when each calendar month ends."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.arrays import Bools, Floats, Ints
from features.calendar import DAY, plus_months
from serving.advice.account import AccountSnapshot, Bills
from serving.advice.account.bills import DORMANT
from serving.advice.frames import contract_frame, dates, microseconds, moments, with_plan
from serving.advice.projection.bills import ProjectedBills

USUAL_LAG = DAY
"""From the midnight that begins a month's last day to its status, where no status is on record."""
MET = 0.005


@dataclass(frozen=True)
class _Ledger:
    """All bills and payments under n plans, past and projected.

    Attributes:
        on: (b,) bill dates.
        due_on: (b,) due dates.
        asked: (n, b) minimum of each, or all it asked for where there is none, CNY.
        paid_at: (n, p) moments of payments.
        amount: (n, p) CNY.
    """

    on: Ints
    due_on: Ints
    asked: Floats
    paid_at: Ints
    amount: Floats

    def unmet(self, end: int) -> Bools:
        """(n, b) whether each bill is overdue at a moment: its due day over, its minimum not paid since."""
        counts = np.where(self.paid_at < end, self.amount, 0.0)
        since = [(counts * (self.paid_at >= on + DAY)).sum(axis=1) for on in self.on]
        return (np.column_stack(since) < self.asked - MET) & (self.due_on + DAY <= end)

    def days_past_due(self, month_end: int) -> Ints:
        """(n,) days from the due date of the oldest overdue bill to the last day of a month.

        A minimum holds what was unmet of the one before, so a bill that is met ends what is older.
        """
        end = month_end + DAY
        over = np.flatnonzero(self.due_on + DAY <= end)
        unmet = self.unmet(end)[:, over]
        run = np.cumprod(unmet[:, ::-1], axis=1).sum(axis=1).astype(np.int64)
        if not len(over):
            return np.zeros(len(unmet), np.int64)
        oldest = self.due_on[over][np.clip(len(over) - run, 0, len(over) - 1)]
        return np.where(run > 0, (month_end - oldest) // DAY, 0)


def month_end_rows(account: AccountSnapshot, bills: Bills, projected: ProjectedBills) -> pl.DataFrame:
    """A status for every month end after the last one on record, known with the usual lag of the feed."""
    rows, n = _on_record(account), len(projected.bill)
    ends, lag = _coming(rows, account, int(projected.cycles.issued[-1]))
    ledger = _ledger(bills, projected)
    days = np.array([ledger.days_past_due(int(end)) for end in ends], np.int64).reshape(len(ends), n).T
    return _status_rows(account, ends, lag, days, _states(rows, projected, ends, days))


def month_ends_without_bills(account: AccountSnapshot, n: int, until: int) -> pl.DataFrame:
    """The statuses of an account that is not billed: what is past due ages, and stays so under every plan."""
    rows = _on_record(account)
    ends, lag = _coming(rows, account, until)
    past_due = account.days_past_due
    last = int(microseconds(rows["month_end"])[-1]) if rows.height else 0
    days = np.where(past_due > 0, past_due + (ends - last) // DAY, 0)
    state = None if not rows.height else rows["account_state"][-1]
    states = pl.Series([state] * (n * len(ends)), dtype=pl.String)
    return _status_rows(account, ends, lag, np.tile(days, (n, 1)), states)


def _on_record(account: AccountSnapshot) -> pl.DataFrame:
    return account.tables["delinquency"].sort("month_end", "known_at", maintain_order=True)


def _status_rows(
    account: AccountSnapshot, ends: Ints, lag: int, days: Ints, states: pl.Series
) -> pl.DataFrame:
    n = len(days)
    columns = {
        "account_id": np.full(n * len(ends), account.account_id),
        "known_at": moments(np.tile(np.maximum(ends + lag, account.now), n)),
        "month_end": dates(np.tile(ends, n)),
        "days_past_due": days.ravel(),
        "account_state": states,
    }
    return with_plan(contract_frame("delinquency", columns), np.repeat(np.arange(n), len(ends)))


def _coming(rows: pl.DataFrame, account: AccountSnapshot, until: int) -> tuple[Ints, int]:
    """Month ends to come, midnights of their days, and the lag of their statuses.

    None for an account that is old enough for a status and has none: its lender keeps no statuses.
    """
    seen = microseconds(rows["month_end"])
    if not len(seen) and account.opened < account.now - DORMANT:
        return np.empty(0, np.int64), USUAL_LAG
    begin = int(seen[-1]) if len(seen) else int(plus_months(np.array([account.now]), -1)[0])
    firsts = np.array(begin).astype("M8[us]").astype("M8[M]") + np.arange(1, 20)
    ends = ((firsts + 1).astype("M8[D]") - 1).astype("M8[us]").astype(np.int64)
    lag = int(np.median((microseconds(rows["known_at"]) - seen)[-12:])) if len(seen) else USUAL_LAG
    return ends[ends < until], lag


def _ledger(bills: Bills, projected: ProjectedBills) -> _Ledger:
    n = len(projected.bill)
    past = np.where(np.isnan(bills.minimum), bills.to_pay, bills.minimum)
    whole = np.where(np.isnan(projected.due), np.maximum(projected.bill, 0.0), projected.due)
    coming = np.where(np.isnan(projected.minimum), whole, projected.minimum)
    paid_at = (
        np.tile(bills.paid_at, (n, 1)),
        np.full((n, 1), projected.arrears_at),
        projected.paid_at,
    )
    amount = (np.tile(bills.amount, (n, 1)), projected.arrears[:, None], projected.paid)
    return _Ledger(
        np.concatenate([bills.statement_on, projected.cycles.issued[1:]]),
        np.concatenate([bills.due_on, projected.cycles.due[1:]]),
        np.concatenate([np.tile(past, (n, 1)), coming], axis=1),
        np.concatenate(paid_at, axis=1),
        np.concatenate(amount, axis=1),
    )


def _states(rows: pl.DataFrame, projected: ProjectedBills, ends: Ints, days: Ints) -> pl.Series:
    """The account state at each month end, null where the lender reports none."""
    if not rows.height or rows["account_state"][-1] is None:
        return pl.Series([None] * days.size, dtype=pl.String)
    cycle = np.clip(np.searchsorted(projected.cycles.issued, ends, side="right") - 1, 0, None)
    cycle = np.minimum(cycle, projected.bill.shape[1] - 1)
    billed = projected.bill[:, np.maximum(cycle - 1, 0)]
    left = billed - projected.paid[:, cycle]
    state = np.where(left <= MET, "paid_in_full", "revolving")
    state = np.where((billed <= 0) & (projected.paid[:, cycle] <= 0), "no_use", state)
    return pl.Series(np.where(days > 0, "past_due", state).ravel().tolist(), dtype=pl.String)
