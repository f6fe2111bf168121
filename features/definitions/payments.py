"""Features of payments against bills: how much, how early, how often, in full.

A payment belongs to the bill it settles. Paid in full means what `due_cny` asked for, so instalments that
fall due later are not asked; "by now" counts payments after the due day, "in time" those up to and with it.
"""

from features.definitions.bills import CAP, DUE, LIMIT, LIMIT_EN, LIMIT_ZH, PAID
from features.definitions.dsl import (
    DUE_BILLS,
    REPAYMENTS,
    SETTLEMENTS,
    col,
    days,
    days_back,
    due,
    feature,
    latest,
    ratio,
)
from features.engine.expressions import if_else, mean_known, smallest_known, total
from features.engine.featureset import FeatureSpec

Q, H1 = days(90), days(180)
ASKED = col("due") > 0
LATE = col("days_early") < 0
RATIO = [ratio(PAID[k - 1], DUE[k - 1], 0.0, CAP) for k in range(1, 6)]
"""Paid by now over what the k-th latest due bill asked for; null where it asked for nothing."""
TO_LIMIT = [ratio(PAID[k - 1], LIMIT, 0.0, CAP) for k in range(1, 6)]


def _ratio(k: int) -> FeatureSpec:
    zh, en = latest(k)
    return feature(
        f"payment_ratio_m{k}", RATIO[k - 1], theme="balance", direction=-1, unit="ratio",
        zh=f"{zh}已到期账单至今已还金额占应还金额比", en=f"paid by now over what {en} due bill asked for",
        high=CAP,
    )  # fmt: skip


def _to_limit(k: int) -> FeatureSpec:
    zh, en = latest(k)
    return feature(
        f"paid_to_limit_m{k}", TO_LIMIT[k - 1], theme="balance", direction=-1, unit="ratio",
        zh=f"{zh}已到期账单至今已还金额占{LIMIT_ZH}比",
        en=f"paid by now towards {en} due bill, over {LIMIT_EN}",
        high=CAP, stated=False,
    )  # fmt: skip


def _filled(goal: str, n: int, zh: str, en: str) -> FeatureSpec:
    """Share of the bills that asked for something.

    To pay the minimum in time is a matter of the record; to pay it all is one of what is carried over.
    """
    asked = DUE_BILLS.count(due(1, n), where=col(goal.removesuffix("_in_time")) > 0)
    share = ratio(SETTLEMENTS.count(due(1, n), where=col(f"fills_{goal}")), asked, 0.0, 1.0)
    return feature(
        f"{goal}_share_{n}m", share, theme="repayment" if goal.startswith("minimum") else "balance",
        direction=-1, unit="ratio", zh=f"最近{n}期已到期账单中{zh}的比例",
        en=f"share of the {n} latest due bills {en}", high=1,
    )  # fmt: skip


def _paid_of_asked(n: int) -> FeatureSpec:
    span = due(1, n)
    known = col("due").is_not_null()
    paid = ratio(SETTLEMENTS.sum("amount", span, where=known), DUE_BILLS.sum("due", span), 0.0, CAP)
    return feature(
        f"paid_to_billed_{n}m", paid, theme="balance", direction=-1, unit="ratio",
        zh=f"最近{n}期已到期账单至今已还总额占应还总额比",
        en=f"paid by now over what the {n} latest due bills asked for together", high=CAP,
    )  # fmt: skip


