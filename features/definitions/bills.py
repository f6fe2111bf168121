"""Features of bills: what was owed on those issued, and what is unpaid of those whose due day has passed.

Bills are counted by the account's own cycles (`engine.cycles`): an issued bill is known before its due day, a
due bill is one whose due day has passed. What is unpaid of a due bill is measured against `due_cny`, what had
to be paid for nothing to be carried on, so instalments that fall due later are never unpaid; where the lender
does not state it, the feature is null.
"""

from features.definitions.dsl import (
    DUE_BILLS,
    LIMITS,
    REPAYMENTS,
    SETTLEMENTS,
    STATEMENTS,
    Direction,
    col,
    days,
    due,
    feature,
    issued,
    latest,
    ratio,
)
from features.engine.expressions import (
    MISSING,
    Expression,
    if_else,
    largest,
    largest_known,
    mean_known,
    smallest_known,
    total,
)
from features.engine.featureset import FeatureSpec

LAGS = range(1, 7)
HALF, YEAR = issued(1, 6), issued(1, 12)
OWING = col("balance") > 0
CAP = 100.0
"""Ratios of bills are cut off here."""
LIMIT = LIMITS.time_mean("limit", days(180))
"""The denominator of utilisation: an average, since a raise at once lowers the use of the limit in force."""
LIMIT_ZH, LIMIT_EN = "近180天平均额度", "the average limit of the last 180 days"
BILL = [STATEMENTS.last("balance", issued(k)) for k in range(1, 8)]
USE = [ratio(BILL[k - 1], LIMIT, 0.0, CAP) for k in LAGS]
DUE = [DUE_BILLS.last("due", due(k)) for k in range(1, 6)]
"""What had to be paid of the k-th latest due bill."""
PAID = [
    if_else(DUE_BILLS.count(due(k)) > 0.0, SETTLEMENTS.sum("amount", due(k)), MISSING) for k in range(1, 6)
]  # fmt: skip
"""What has been paid towards it by now."""
CARRIED = [ratio(largest(DUE[k - 1] - PAID[k - 1], 0.0), LIMIT, 0.0, CAP) for k in range(1, 6)]
CHARGED = [
    ratio(BILL[k - 1] - BILL[k] + REPAYMENTS.sum("amount", issued(k + 1)), LIMIT, 0.0, CAP)
    for k in range(1, 6)
]  # fmt: skip
"""What a bill adds to the one before it, payments between the two bill dates added back."""


def _use(k: int) -> FeatureSpec:
    zh, en = latest(k)
    return feature(
        f"utilisation_m{k}", USE[k - 1], theme="utilisation", direction=0, unit="ratio",
        zh=f"{zh}账单欠款占{LIMIT_ZH}比", en=f"owed on {en} bill, over {LIMIT_EN}", high=CAP,
    )  # fmt: skip


def _carried(k: int) -> FeatureSpec:
    zh, en = latest(k)
    return feature(
        f"carried_m{k}", CARRIED[k - 1], theme="balance", direction=1, unit="ratio",
        zh=f"{zh}已到期账单应还金额中未还、结转的部分占{LIMIT_ZH}比",
        en=f"unpaid and carried over of what {en} due bill asked for, over {LIMIT_EN}", high=CAP,
    )  # fmt: skip


def _charged(k: int) -> FeatureSpec:
    zh, en = latest(k)
    return feature(
        f"charged_m{k}", CHARGED[k - 1], theme="balance", direction=0, unit="ratio",
        zh=f"{zh}账单比上一期增加的金额（加回两期之间的还款）占{LIMIT_ZH}比",
        en=f"what {en} bill added to the one before, payments between them added back, over {LIMIT_EN}",
        high=CAP, stated=False,
    )  # fmt: skip


def _level(
    name: str, expression: Expression, zh: str, en: str, direction: Direction = 1, *,
    low: float = 0.0, stated: bool = False,
) -> FeatureSpec:  # fmt: skip
    return feature(
        name, expression, theme="utilisation", direction=direction, unit="ratio", zh=f"{zh}占{LIMIT_ZH}比",
        en=f"{en}, over {LIMIT_EN}", low=low, high=CAP, stated=stated,
    )  # fmt: skip


def _count_above(values: list[Expression], least: float) -> Expression:
    """How many of the values are known and above a bound."""
    return total([if_else(v > least, 1.0, 0.0).coalesce(0.0) for v in values])


