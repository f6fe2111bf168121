"""Features of delinquency: days past due by month, and account states."""

from features.definitions.dsl import (
    ALL,
    DELINQUENCY,
    Direction,
    Window,
    ago,
    col,
    feature,
    known_states,
    month_back,
    months,
    span,
)
from features.engine.expressions import largest_known, mean_known
from features.engine.featureset import FeatureSpec

LATE = col("dpd") > 0
DPD = [DELINQUENCY.last("dpd", month_back(k)) for k in range(1, 7)]
LAGS = range(1, 7)


def _by_month(k: int) -> FeatureSpec:
    return feature(
        f"dpd_m{k}", DPD[k - 1], theme="delinquency", direction=1, unit="days",
        zh=f"{ago(k)[0]}月末逾期天数".replace("上月月", "上月"),
        en=f"days past due at month end, {ago(k)[1]}",
    )  # fmt: skip


def _worst(window: Window, zh: str, en: str) -> FeatureSpec:
    return feature(
        f"dpd_max_{window.label}", DELINQUENCY.max("dpd", window), theme="delinquency", direction=1,
        unit="days", zh=f"{zh}最大逾期天数", en=f"most days past due {en}",
    )  # fmt: skip


def _months_late(n: int, days: int = 0) -> FeatureSpec:
    least = f"{days}天以上" if days else ""
    late = col("dpd") >= days if days else LATE
    return feature(
        f"late{days or ''}_months_{n}m", DELINQUENCY.count(months(n), where=late), theme="delinquency",
        direction=1, unit="count", zh=f"近{n}个月逾期{least}的月数",
        en=f"months {f'{days} or more days ' if days else ''}past due in {span(months(n))}",
    )  # fmt: skip


def _months_in(n: int, state: str, direction: Direction, zh: str, en: str) -> FeatureSpec:
    return feature(
        f"{state}_months_{n}m",
        known_states(months(n), DELINQUENCY.count(months(n), where=col("state") == state)),
        theme="spending" if state == "no_use" else "repayment", direction=direction, unit="count",
        zh=f"近{n}个月{zh}的月数", en=f"months {en} in {span(months(n))}",
    )  # fmt: skip


FEATURES: tuple[FeatureSpec, ...] = (
    *(_by_month(k) for k in LAGS),
    _worst(months(3), "近3个月", "in 3 months"),
    _worst(months(6), "近6个月", "in 6 months"),
    _worst(months(12), "近12个月", "in 12 months"),
    _worst(ALL, "历史", "ever"),
    _months_late(3),
    _months_late(6),
    _months_late(12),
    _months_late(6, days=30),
    _months_late(12, days=30),
    _months_late(6, days=60),
    _months_late(24, days=60),
    feature(
        "dpd_mean_6m", mean_known(DPD), theme="delinquency", direction=1, unit="days",
        zh="近6个月末平均逾期天数", en="mean days past due over 6 month ends",
    ),
    feature(
        "dpd_step", DPD[0] - DPD[1], theme="delinquency", direction=0, unit="days", zh="上月逾期天数的变化",
        en="change of days past due in the last month", low=None,
    ),
    feature(
        "dpd_recent_over_older", largest_known(DPD[:2]) - largest_known(DPD[2:4]), theme="delinquency",
        direction=0, unit="days", zh="近2个月与再前2个月最大逾期天数之差",
        en="most days past due in 2 months less in the 2 before", low=None,
    ),
    feature(
        "months_since_late", DELINQUENCY.months_since_last(LATE), theme="delinquency", direction=-1,
        unit="months", zh="距上次月末逾期时长", en="months since a month end past due",
    ),
    feature(
        "current_streak", DELINQUENCY.streak(col("dpd") == 0), theme="repayment", direction=-1, unit="months",
        zh="连续无逾期月数", en="months in a row not past due",
    ),
    feature(
        "late_streak", DELINQUENCY.streak(LATE), theme="delinquency", direction=1, unit="months",
        zh="连续逾期月数", en="months in a row past due",
    ),
    feature(
        "late_longest_24m", DELINQUENCY.longest(LATE, months(24)), theme="delinquency", direction=1,
        unit="months", zh="近24个月最长连续逾期月数", en="longest run of months past due in 24 months",
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
        theme="repayment", direction=-1, unit="months", zh="连续全额还款月数",
        en="months in a row paid in full",
    ),
)  # fmt: skip
"""Where an issuer reports more than days past due."""
