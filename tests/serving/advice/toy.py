"""One account in literal rows, and a decision function simple enough to know its outcome."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from features.contract.check import check
from features.contract.registry import TABLES
from features.definitions import PORTFOLIO
from features.definitions.account import LIMIT_NOW
from features.engine import FeatureSet
from features.matrix import FeatureMatrix
from features.tables import Tables
from serving.decision.types import Decision

AS_OF = datetime(2025, 7, 1)
ACCOUNT = 42
LIMIT = 10_000.0
FEATURES = FeatureSet((*PORTFOLIO.specs, LIMIT_NOW))
MONTHS = 14


def month_ends() -> list[date]:
    """The last days of the months before the moment, oldest first."""
    firsts = [date(2024 + (4 + k) // 12, (4 + k) % 12 + 1, 1) for k in range(MONTHS + 1)]
    return [first - timedelta(days=1) for first in firsts[1:]]


def tables(
    *,
    bill: float = 6_000.0,
    paid: float = 600.0,
    late: int = 0,
    bureau: bool = False,
    raised: date | None = None,
) -> Tables:
    """An account with the same bill month after month.

    Args:
        bill: every bill.
        paid: paid against each.
        late: days past due at the last month end; then the payment of the last bill due was missed.
        bureau: whether the bureau was consented to and has reported.
        raised: when the limit was last raised.
    """
    ends = month_ends()
    due = [end + timedelta(days=15) for end in ends]
    n = len(ends)
    settled = n - 2 if late else n - 1
    frames = {
        "accounts": _frame(
            known_at=[datetime(2024, 3, 1)], opened_on=[date(2024, 3, 1)], initial_limit_cny=[LIMIT]
        ),
        "statements": _frame(
            known_at=[_at(end, 22) for end in ends], statement_on=ends, due_on=due,
            balance_cny=[bill] * n, minimum_due_cny=[bill / 10] * n, due_cny=[bill] * n,
        ),
        "repayments": _frame(
            known_at=[_at(day, 12) for day in due[:settled]],
            paid_at=[_at(day, 12) for day in due[:settled]],
            amount_cny=[paid] * settled, statement_on=ends[:settled],
        ),
        "delinquency": _frame(
            known_at=[_at(end, 23) for end in ends], month_end=ends, days_past_due=[0] * (n - 1) + [late],
            account_state=pl.Series([None] * n, dtype=pl.String),
        ),
        "orders": _frame(
            known_at=[_at(end, 9) for end in ends], placed_at=[_at(end, 9) for end in ends],
            amount_cny=[paid] * n, category=["books"] * n, on_credit=[True] * n, instalments=[1] * n,
            returned_at=pl.Series([None] * n, dtype=pl.Datetime("us")),
        ),
        "limit_changes": _raise(raised),
        "consents": _consents(["bureau"] if bureau else []),
        "bureau_reports": _reports(1 if bureau else 0),
        "social_security": _frame(known_at=[], month=[], contribution_base_cny=[], employer_id=[]),
        "macro": macro(),
    }  # fmt: skip
    checked = {
        name: check(frame.select(TABLES[name].schema.column_names()), TABLES[name]).good
        for name, frame in frames.items()
    }
    return Tables(checked)


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour)


def _frame(**columns: object) -> pl.DataFrame:
    frame = pl.DataFrame(columns)
    return frame.with_columns(pl.lit(ACCOUNT, dtype=pl.Int64).alias("account_id"))


def _raise(raised: date | None) -> pl.DataFrame:
    at = [] if raised is None else [_at(raised, 9)]
    n = len(at)
    return _frame(
        known_at=at, effective_at=at, old_limit_cny=[8_000.0] * n, new_limit_cny=[LIMIT] * n,
        kind=["fixed"] * n, cause=["policy"] * n, test_arm=pl.Series([None] * n, dtype=pl.String),
    )  # fmt: skip


def _consents(sources: Sequence[str]) -> pl.DataFrame:
    n = len(sources)
    at = [datetime(2024, 3, 2)] * n
    return _frame(
        known_at=at,
        source=list(sources),
        granted_at=at,
        revoked_at=pl.Series([None] * n, dtype=pl.Datetime("us")),
    )


def _reports(n: int) -> pl.DataFrame:
    at = [datetime(2025, 5, 10)] * n
    whole = {"n_accounts": 3, "n_lenders": 2, "max_dpd_24m": 0, "n_overdue_24m": 0, "inquiries_3m": 3,
             "inquiries_12m": 6, "new_accounts_12m": 1, "oldest_account_months": 50}  # fmt: skip
    money = {"total_limit_cny": 30_000.0, "total_balance_cny": 4_000.0, "monthly_payment_cny": 400.0}
    return _frame(known_at=at, reported_at=at, **{k: [v] * n for k, v in (whole | money).items()})


def macro() -> pl.DataFrame:
    """The economy, the same every month."""
    months = [date(2024 + k // 12, k % 12 + 1, 1) for k in range(17)]
    n = len(months)
    level = {"unemployment": 5.0, "cpi_yoy": 0.5, "retail_sales_yoy": 4.0, "pmi": 50.0, "lpr_1y": 3.1}
    known = [_at(month, 0) + timedelta(days=45) for month in months]
    return pl.DataFrame({"month": months, "known_at": known, **{k: [v] * n for k, v in level.items()}})


Row = dict[str, float | None]


def decide_by(
    good: Callable[[Row], bool],
    rules: Callable[[Row], tuple[str, ...]] = lambda _: (),
    step: Callable[[Row], float] = lambda _: 0.2,
) -> "Toy":
    """A decision that raises the limit, by a fifth unless given, where `good` holds and no rule binds."""
    return Toy(good, rules, step)


class Toy:
    """A decision function that keeps every matrix that it decided."""

    def __init__(
        self,
        good: Callable[[Row], bool],
        rules: Callable[[Row], tuple[str, ...]],
        step: Callable[[Row], float],
    ) -> None:
        self.good, self.rules, self.step = good, rules, step
        self.seen: list[FeatureMatrix] = []

    def __call__(self, matrix: FeatureMatrix) -> list[Decision]:
        self.seen.append(matrix)
        return [self._one(row) for row in matrix.frame.iter_rows(named=True)]

    def _one(self, row: dict[str, Any]) -> Decision:
        rules, limit = self.rules(row), row["current_limit"]
        risk = max(0.001, min(0.9, (row["utilisation_avg_6m"] or 0.0) * 0.2))
        eligible = self.good(row) and not rules
        new = (1.0 + self.step(row)) * limit if eligible else limit
        return Decision(
            int(row["account_id"]), row["as_of"], risk, 600, "B" if eligible else "D", eligible, limit, new,
            600, {}, (), rules, "toy", "toy",
        )  # fmt: skip