BY_BILL: tuple[FeatureSpec, ...] = (
    *(_ratio(k) for k in range(1, 6)),
    *(_to_limit(k) for k in range(1, 6)),
    feature(
        "payment_ratio_avg_5m", mean_known(RATIO), theme="balance", direction=-1, unit="ratio",
        zh="最近5期已到期账单至今已还金额占应还金额比的均值",
        en="mean of paid by now over asked for, of the 5 latest due bills", high=CAP, stated=False,
    ),
    feature(
        "payment_ratio_min_5m", smallest_known(RATIO), theme="balance", direction=-1, unit="ratio",
        zh="最近5期已到期账单至今已还金额占应还金额比的最小值",
        en="least paid by now over asked for, of the 5 latest due bills", high=CAP, stated=False,
    ),
    feature(
        "full_payments_5m", total([if_else(r >= 1.0, 1.0, 0.0).coalesce(0.0) for r in RATIO]),
        theme="balance", direction=-1, unit="count",
        zh="最近5期已到期账单中至今已还清应还金额的期数",
        en="bills paid by now in all that they asked for, of the 5 latest due", high=5,
    ),
    feature(
        "unpaid_bills_6m",
        DUE_BILLS.count(due(1, 6), where=ASKED) - SETTLEMENTS.count(due(1, 6), where=col("fills_due")),
        theme="balance",
        direction=1, unit="count", zh="最近6期已到期账单中未还清、有余额结转的期数",
        en="bills of which a part was not paid and carried over, of the 6 latest due", high=6,
    ),
    _paid_of_asked(6),
    _paid_of_asked(12),
    _filled("due", 3, "至今已还清应还金额", "paid by now in all that they asked for"),
    _filled("due", 12, "至今已还清应还金额", "paid by now in all that they asked for"),
    _filled(
        "due_in_time", 6, "在到期日及之前还清应还金额", "paid by the due day in all that they asked for",
    ),
    _filled("minimum_in_time", 6, "在到期日及之前还足最低还款额", "with the minimum paid by the due day"),
    _filled("minimum_in_time", 12, "在到期日及之前还足最低还款额", "with the minimum paid by the due day"),
    _filled("minimum_in_time", 24, "在到期日及之前还足最低还款额", "with the minimum paid by the due day"),
    feature(
        "late_payments_6m", SETTLEMENTS.count(due(1, 6), where=LATE), theme="repayment", direction=1,
        unit="count", zh="最近6期已到期账单在到期日之后的还款笔数",
        en="payments after the due day towards the 6 latest due bills",
    ),
    feature(
        "late_share_24m",
        ratio(SETTLEMENTS.count(due(1, 24), where=LATE), SETTLEMENTS.count(due(1, 24)), 0, 1),
        theme="repayment", direction=1, unit="ratio", zh="最近24期已到期账单的还款中在到期日之后的比例",
        en="share of the payments towards the 24 latest due bills made after the due day", high=1,
    ),
    feature(
        "late_payments_12m", SETTLEMENTS.count(due(1, 12), where=LATE), theme="repayment",
        direction=1, unit="count", zh="最近12期已到期账单在到期日之后的还款笔数",
        en="payments after the due day towards the 12 latest due bills",
    ),
    feature(
        "days_early_avg_6m", SETTLEMENTS.mean("days_early", due(1, 6)), theme="repayment", direction=-1,
        unit="days", zh="最近6期已到期账单各笔还款早于到期日的平均天数",
        en="mean days before the due day of the payments towards the 6 latest due bills", low=None,
    ),
)  # fmt: skip

BY_DAYS: tuple[FeatureSpec, ...] = (
    feature(
        "paid_sum_3m", REPAYMENTS.sum("amount", Q), theme="balance", direction=-1, unit="cny",
        zh="近90天还款总额", en="paid in the last 90 days", stated=False,
    ),
    feature(
        "paid_sum_6m", REPAYMENTS.sum("amount", H1), theme="balance", direction=-1, unit="cny",
        zh="近180天还款总额", en="paid in the last 180 days", stated=False,
    ),
    feature(
        "paid_max_6m", REPAYMENTS.max("amount", H1), theme="balance", direction=-1, unit="cny",
        zh="近180天最大单笔还款", en="largest payment of the last 180 days", stated=False,
    ),
    feature(
        "paid_growth_6m",
        ratio(REPAYMENTS.sum("amount", Q), REPAYMENTS.sum("amount", days_back(91, 180)), 0.0, 10.0),
        theme="balance", direction=0, unit="ratio", zh="近90天与再前90天还款之比",
        en="paid in the last 90 days over the 90 before", high=10, stated=False,
    ),
    feature(
        "paid_variation_6m", ratio(REPAYMENTS.std("yuan", H1), REPAYMENTS.mean("yuan", H1), 0.0, 10.0),
        theme="balance", direction=0, unit="ratio", zh="近180天还款金额变异系数",
        en="coefficient of variation of the payments of the last 180 days", high=10, stated=False,
    ),
    feature(
        "payments_6m", REPAYMENTS.count(H1), theme="repayment", direction=0, unit="count",
        zh="近180天还款笔数", en="payments in the last 180 days",
    ),
    feature(
        "days_since_payment", REPAYMENTS.days_since_last(), theme="repayment", direction=1, unit="days",
        zh="距上次还款天数", en="days since the last payment", stated=False,
    ),
)  # fmt: skip

FEATURES = BY_BILL + BY_DAYS
