"""Features of delinquency: days past due at the month ends on record, arrears of the day, account states."""

from features.definitions.bills import PAID
from features.definitions.dsl import (
    ALL,
    DELINQUENCY,
    DUE_BILLS,
    Direction,
    Span,
    col,
    due,
    feature,
    known_states,
    latest,
    month_ends,
)
from features.engine.expressions import Expression, if_else, largest, largest_known, mean_known, smallest
from features.engine.featureset import FeatureSpec

LATE = col("dpd") > 0
DPD = [DELINQUENCY.last("dpd", month_ends(k)) for k in range(1, 7)]
LAGS = range(1, 7)
GRACE_DAYS = 3.0
"""Days after the due day within which an unmet minimum is not yet overdue (容时)."""


def _by_month(k: int) -> FeatureSpec:
    zh, en = latest(k, "次")
    return feature(
        f"dpd_m{k}", DPD[k - 1], theme="delinquency", direction=1, unit="days",
        zh=f"{zh}月末记录的逾期天数", en=f"days past due at {en} month end on record",
    )  # fmt: skip


def _worst(name: str, window: Span, zh: str, en: str) -> FeatureSpec:
    return feature(
        f"dpd_max_{name}", DELINQUENCY.max("dpd", window), theme="delinquency", direction=1,
        unit="days", zh=f"{zh}月末记录的最大逾期天数", en=f"most days past due at {en} on record",
    )  # fmt: skip


def _months_late(n: int, days: int = 0) -> FeatureSpec:
    least = f"{days}天及以上" if days else ""
    late = col("dpd") >= days if days else LATE
    return feature(
        f"late{days or ''}_months_{n}m", DELINQUENCY.count(month_ends(1, n), where=late), theme="delinquency",
        direction=1, unit="count", zh=f"最近{n}次月末记录中逾期{least}的次数",
        en=f"month ends {f'{days} or more days ' if days else ''}past due, of the {n} latest on record",
        high=n,
    )  # fmt: skip


def _months_in(n: int, state: str, direction: Direction, zh: str, en: str) -> FeatureSpec:
    span = month_ends(1, n)
    texts = (f"最近{n}次月末记录中{zh}的次数", f"month ends {en}, of the {n} latest on record")
    if n == 1:
        texts = (f"最近一次月末记录为{zh}", f"the latest month end on record {en}")
    return feature(
        f"{state}_months_{n}m", known_states(span, DELINQUENCY.count(span, where=col("state") == state)),
        theme="spending" if state == "no_use" else "balance", direction=direction, unit="count",
        zh=texts[0], en=texts[1], high=n, stated=n > 1,
    )  # fmt: skip


def _overdue_now() -> Expression:
    """Unmet minimum of the bills past due: 0 where no bill is due, null where a minimum is not stated.

    A minimum holds what was unmet of the one before. So the latest due bill tells all once the days of grace
    are over; within them, what is overdue is at most what is unmet of both the latest and the one before.
    """
    latest_unmet, before = (
        largest(DUE_BILLS.last("minimum", due(k)) - PAID[k - 1], 0.0) for k in (1, 2)
    )  # fmt: skip
    before = if_else(DUE_BILLS.count(due(2)) > 0.0, before, 0.0)
    over = DUE_BILLS.days_since_last() > GRACE_DAYS
    return if_else(
        DUE_BILLS.count(due(1)) > 0.0, if_else(over, latest_unmet, smallest(latest_unmet, before)), 0.0
    )


NOW: tuple[FeatureSpec, ...] = (
    feature(
        "overdue_now_cny", _overdue_now(), theme="delinquency", direction=1, unit="cny",
        zh="已到期账单至今未还足的最低还款额（到期日后3天内的账单暂不计）",
        en="still unpaid of the minimum of bills past their due day by more than 3 days",
    ),
    feature(
        "status_age_days", DELINQUENCY.days_since_last(), theme="delinquency", direction=0, unit="days",
        zh="最近一次月末记录距今天数", en="days since the latest month end on record", stated=False,
    ),
)  # fmt: skip

FEATURES: tuple[FeatureSpec, ...] = (
    *NOW,
    *(_by_month(k) for k in LAGS),
    _worst("3m", month_ends(1, 3), "最近3次", "the 3 latest month ends"),
    _worst("6m", month_ends(1, 6), "最近6次", "the 6 latest month ends"),
    _worst("12m", month_ends(1, 12), "最近12次", "the 12 latest month ends"),
    _worst("all", ALL, "历次", "any month end"),
    _months_late(3),
    _months_late(6),
    _months_late(12),
    _months_late(6, days=30),
    _months_late(12, days=30),
    _months_late(6, days=60),
    _months_late(24, days=60),
    feature(
        "dpd_mean_6m", mean_known(DPD), theme="delinquency", direction=1, unit="days",
        zh="最近6次月末记录的平均逾期天数", en="mean days past due at the 6 latest month ends on record",
        stated=False,
    ),
    feature(
        "dpd_step", DPD[0] - DPD[1], theme="delinquency", direction=0, unit="days",
        zh="最近一次月末逾期天数减上一次", low=None, stated=False,
        en="days past due at the latest month end on record less those at the one before",
    ),
    feature(
        "dpd_recent_over_older", largest_known(DPD[:2]) - largest_known(DPD[2:4]), theme="delinquency",
        direction=0, unit="days", zh="最近2次与再前2次月末最大逾期天数之差", low=None, stated=False,
        en="most days past due at the 2 latest month ends on record less that at the 2 before",
    ),
    feature(
        "months_since_late", DELINQUENCY.months_since_last(LATE), theme="delinquency", direction=-1,
        unit="months", zh="距最近一次逾期月末时长", en="months since the latest month end past due",
    ),
    feature(
        "current_streak", DELINQUENCY.streak(col("dpd") == 0), theme="repayment", direction=-1, unit="count",
        zh="截至最近一次月末记录连续无逾期的次数",
        en="month ends on record in a row, up to the latest, not past due",
    ),
    feature(
        "late_streak", DELINQUENCY.streak(LATE), theme="delinquency", direction=1, unit="count",
        zh="截至最近一次月末记录连续逾期的次数",
        en="month ends on record in a row, up to the latest, past due",
    ),
    feature(
        "late_longest_24m", DELINQUENCY.longest(LATE, month_ends(1, 24)), theme="delinquency", direction=1,
        unit="count", zh="最近24次月末记录中连续逾期的最多次数",
        en="longest run of month ends past due, of the 24 latest on record", high=24,
    ),
)  # fmt: skip

STATES: tuple[FeatureSpec, ...] = (
    _months_in(6, "no_use", 0, "未用信", "without use of the line"),
    _months_in(6, "paid_in_full", -1, "全额还款", "paid in full"),
    _months_in(6, "revolving", 0, "部分还款", "paid in part and carried on"),
    _months_in(1, "no_use", 0, "未用信", "without use of the line"),
    _months_in(1, "paid_in_full", -1, "全额还款", "paid in full"),
    _months_in(1, "revolving", 0, "部分还款", "paid in part and carried on"),
    feature(
        "paid_in_full_streak", known_states(ALL, DELINQUENCY.streak(col("state") == "paid_in_full")),
        theme="balance", direction=-1, unit="count", zh="截至最近一次月末记录连续全额还款的次数",
        en="month ends on record in a row, up to the latest, paid in full",
    ),
)  # fmt: skip
"""Where an issuer reports more than days past due."""
