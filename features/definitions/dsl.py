"""The language that feature definitions are written in: views, their aggregates, and features.

>>> bills = STATEMENTS.count(issued(1, 6), where=col("balance") > 0)
>>> print(bills)
statements.count(where balance > 0)[issued:1-6]
>>> spec = feature("bills_owing_6m", bills, theme="balance", direction=0, unit="count",
...                zh="最近6期账单中有欠款的期数", en="bills with a balance owed, of the 6 latest")
>>> spec.meta.window, spec.meta.source
('issued:1-6', 'platform')
"""

from dataclasses import dataclass
from typing import Literal

from features.calendar import DAY, MONTH_DAYS
from features.engine.aggregate import Aggregate, Op
from features.engine.cycles import Cycles, due, issued, known, month_ends
from features.engine.expressions import AS_OF, MISSING, Expression, aggregates_of, if_else, largest, of
from features.engine.featureset import FeatureSpec
from features.engine.filters import Column, Filter, as_filter, cny, col
from features.engine.lookback import window_label
from features.engine.window import ALL, Window, days, days_back
from features.spec import FeatureMeta
from features.themes import THEMES

MICROSECONDS_A_MONTH = DAY * MONTH_DAYS
Direction = Literal[-1, 0, 1]
Span = Window | Cycles
"""Which events an aggregate reads: by days, or by the ticks of a clock."""
ORDINALS = {2: "nd", 3: "rd"}
RowFilter = Filter | Column
"""A filter, or a flag column that stands for itself."""


def latest(k: int, measure: str = "期") -> tuple[str, str]:
    """The k-th newest of a kind in words, in Chinese with its measure word and in English.

    >>> latest(1), latest(3, "个")
    (('最近一期', 'the latest'), ('倒数第3个', 'the 3rd latest'))
    """
    if k == 1:
        return f"最近一{measure}", "the latest"
    return f"倒数第{k}{measure}", f"the {k}{ORDINALS.get(k, 'th')} latest"


@dataclass(frozen=True)
class ViewAggregates:
    """The aggregates of one view, as expressions.

    `where` leaves only rows that meet a filter; `column` names a column of the view.
    """

    view: str

    def count(self, window: Span = ALL, where: RowFilter | None = None) -> Expression:
        """Number of rows.

        >>> print(ORDERS.count(days(30), where=~col("on_credit")))
        orders.count(where not on_credit)[30d]
        """
        return self._aggregate(Op.COUNT, "", window, where)

    def sum(self, column: str, window: Span = ALL, where: RowFilter | None = None) -> Expression:
        """Sum, 0 without rows."""
        return self._aggregate(Op.SUM, column, window, where)

    def mean(self, column: str, window: Span = ALL, where: RowFilter | None = None) -> Expression:
        """Mean over rows, null without rows."""
        return self.sum(column, window, where) / self.count(window, where)

    def std(self, column: str, window: Span = ALL, where: RowFilter | None = None) -> Expression:
        """Standard deviation over rows (population), null without rows."""
        mean = self.mean(column, window, where)
        squares = self._aggregate(Op.SUM_SQ, column, window, where) / self.count(window, where)
        return largest(squares - mean * mean, 0.0).sqrt()

    def last(self, column: str, window: Span = ALL, where: RowFilter | None = None) -> Expression:
        """Latest value; over all of the past, the value in force."""
        return self._aggregate(Op.LAST, column, window, where)

    def first(self, column: str, window: Span = ALL, where: RowFilter | None = None) -> Expression:
        """Earliest value."""
        return self._aggregate(Op.FIRST, column, window, where)

    def max(self, column: str, window: Span = ALL, where: RowFilter | None = None) -> Expression:
        """Largest value, null without rows."""
        return self._aggregate(Op.MAX, column, window, where)

    def min(self, column: str, window: Span = ALL, where: RowFilter | None = None) -> Expression:
        """Smallest value, null without rows."""
        return self._aggregate(Op.MIN, column, window, where)

    def distinct(self, column: str, window: Span = ALL, where: RowFilter | None = None) -> Expression:
        """Number of distinct values."""
        return self._aggregate(Op.DISTINCT, column, window, where)

    def changes(self, column: str, window: Span = ALL, where: RowFilter | None = None) -> Expression:
        """How often the value changed from one row to the next."""
        return self._aggregate(Op.CHANGES, column, window, where)

    def streak(self, condition: RowFilter, window: Span = ALL) -> Expression:
        """Length of the run of latest rows that meet the condition.

        >>> print(DELINQUENCY.streak(col("dpd") == 0))
        delinquency.streak(where dpd = 0)[all]
        """
        return self._aggregate(Op.STREAK, "", window, condition)

    def longest(self, condition: RowFilter, window: Span = ALL) -> Expression:
        """Length of the longest run of rows that meet the condition."""
        return self._aggregate(Op.LONGEST, "", window, condition)

    def time_mean(self, column: str, window: Span) -> Expression:
        """Mean over time of a step function, such as the limit."""
        return self._aggregate(Op.TIME_MEAN, column, window, None)

    def last_moment(self, where: RowFilter | None = None) -> Expression:
        """Event time of the latest row in microseconds, null without rows."""
        return self._aggregate(Op.LAST_EVENT, "", ALL, where)

    def days_since_last(self, where: RowFilter | None = None) -> Expression:
        """Days from the latest row to the moment of observation, null without rows."""
        return (AS_OF - self._aggregate(Op.LAST_EVENT, "", ALL, where)) / float(DAY)

    def months_since_last(self, where: RowFilter | None = None) -> Expression:
        """Mean months (365.25 / 12 days) from the latest row, null without rows."""
        return (AS_OF - self._aggregate(Op.LAST_EVENT, "", ALL, where)) / MICROSECONDS_A_MONTH

    def months_since_first(self, where: RowFilter | None = None) -> Expression:
        """Mean months from the earliest row, null without rows."""
        return (AS_OF - self._aggregate(Op.FIRST_EVENT, "", ALL, where)) / MICROSECONDS_A_MONTH

    def _aggregate(self, op: Op, column: str, window: Span, where: RowFilter | None) -> Expression:
        condition = None if where is None else as_filter(where)
        return of(Aggregate(self.view, op, column, condition, window))