UTILISATION: tuple[FeatureSpec, ...] = (
    *(_use(k) for k in LAGS),
    _level(
        "utilisation_avg_3m", mean_known(USE[:3]), "最近3期账单平均欠款",
        "mean owed on the 3 latest bills", 0,
    ),
    _level("utilisation_avg_6m", mean_known(USE), "最近6期账单平均欠款", "mean owed on the 6 latest bills"),
    feature(
        "utilisation_avg_12m",
        ratio(STATEMENTS.mean("balance", YEAR), LIMITS.time_mean("limit", days(365)), 0.0, CAP),
        theme="utilisation", direction=1, unit="ratio", zh="最近12期账单平均金额占近365天平均额度比",
        en="mean of the 12 latest bills, over the average limit of the last 365 days", high=CAP, stated=False,
    ),
    _level(
        "utilisation_max_6m", ratio(STATEMENTS.max("balance", HALF), LIMIT, 0.0, CAP),
        "最近6期账单中最高的欠款", "most owed on any of the 6 latest bills", stated=True,
    ),
    _level(
        "utilisation_min_6m", ratio(STATEMENTS.min("balance", HALF), LIMIT, 0.0, CAP),
        "最近6期账单中最低的欠款", "least owed on any of the 6 latest bills",
    ),
    _level(
        "utilisation_range_6m",
        ratio(STATEMENTS.max("balance", HALF) - STATEMENTS.min("balance", HALF), LIMIT, 0.0, CAP),
        "最近6期账单最高与最低金额之差", "highest less lowest of the 6 latest bills", 0,
    ),
    _level(
        "utilisation_spread_6m", ratio(STATEMENTS.std("yuan", HALF), LIMIT, 0.0, CAP),
        "最近6期账单金额的标准差", "standard deviation of the 6 latest bills", 0,
    ),
    _level(
        "utilisation_trend", mean_known(USE[:3]) - mean_known(USE[3:]),
        "最近3期账单平均欠款减再前3期", "mean owed on the 3 latest bills less that on the 3 before", 0,
        low=-CAP,
    ),
    _level(
        "utilisation_step", USE[0] - USE[1], "最近一期账单欠款减上一期",
        "owed on the latest bill less that on the one before", 0, low=-CAP,
    ),
    feature(
        "months_above_80pct_6m", _count_above(USE, 0.8), theme="utilisation", direction=1, unit="count",
        zh=f"最近6期账单中欠款超过{LIMIT_ZH}80%的期数",
        en=f"bills above 80 % of {LIMIT_EN}, of the 6 latest", high=6,
    ),
    feature(
        "months_over_limit_6m", _count_above(USE, 1.0), theme="utilisation", direction=1, unit="count",
        zh=f"最近6期账单中欠款超过{LIMIT_ZH}的期数",
        en=f"bills above {LIMIT_EN}, of the 6 latest", high=6,
    ),
)  # fmt: skip

BALANCE: tuple[FeatureSpec, ...] = (
    feature(
        "balance_last", STATEMENTS.last("balance"), theme="balance", direction=0, unit="cny",
        zh="最近一期账单金额", en="amount of the latest bill", low=None,
    ),
    feature(
        "balance_avg_6m", STATEMENTS.mean("balance", HALF), theme="balance", direction=0, unit="cny",
        zh="最近6期账单平均金额", en="mean of the 6 latest bills", low=None,
    ),
    feature(
        "balance_max_12m", STATEMENTS.max("balance", YEAR), theme="balance", direction=0, unit="cny",
        zh="最近12期账单最高金额", en="highest of the 12 latest bills", low=None,
    ),
    feature(
        "balance_growth_6m",
        ratio(STATEMENTS.mean("balance", issued(1, 3)), STATEMENTS.mean("balance", issued(4, 6)), 0.0, 10.0),
        theme="balance", direction=0, unit="ratio", zh="最近3期与再前3期账单平均金额之比",
        en="mean of the 3 latest bills over that of the 3 before", high=10, stated=False,
    ),
    feature(
        "balance_last_over_max_12m",
        ratio(STATEMENTS.last("balance"), STATEMENTS.max("balance", YEAR), 0.0, 1.0), theme="balance",
        direction=0, unit="ratio", zh="最近一期与最近12期最高账单金额之比",
        en="the latest bill over the highest of the 12 latest", high=1, stated=False,
    ),
    feature(
        "minimum_due_last", STATEMENTS.last("minimum", issued(1)), theme="balance", direction=0, unit="cny",
        zh="最近一期账单最低还款额", en="minimum payment of the latest bill",
    ),
    feature(
        "bills_owing_6m", STATEMENTS.count(HALF, where=OWING), theme="balance", direction=0, unit="count",
        zh="最近6期账单中有欠款的期数", en="bills with a balance owed, of the 6 latest", high=6,
    ),
    feature(
        "bills_empty_6m", STATEMENTS.count(HALF, where=col("balance") == 0), theme="balance", direction=0,
        unit="count", zh="最近6期账单中金额为零的期数", en="bills of zero, of the 6 latest", high=6,
    ),
    feature(
        "bills_in_credit_6m", STATEMENTS.count(HALF, where=col("balance") < 0), theme="balance", direction=0,
        unit="count", zh="最近6期账单中有溢缴款的期数", en="bills in the customer's favour, of the 6 latest",
        high=6,
    ),
    *(_carried(k) for k in range(1, 6)),
    feature(
        "carried_avg_5m", mean_known(CARRIED), theme="balance", direction=1, unit="ratio",
        zh=f"最近5期已到期账单至今未还的应还金额占{LIMIT_ZH}比的均值",
        en=f"mean still unpaid of what the 5 latest due bills asked for, over {LIMIT_EN}", high=CAP,
        stated=False,
    ),
    *(_charged(k) for k in range(1, 6)),
    feature(
        "charged_avg_5m", mean_known(CHARGED), theme="balance", direction=0, unit="ratio",
        zh=f"最近5期账单各比上一期增加的金额（加回还款）占{LIMIT_ZH}比的均值",
        en=f"mean that the 5 latest bills each added to the one before, over {LIMIT_EN}", high=CAP,
        stated=False,
    ),
    feature(
        "charged_max_5m", largest_known(CHARGED), theme="balance", direction=0, unit="ratio",
        zh=f"最近5期账单各比上一期增加的金额（加回还款）占{LIMIT_ZH}比的最大值",
        en=f"most that any of the 5 latest bills added to the one before, over {LIMIT_EN}", high=CAP,
        stated=False,
    ),
    feature(
        "carried_min_5m", smallest_known(CARRIED), theme="balance", direction=1, unit="ratio",
        zh=f"最近5期已到期账单至今未还的应还金额占{LIMIT_ZH}比的最小值",
        en=f"least still unpaid of what any of the 5 latest due bills asked for, over {LIMIT_EN}", high=CAP,
        stated=False,
    ),
)  # fmt: skip

FEATURES = UTILISATION + BALANCE
