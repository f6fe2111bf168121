"""An account with a bill on the 12th, due on the 2nd, written row by row as a lender would keep it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from features.contract.check import check
from features.contract.registry import TABLES
from features.tables import Tables
from serving.advice.account import AccountSnapshot, snapshot
from serving.advice.settings_file import packaged
from tests.serving.advice.toy import ACCOUNT, LIMIT, macro

Amounts = Sequence[float]


@dataclass(frozen=True)
class Billed:
    """A bill of the account.

    Attributes:
        on: its date.
        balance: CNY.
        due: what it asks for.
        minimum: its minimum.
        paid: payments towards it, moment and CNY.
    """

    on: date
    balance: float
    due: float
    minimum: float
    paid: tuple[tuple[datetime, float], ...] = ()

    @property
    def due_on(self) -> date:
        """Twenty days after its date."""
        return self.on + timedelta(days=20)


def bill_days(last: date, n: int) -> list[date]:
    """The 12th of n months up to that of `last`, oldest first."""
    months = [last.year * 12 + last.month - 1 - k for k in range(n)]
    return [date(month // 12, month % 12 + 1, 12) for month in reversed(months)]


def account_tables(
    bills: Sequence[Billed],
    *,
    purchases: Sequence[tuple[datetime, float]] = (),
    plans: Sequence[tuple[date, float, int]] = (),
    month_ends: Sequence[tuple[date, int]] = (),
) -> Tables:
    """The tables of one account.

    Args:
        bills: its bills.
        purchases: moment and CNY of purchases on credit.
        plans: first day, CNY and number of instalments.
        month_ends: last day of a month, and days past due then; known two hours after the month.
    """
    paid = [(at, amount, bill.on) for bill in bills for at, amount in bill.paid]
    rows: dict[str, list[tuple[object, ...]]] = {
        "accounts": [(datetime(2023, 3, 1), date(2023, 3, 1), LIMIT)],
        "statements": [(_evening(b.on), b.on, b.due_on, b.balance, b.minimum, b.due) for b in bills],
        "repayments": [(at, at, amount, on) for at, amount, on in paid],
        "delinquency": [(_two_hours_after(day), day, days, None) for day, days in month_ends],
        "orders": [(at, at, amount, "books", True, 1, None) for at, amount in purchases],
        "instalment_plans": [(_evening(on), on, amount, n, None) for on, amount, n in plans],
        "limit_changes": [],
    }
    frames = {name: _frame(name, COLUMNS[name], lines) for name, lines in rows.items()}
    return Tables({**frames, "macro": macro()})


COLUMNS = {
    "accounts": ("known_at", "opened_on", "initial_limit_cny"),
    "statements": ("known_at", "statement_on", "due_on", "balance_cny", "minimum_due_cny", "due_cny"),
    "repayments": ("known_at", "paid_at", "amount_cny", "statement_on"),
    "delinquency": ("known_at", "month_end", "days_past_due", "account_state"),
    "orders": ("known_at", "placed_at", "amount_cny", "category", "on_credit", "instalments", "returned_at"),
    "instalment_plans": ("known_at", "started_on", "amount_cny", "instalments", "fee_cny"),
    "limit_changes": (
        "known_at",
        "effective_at",
        "old_limit_cny",
        "new_limit_cny",
        "kind",
        "cause",
        "test_arm",
    ),
}


def _frame(table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    schema = TABLES[table].schema.create_empty().schema
    given = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    frame = pl.DataFrame({"account_id": [ACCOUNT] * len(rows), **given}, schema=schema)
    return check(frame, TABLES[table]).good


def _evening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 22)


def _two_hours_after(month_end: date) -> datetime:
    return datetime(month_end.year, month_end.month, month_end.day) + timedelta(hours=26)


def known(tables: Tables, as_of: datetime) -> AccountSnapshot:
    """The account at a moment."""
    return snapshot(tables, ACCOUNT, as_of, packaged())


def ends_of(first: date, n: int) -> list[date]:
    """Last days of n months from that of `first` on."""
    months = [first.year * 12 + first.month + k for k in range(n)]
    return [date(month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in months]


def always_in_full(last: date, n: int, spent: float = 600.0) -> list[Billed]:
    """Bills of the same amount, all but the last one paid in full at noon of the day before the due day."""
    days = bill_days(last, n)
    noon = [datetime(day.year, day.month, day.day, 12) + timedelta(days=19) for day in days]
    paid: list[tuple[tuple[datetime, float], ...]] = [((at, spent),) for at in noon[:-1]] + [()]
    return [Billed(day, spent, spent, spent / 10, one) for day, one in zip(days, paid, strict=True)]
