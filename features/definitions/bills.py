"""Features of bills: utilisation of the trailing average limit, its trend, what stays unpaid."""

from features.definitions.dsl import (
    LIMITS,
    REPAYMENTS,
    STATEMENTS,
    Direction,
    ago,
    col,
    feature,
    month_back,
    months,
    months_back,
    ratio,
)
from features.engine.expressions import Expression, if_else, largest_known, mean_known, smallest_known, total
from features.engine.featureset import FeatureSpec

LAGS = range(1, 7)
Q, H1, Y1 = months(3), months(6), months(12)
OWING = col("balance") > 0
LIMIT = LIMITS.time_mean("limit", H1)
"""The denominator of utilisation: an average, since a raise at once lowers the use of the limit in force."""
BILL = [STATEMENTS.last("balance", month_back(k)) for k in range(1, 8)]
PAID = [REPAYMENTS.sum("amount", month_back(k)) for k in range(1, 8)]
USE = [ratio(BILL[k - 1], LIMIT, -1.0, 5.0) for k in LAGS]
CARRIED = [ratio(BILL[k] - PAID[k - 1], LIMIT, -5.0, 5.0) for k in range(1, 6)]
"""What the payments of month k left of the bill before."""
CHARGED = [ratio(BILL[k - 1] - BILL[k] + PAID[k - 1], LIMIT, -5.0, 5.0) for k in range(1, 6)]
"""What month k added to the bill."""


def _use(k: int) -> FeatureSpec:
    return feature(
        f"utilisation_m{k}", USE[k - 1], theme="utilisation", direction=0, unit="ratio",
        zh=f"{ago(k)[0]}账单占额度比", en=f"bill {ago(k)[1]}, over the average limit", low=-1, high=5,
    )  # fmt: skip


def _carried(k: int) -> FeatureSpec:
    return feature(
        f"carried_m{k}", CARRIED[k - 1], theme="balance", direction=1, unit="ratio",
        zh=f"{ago(k)[0]}未还余额占额度比", en=f"bill left unpaid {ago(k)[1]}, over the average limit", low=-5,
        high=5,
    )  # fmt: skip


def _charged(k: int) -> FeatureSpec:
    return feature(
        f"charged_m{k}", CHARGED[k - 1], theme="balance", direction=0, unit="ratio",
        zh=f"{ago(k)[0]}新增账单占额度比", en=f"new charges {ago(k)[1]}, over the average limit", low=-5,
        high=5,
    )  # fmt: skip


def _level(
    name: str, expression: Expression, zh: str, en: str, direction: Direction = 1, *, high: float = 5
) -> FeatureSpec:
    return feature(
        name, expression, theme="utilisation", direction=direction, unit="ratio", zh=zh, en=en, low=-high,
        high=high,
    )  # fmt: skip


def _count_above(values: list[Expression], least: float) -> Expression:
    """How many of the values are known and above a bound."""
    return total([if_else(v > least, 1.0, 0.0).coalesce(0.0) for v in values])


UTILISATION: tuple[FeatureSpec, ...] = (
    *(_use(k) for k in LAGS),
    _level("utilisation_avg_3m", mean_known(USE[:3]), "近3个月平均使用率", "average use, 3 months", 0),
    _level("utilisation_avg_6m", mean_known(USE), "近6个月平均使用率", "average use, 6 months"),
    _level(
        "utilisation_avg_12m",
        ratio(STATEMENTS.mean("balance", Y1), LIMITS.time_mean("limit", Y1), -1.0, 5.0),
        "近12个月平均使用率",
        "average use of the limit, 12 months",
    ),
    _level(
        "utilisation_max_6m",
        ratio(STATEMENTS.max("balance", H1), LIMIT, -1.0, 5.0),
        "近6个月最高使用率",
        "highest use of the limit, 6 months",
    ),
    _level(
        "utilisation_min_6m",
        ratio(STATEMENTS.min("balance", H1), LIMIT, -1.0, 5.0),
        "近6个月最低使用率",
        "lowest use of the limit, 6 months",
    ),
    _level(
        "utilisation_range_6m",
        ratio(STATEMENTS.max("balance", H1) - STATEMENTS.min("balance", H1), LIMIT, 0.0, 5.0),
        "近6个月使用率波幅",
        "range of the use of the limit, 6 months",
        0,
    ),
    _level(
        "utilisation_spread_6m",
        ratio(STATEMENTS.std("yuan", H1), LIMIT, 0.0, 5.0),
        "近6个月使用率波动",
        "volatility of the use of the limit, 6 months",
        0,
    ),
    _level(
        "utilisation_trend",
        mean_known(USE[:3]) - mean_known(USE[3:]),
        "使用率变化（近3个月减前3个月）",
        "use of the limit: last 3 months less the 3 before",
        0,
        high=6,
    ),
    _level("utilisation_step", USE[0] - USE[1], "上月使用率变化", "change of use, last month", 0, high=6),
    feature(
        "months_above_80pct_6m", _count_above(USE, 0.8), theme="utilisation", direction=1, unit="count",
        zh="近6个月使用率超过80%的月数", en="months above 80 % use in 6 months", high=6,
    ),
    feature(
        "months_over_limit_6m", _count_above(USE, 1.0), theme="utilisation", direction=1, unit="count",
        zh="近6个月账单超过额度的月数", en="bills above the limit in 6 months", high=6,
    ),
)  # fmt: skip

