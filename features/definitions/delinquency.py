"""Days past due by month, and how the account stood."""

from features.definitions.dsl import DELINQUENCY, Direction, ago, feature, known_states, span
from features.engine.expressions import largest_known, mean_known
from features.engine.featureset import FeatureSpec
from features.engine.window import ALL, Window, month_back, months

DPD = [DELINQUENCY.last("dpd", month_back(k)) for k in range(1, 7)]
LAGS = range(1, 7)


def _by_month(k: int) -> FeatureSpec:
    return feature(
        f"dpd_m{k}", DPD[k - 1], theme="delinquency", direction=1, unit="days", window=month_back(k),
        zh=f"{ago(k)[0]}月末逾期天数".replace("上月月", "上月"),
        en=f"days past due at month end, {ago(k)[1]}",
    )  # fmt: skip


def _worst(window: Window, zh: str, en: str) -> FeatureSpec:
    return feature(
        f"dpd_max_{window.label}", DELINQUENCY.max("dpd", window), theme="delinquency", direction=1,
        unit="days",
        window=window, zh=f"{zh}最大逾期天数", en=f"most days past due {en}",
    )  # fmt: skip


def _months_late(n: int, flag: str, days: int) -> FeatureSpec:
    least = f"{days}天以上" if days else ""
    return feature(
        f"{flag}_months_{n}m", DELINQUENCY.count(months(n), flag), theme="delinquency", direction=1,
        unit="count",
        window=months(n), zh=f"近{n}个月逾期{least}的月数",
        en=f"months {f'{days} or more days ' if days else ''}past due in {span(months(n))}",
    )  # fmt: skip


def _months_in(n: int, state: str, direction: Direction, zh: str, en: str) -> FeatureSpec:
    return feature(
        f"{state}_months_{n}m", known_states(months(n), DELINQUENCY.count(months(n), state)),
        theme="spending" if state == "no_use" else "repayment", direction=direction, unit="count",
        window=months(n), zh=f"近{n}个月{zh}的月数", en=f"months {en} in {span(months(n))}",
    )  # fmt: skip


FEATURES: tuple[FeatureSpec, ...] = (
    *(_by_month(k) for k in LAGS),
    _worst(months(3), "近3个月", "in 3 months"),
    _worst(months(6), "近6个月", "in 6 months"),
    _worst(months(12), "近12个月", "in 12 months"),
    _worst(ALL, "历史", "ever"),
    _months_late(3, "late", 0),
    _months_late(6, "late", 0),
    _months_late(12, "late", 0),
    _months_late(6, "late30", 30),
    _months_late(12, "late30", 30),
    _months_late(6, "late60", 60),
    _months_late(24, "late60", 60),
    feature(
        "dpd_mean_6m", mean_known(DPD), theme="delinquency", direction=1, unit="days", window=months(6),
        zh="近6个月末平均逾期天数", en="mean days past due over 6 month ends",
    ),
    feature(
        "dpd_step", DPD[0] - DPD[1], theme="delinquency", direction=0, unit="days", window=months(2),
        zh="上月逾期天数的变化", en="change of days past due in the last month", low=None,
    ),
    feature(
        "dpd_recent_over_older", largest_known(DPD[:2]) - largest_known(DPD[2:4]), theme="delinquency",
        direction=0, unit="days", window=months(4), zh="近2个月与再前2个月最大逾期天数之差",
        en="most days past due in 2 months less in the 2 before", low=None,
    ),
    feature(
        "months_since_late", DELINQUENCY.months_since_last("late"), theme="delinquency", direction=-1,
        unit="months", window=ALL, zh="距上次月末逾期时长", en="months since a month end past due",
    ),
    feature(
        "current_streak", DELINQUENCY.streak("current"), theme="repayment", direction=-1, unit="months",
        window=ALL, zh="连续无逾期月数", en="months in a row not past due",
    ),
    feature(
        "late_streak", DELINQUENCY.streak("late"), theme="delinquency", direction=1, unit="months",
        window=ALL,
        zh="连续逾期月数", en="months in a row past due",
    ),
    feature(
        "late_longest_24m", DELINQUENCY.longest("late", months(24)), theme="delinquency", direction=1,
        unit="months", window=months(24), zh="近24个月最长连续逾期月数",
        en="longest run of months past due in 24 months",
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
        "paid_in_full_streak", known_states(ALL, DELINQUENCY.streak("paid_in_full")), theme="repayment",
        direction=-1,
        unit="months",
        window=ALL, zh="连续全额还款月数", en="months in a row paid in full",
    ),
)  # fmt: skip
"""Where an issuer reports more than days past due."""