def feature(
    name: str,
    expression: Expression,
    *,
    theme: str,
    direction: Direction,
    unit: str,
    zh: str,
    en: str,
    low: float | None = 0.0,
    high: float | None = None,
    actionable: bool | None = None,
    stated: bool = True,
) -> FeatureSpec:
    """A feature of the portfolio.

    The label of its window is derived from the expression (see `engine.lookback`), its source is its theme's,
    and a person can act on it when they can act on its theme, unless said otherwise. `stated` says whether
    its figure may be told to a person: only one that they recognise and can check from their own records.
    """
    owner = THEMES[theme]
    label = window_label(aggregates_of(expression))
    can_act = owner.actionable if actionable is None else actionable
    meta = FeatureMeta(
        name, "number", theme, owner.source, direction, can_act, unit, label, zh, en, low, high, stated
    )
    return FeatureSpec(meta, expression)


def ratio(numerator: Expression, denominator: Expression, low: float, high: float) -> Expression:
    """A ratio cut off at both ends; null where the denominator is null, zero or negative."""
    return (numerator / largest(denominator, 0.0)).clip(low, high)


def known_states(window: Span, expression: Expression) -> Expression:
    """The expression where the issuer reports account states, null where it reports days past due alone."""
    return if_else(DELINQUENCY.count(window, col("state").is_not_null()) > 0.0, expression, MISSING)


ACCOUNTS = ViewAggregates("accounts")
LIMITS = ViewAggregates("limits")
LIMIT_CHANGES = ViewAggregates("limit_changes")
ORDERS = ViewAggregates("orders")
RETURNS = ViewAggregates("returns")
STATEMENTS = ViewAggregates("statements")
REPAYMENTS = ViewAggregates("repayments")
DUE_BILLS = ViewAggregates("due_bills")
SETTLEMENTS = ViewAggregates("settlements")
DELINQUENCY = ViewAggregates("delinquency")
ACCOUNT_FLAGS = ViewAggregates("account_flags")
CONSENT_GRANTS = ViewAggregates("consent_grants")
CONSENT_WITHDRAWALS = ViewAggregates("consent_withdrawals")
BUREAU = ViewAggregates("bureau")
THIRD_PARTY = ViewAggregates("third_party")
SOCIAL_SECURITY = ViewAggregates("social_security")
HOUSING_FUND = ViewAggregates("housing_fund")
EMPLOYERS = ViewAggregates("employers")
INDUSTRY = ViewAggregates("industry")
MACRO = ViewAggregates("macro")

__all__ = [
    "ACCOUNTS",
    "ACCOUNT_FLAGS",
    "ALL",
    "BUREAU",
    "CONSENT_GRANTS",
    "CONSENT_WITHDRAWALS",
    "DELINQUENCY",
    "DUE_BILLS",
    "EMPLOYERS",
    "HOUSING_FUND",
    "INDUSTRY",
    "LIMITS",
    "LIMIT_CHANGES",
    "MACRO",
    "ORDERS",
    "REPAYMENTS",
    "RETURNS",
    "SETTLEMENTS",
    "SOCIAL_SECURITY",
    "STATEMENTS",
    "THIRD_PARTY",
    "Cycles",
    "Direction",
    "RowFilter",
    "Span",
    "ViewAggregates",
    "Window",
    "cny",
    "col",
    "days",
    "days_back",
    "due",
    "feature",
    "issued",
    "known",
    "known_states",
    "latest",
    "month_ends",
    "ratio",
]
