"""The vocabulary that feature definitions are written in."""

from dataclasses import dataclass
from typing import Literal

from features.calendar import DAY
from features.engine.aggregate import Aggregate, Op
from features.engine.expressions import AS_OF, NOTHING, Expression, largest, of, where
from features.engine.featureset import FeatureSpec
from features.engine.window import ALL, Window
from features.spec import FeatureMeta
from features.themes import THEMES

MONTH_DAYS = 365.25 / 12
MICROSECONDS_A_MONTH = DAY * MONTH_DAYS
Direction = Literal[-1, 0, 1]


def ago(k: int) -> tuple[str, str]:
    """The k-th month back as a person says it, in Chinese and English; 1 is the month that has just ended."""
    return ("上月", "last month") if k == 1 else (f"{k}个月前", f"{k} months ago")


def span(window: Window) -> str:
    """A window up to now in English: `1 month`, `3 months`, `7 days`."""
    n, unit = (window.days, "day") if window.days else (window.months, "month")
    return f"{n} {unit}{'' if n == 1 else 's'}"


@dataclass(frozen=True)
class ViewAggregates:
    """Aggregates of one view, as values."""

    view: str

    def count(self, window: Window = ALL, where: str = "") -> Expression:
        """Number of rows."""
        return of(Aggregate(self.view, Op.COUNT, "", where, window))

    def sum(self, column: str, window: Window = ALL, where: str = "") -> Expression:
        """Sum, 0 without rows."""
        return of(Aggregate(self.view, Op.SUM, column, where, window))

    def mean(self, column: str, window: Window = ALL, where: str = "") -> Expression:
        """Mean over rows, null without rows."""
        return self.sum(column, window, where) / self.count(window, where)

    def spread(self, column: str, window: Window = ALL, where: str = "") -> Expression:
        """Standard deviation over rows (population), null without rows."""
        mean = self.mean(column, window, where)
        squares = of(Aggregate(self.view, Op.SUM_SQ, column, where, window)) / self.count(window, where)
        return largest(squares - mean * mean, 0.0).sqrt()

    def last(self, column: str, window: Window = ALL, where: str = "") -> Expression:
        """Latest value."""
        return of(Aggregate(self.view, Op.LAST, column, where, window))

    def first(self, column: str, window: Window = ALL, where: str = "") -> Expression:
        """Earliest value."""
        return of(Aggregate(self.view, Op.FIRST, column, where, window))

    def max(self, column: str, window: Window = ALL, where: str = "") -> Expression:
        """Largest value."""
        return of(Aggregate(self.view, Op.MAX, column, where, window))

    def min(self, column: str, window: Window = ALL, where: str = "") -> Expression:
        """Smallest value."""
        return of(Aggregate(self.view, Op.MIN, column, where, window))

    def distinct(self, column: str, window: Window = ALL, where: str = "") -> Expression:
        """Number of distinct values."""
        return of(Aggregate(self.view, Op.DISTINCT, column, where, window))

    def changes(self, column: str, window: Window = ALL, where: str = "") -> Expression:
        """How often the value changed."""
        return of(Aggregate(self.view, Op.CHANGES, column, where, window))

    def streak(self, condition: str, window: Window = ALL) -> Expression:
        """Latest rows in a row that meet the condition."""
        return of(Aggregate(self.view, Op.STREAK, "", condition, window))

    def longest(self, condition: str, window: Window = ALL) -> Expression:
        """Longest run of rows that meet the condition."""
        return of(Aggregate(self.view, Op.LONGEST, "", condition, window))

    def time_mean(self, column: str, window: Window) -> Expression:
        """Mean over time of a level."""
        return of(Aggregate(self.view, Op.TIME_MEAN, column, "", window))

    def days_since_last(self, where: str = "") -> Expression:
        """Days from the latest row to the moment of observation, null without rows."""
        return (AS_OF - of(Aggregate(self.view, Op.LAST_EVENT, "", where))) / float(DAY)

    def months_since_last(self, where: str = "") -> Expression:
        """Mean months (365.25 / 12 days) from the latest row, null without rows."""
        return (AS_OF - of(Aggregate(self.view, Op.LAST_EVENT, "", where))) / MICROSECONDS_A_MONTH

    def months_since_first(self, where: str = "") -> Expression:
        """Mean months from the earliest row, null without rows."""
        return (AS_OF - of(Aggregate(self.view, Op.FIRST_EVENT, "", where))) / MICROSECONDS_A_MONTH


def feature(
    name: str,
    value: Expression,
    *,
    theme: str,
    direction: Direction,
    unit: str,
    window: Window | str,
    zh: str,
    en: str,
    low: float | None = 0.0,
    high: float | None = None,
    actionable: bool | None = None,
) -> FeatureSpec:
    """A feature; its source is its theme's, and it can be acted on when its theme can, unless said."""
    owner = THEMES[theme]
    label = window if isinstance(window, str) else window.label
    can_act = owner.actionable if actionable is None else actionable
    meta = FeatureMeta(
        name, "number", theme, owner.source, direction, can_act, unit, label, zh, en, low=low, high=high
    )
    return FeatureSpec(meta, value)


def ratio(over: Expression, under: Expression, low: float, high: float) -> Expression:
    """`over / under` cut off at both ends; null where there is nothing to divide by, or it is negative."""
    return (over / largest(under, 0.0)).clip(low, high)


def known_states(window: Window, value: Expression) -> Expression:
    """The value where the issuer reports how months stood, null where it tells days past due alone."""
    return where(DELINQUENCY.count(window, "stated") > 0.0, value, NOTHING)


ACCOUNTS, LIMITS, LIMIT_CHANGES = (
    ViewAggregates("accounts"),
    ViewAggregates("limits"),
    ViewAggregates("limit_changes"),
)
ORDERS, RETURNS = ViewAggregates("orders"), ViewAggregates("returns")
STATEMENTS, REPAYMENTS, SETTLEMENTS = (
    ViewAggregates("statements"),
    ViewAggregates("repayments"),
    ViewAggregates("settlements"),
)
DELINQUENCY = ViewAggregates("delinquency")
BUREAU, THIRD_PARTY = ViewAggregates("bureau"), ViewAggregates("third_party")
SOCIAL_SECURITY, HOUSING_FUND = ViewAggregates("social_security"), ViewAggregates("housing_fund")
EMPLOYERS, INDUSTRY, MACRO = ViewAggregates("employers"), ViewAggregates("industry"), ViewAggregates("macro")