BALANCE: tuple[FeatureSpec, ...] = (
    feature(
        "balance_last", STATEMENTS.last("balance"), theme="balance", direction=0, unit="cny",
        zh="最近账单金额", en="latest bill", low=None,
    ),
    feature(
        "balance_avg_6m", STATEMENTS.mean("balance", H1), theme="balance", direction=0, unit="cny",
        zh="近6个月平均账单", en="average bill, 6 months", low=None,
    ),
    feature(
        "balance_max_12m", STATEMENTS.max("balance", Y1), theme="balance", direction=0, unit="cny",
        zh="近12个月最高账单", en="highest bill, 12 months", low=None,
    ),
    feature(
        "balance_growth_6m",
        ratio(STATEMENTS.mean("balance", Q), STATEMENTS.mean("balance", months_back(4, 6)), -10.0, 10.0),
        theme="balance", direction=0, unit="ratio", zh="近3个月与前3个月平均账单之比",
        en="average bill of 3 months over that of the 3 before", low=-10, high=10,
    ),
    feature(
        "balance_last_over_max_12m",
        ratio(STATEMENTS.last("balance"), STATEMENTS.max("balance", Y1), -10.0, 1.0), theme="balance",
        direction=0, unit="ratio", zh="最近账单与近12个月最高账单之比",
        en="latest bill over the highest of 12 months", low=-10, high=1,
    ),
    feature(
        "minimum_due_last", STATEMENTS.last("minimum", months(3)), theme="balance", direction=0, unit="cny",
        zh="最近最低还款额", en="latest minimum due",
    ),
    feature(
        "bills_owing_6m", STATEMENTS.count(H1, where=OWING), theme="balance", direction=0, unit="count",
        zh="近6个月有欠款账单数", en="bills with a balance owed in 6 months",
    ),
    feature(
        "bills_empty_6m", STATEMENTS.count(H1, where=col("balance") == 0), theme="balance", direction=0,
        unit="count", zh="近6个月零账单数", en="empty bills in 6 months",
    ),
    feature(
        "bills_in_credit_6m", STATEMENTS.count(H1, where=col("balance") < 0), theme="balance", direction=0,
        unit="count", zh="近6个月溢缴账单数", en="bills in the customer's favour in 6 months",
    ),
    *(_carried(k) for k in range(1, 6)),
    feature(
        "carried_avg_5m", mean_known(CARRIED), theme="balance", direction=1, unit="ratio",
        zh="近5个月平均未还余额占额度比", en="average bill left unpaid over the limit, 5 months", low=-5,
        high=5,
    ),
    *(_charged(k) for k in range(1, 6)),
    feature(
        "charged_avg_5m", mean_known(CHARGED), theme="balance", direction=0, unit="ratio",
        zh="近5个月平均新增账单占额度比", en="average new charges over the limit, 5 months", low=-5, high=5,
    ),
    feature(
        "charged_max_5m", largest_known(CHARGED), theme="balance", direction=0, unit="ratio",
        zh="近5个月最高新增账单占额度比", en="highest new charges over the limit, 5 months", low=-5, high=5,
    ),
    feature(
        "carried_min_5m", smallest_known(CARRIED), theme="balance", direction=0, unit="ratio",
        zh="近5个月最低未还余额占额度比", en="lowest bill left unpaid over the limit, 5 months", low=-5,
        high=5,
    ),
)  # fmt: skip

FEATURES = UTILISATION + BALANCE
