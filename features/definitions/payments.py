"""Features of payments against bills: how much, how early, how often, in full."""

from features.definitions.bills import BILL, LIMIT, OWING, PAID
from features.definitions.dsl import (
    REPAYMENTS,
    SETTLEMENTS,
    STATEMENTS,
    ago,
    col,
    feature,
    months,
    months_back,
    ratio,
)
from features.engine.expressions import Expression, if_else, mean_known, smallest_known, total
from features.engine.featureset import FeatureSpec

Q, H1, Y1 = months(3), months(6), months(12)
RATIO = [ratio(PAID[k - 1], BILL[k], 0.0, 5.0) for k in range(1, 6)]
"""Paid in month k over the bill before it; null where nothing was owed."""
TO_LIMIT = [ratio(PAID[k - 1], LIMIT, 0.0, 5.0) for k in range(1, 7)]


def _ratio(k: int) -> FeatureSpec:
    return feature(
        f"payment_ratio_m{k}", RATIO[k - 1], theme="repayment", direction=-1, unit="ratio",
        zh=f"{ago(k)[0]}还款占上期账单比", en=f"paid {ago(k)[1]}, over the bill before it", high=5,
    )  # fmt: skip


def _to_limit(k: int) -> FeatureSpec:
    return feature(
        f"paid_to_limit_m{k}", TO_LIMIT[k - 1], theme="repayment", direction=-1, unit="ratio",
        zh=f"{ago(k)[0]}还款占额度比", en=f"paid {ago(k)[1]}, over the average limit", high=5,
    )  # fmt: skip


def _filled(goal: str, n: int, zh: str, en: str) -> FeatureSpec:
    """Share of the bills due by now: the bills of the last month are not due yet and stay out."""
    window = months_back(2, n + 1)
    bills = STATEMENTS.count(window, where=OWING if goal.startswith("balance") else col("minimum") > 0)
    share = ratio(SETTLEMENTS.count(window, where=col(f"fills_{goal}")), bills, 0.0, 1.0)
    return feature(
        f"{goal}_share_{n}m", share, theme="repayment", direction=-1, unit="ratio",
        zh=f"近{n}个月到期账单{zh}的比例", en=f"share of the bills due in {n} months {en}", high=1,
    )  # fmt: skip


def _count_from(values: list[Expression], least: float) -> Expression:
    """How many of the values are known and at or above a bound."""
    return total([if_else(v >= least, 1.0, 0.0).coalesce(0.0) for v in values])


FEATURES: tuple[FeatureSpec, ...] = (
    *(_ratio(k) for k in range(1, 6)),
    *(_to_limit(k) for k in range(1, 7)),
    feature(
        "payment_ratio_avg_5m", mean_known(RATIO), theme="repayment", direction=-1, unit="ratio",
        zh="近5个月平均还款占账单比", en="average paid over bill, 5 months", high=5,
    ),
    feature(
        "payment_ratio_min_5m", smallest_known(RATIO), theme="repayment", direction=-1, unit="ratio",
        zh="近5个月最低还款占账单比", en="lowest paid over bill, 5 months", high=5,
    ),
    feature(
        "full_payments_5m", _count_from(RATIO, 1.0), theme="repayment", direction=-1, unit="count",
        zh="近5个月全额还款月数", en="months with the whole bill paid, of 5", high=5,
    ),
    feature(
        "months_paid_6m", total([if_else(p > 0.0, 1.0, 0.0) for p in PAID[:6]]), theme="repayment",
        direction=-1, unit="count", zh="近6个月有还款的月数", en="months with a payment, of 6", high=6,
    ),
    feature(
        "paid_sum_3m", REPAYMENTS.sum("amount", Q), theme="repayment", direction=-1, unit="cny",
        zh="近3个月还款总额", en="paid in 3 months",
    ),
    feature(
        "paid_sum_6m", REPAYMENTS.sum("amount", H1), theme="repayment", direction=-1, unit="cny",
        zh="近6个月还款总额", en="paid in 6 months",
    ),
    feature(
        "paid_max_6m", REPAYMENTS.max("amount", H1), theme="repayment", direction=-1, unit="cny",
        zh="近6个月最大单笔还款", en="largest payment in 6 months",
    ),
    feature(
        "paid_to_billed_6m",
        ratio(REPAYMENTS.sum("amount", H1), STATEMENTS.sum("balance", H1, where=OWING), 0.0, 5.0),
        theme="repayment", direction=-1, unit="ratio", zh="近6个月还款占账单总额比",
        en="paid over billed, 6 months", high=5,
    ),
    feature(
        "paid_to_billed_12m",
        ratio(REPAYMENTS.sum("amount", Y1), STATEMENTS.sum("balance", Y1, where=OWING), 0.0, 5.0),
        theme="repayment", direction=-1, unit="ratio", zh="近12个月还款占账单总额比",
        en="paid over billed, 12 months", high=5,
    ),
    feature(
        "paid_growth_6m",
        ratio(REPAYMENTS.sum("amount", Q), REPAYMENTS.sum("amount", months_back(4, 6)), 0.0, 10.0),
        theme="repayment", direction=0, unit="ratio", zh="近3个月与前3个月还款之比",
        en="paid in 3 months over the 3 before", high=10,
    ),
    feature(
        "paid_variation_6m", ratio(REPAYMENTS.std("yuan", H1), REPAYMENTS.mean("yuan", H1), 0.0, 10.0),
        theme="repayment", direction=0, unit="ratio", zh="近6个月还款波动系数",
        en="variation of payments, 6 months", high=10,
    ),
    feature(
        "payments_6m", REPAYMENTS.count(H1), theme="repayment", direction=0, unit="count",
        zh="近6个月还款笔数", en="payments in 6 months",
    ),
    feature(
        "days_since_payment", REPAYMENTS.days_since_last(), theme="repayment", direction=1, unit="days",
        zh="距上次还款天数", en="days since the last payment",
    ),
    _filled("balance", 3, "全额还清", "paid in full"),
    _filled("balance", 12, "全额还清", "paid in full"),
    _filled("balance_in_time", 6, "按时全额还清", "paid in full by the due day"),
    _filled("minimum_in_time", 6, "按时还足最低还款额", "with the minimum paid by the due day"),
    _filled("minimum_in_time", 12, "按时还足最低还款额", "with the minimum paid by the due day"),
    feature(
        "late_payments_12m", SETTLEMENTS.count(Y1, where=col("days_early") < 0), theme="repayment",
        direction=1, unit="count", zh="近12期账单逾期还款笔数",
        en="payments after the due day on 12 months of bills",
    ),
    feature(
        "days_early_avg_6m", SETTLEMENTS.mean("days_early", H1), theme="repayment", direction=-1, unit="days",
        zh="近6期账单平均提前还款天数", en="days paid before the due day, mean of 6 months of bills",
        low=None,
    ),
)  # fmt: skip
