"""Features of purchases on the platform, of instalments and of returns."""

from features.definitions.dsl import (
    ORDERS,
    RETURNS,
    Window,
    col,
    days,
    feature,
    months,
    months_back,
    ratio,
    span,
)
from features.engine.featureset import FeatureSpec

Q, H1, Y1 = months(3), months(6), months(12)
ON_CREDIT = col("on_credit")
IN_INSTALMENTS = ON_CREDIT & (col("instalments") > 1)
SPENT_ON_CREDIT = ORDERS.sum("amount", Y1, where=ON_CREDIT)


def _count(window: Window, zh: str) -> FeatureSpec:
    return feature(
        f"orders_{window.label}", ORDERS.count(window), theme="spending", direction=0, unit="count",
        zh=f"{zh}订单数", en=f"orders in {span(window)}",
    )  # fmt: skip


def _spent(window: Window, zh: str) -> FeatureSpec:
    return feature(
        f"spent_{window.label}", ORDERS.sum("amount", window), theme="spending", direction=0, unit="cny",
        zh=f"{zh}消费金额", en=f"spent in {span(window)}",
    )  # fmt: skip


SPENDING: tuple[FeatureSpec, ...] = (
    _count(days(7), "近7天"),
    _count(days(30), "近30天"),
    _count(Q, "近3个月"),
    _count(Y1, "近12个月"),
    _spent(days(30), "近30天"),
    _spent(Q, "近3个月"),
    _spent(H1, "近6个月"),
    _spent(Y1, "近12个月"),
    feature(
        "order_mean_12m", ORDERS.mean("amount", Y1), theme="spending", direction=0, unit="cny",
        zh="近12个月平均订单金额", en="mean order, 12 months",
    ),
    feature(
        "order_max_12m", ORDERS.max("amount", Y1), theme="spending", direction=0, unit="cny",
        zh="近12个月最大订单金额", en="largest order, 12 months",
    ),
    feature(
        "order_variation_12m", ratio(ORDERS.std("yuan", Y1), ORDERS.mean("yuan", Y1), 0.0, 20.0),
        theme="spending", direction=0, unit="ratio", zh="近12个月订单金额波动系数",
        en="variation of orders, 12 months", high=20,
    ),
    feature(
        "spent_growth_6m", ratio(ORDERS.sum("amount", Q), ORDERS.sum("amount", months_back(4, 6)), 0.0, 20.0),
        theme="spending", direction=0, unit="ratio", zh="近3个月与前3个月消费之比",
        en="spent in 3 months over the 3 before", high=20,
    ),
    feature(
        "spent_growth_12m",
        ratio(ORDERS.sum("amount", H1), ORDERS.sum("amount", months_back(7, 12)), 0.0, 20.0),
        theme="spending", direction=0, unit="ratio", zh="近6个月与前6个月消费之比",
        en="spent in 6 months over the 6 before", high=20,
    ),
    feature(
        "shopping_months_12m", ORDERS.distinct("month", Y1), theme="spending", direction=-1, unit="count",
        zh="近12个月有消费的月数", en="months with an order in 12 months", high=13,
    ),
    feature(
        "categories_12m", ORDERS.distinct("category", Y1), theme="spending", direction=-1, unit="count",
        zh="近12个月购买品类数", en="categories bought in 12 months",
    ),
    feature(
        "days_since_order", ORDERS.days_since_last(), theme="spending", direction=0, unit="days",
        zh="距上次下单天数", en="days since the last order",
    ),
    feature(
        "months_since_first_order", ORDERS.months_since_first(), theme="tenure", direction=-1, unit="months",
        zh="距首次下单时长", en="months since the first order",
    ),
    feature(
        "credit_share_12m", ratio(SPENT_ON_CREDIT, ORDERS.sum("amount", Y1), 0.0, 1.0), theme="spending",
        direction=1, unit="ratio", zh="近12个月信用支付占比", en="share of spending on credit, 12 months",
        high=1,
    ),
    feature(
        "credit_share_3m", ratio(ORDERS.sum("amount", Q, where=ON_CREDIT), ORDERS.sum("amount", Q), 0.0, 1.0),
        theme="spending", direction=1, unit="ratio", zh="近3个月信用支付占比",
        en="share of spending on credit, 3 months", high=1,
    ),
)  # fmt: skip

INSTALMENTS: tuple[FeatureSpec, ...] = (
    feature(
        "split_orders_12m", ORDERS.count(Y1, where=IN_INSTALMENTS), theme="balance", direction=0,
        unit="count", zh="近12个月分期订单数", en="orders in instalments, 12 months",
    ),
    feature(
        "split_share_12m",
        ratio(ORDERS.sum("amount", Y1, where=IN_INSTALMENTS), SPENT_ON_CREDIT, 0.0, 1.0),
        theme="balance", direction=1, unit="ratio", zh="近12个月信用支付中分期占比",
        en="share of credit spending in instalments, 12 months", high=1,
    ),
    feature(
        "instalments_mean_12m", ORDERS.mean("instalments", Y1, where=IN_INSTALMENTS), theme="balance",
        direction=0, unit="count", zh="近12个月平均分期期数", en="mean number of instalments, 12 months",
        high=36,
    ),
    feature(
        "instalments_max_12m", ORDERS.max("instalments", Y1, where=IN_INSTALMENTS), theme="balance",
        direction=0, unit="count", zh="近12个月最长分期期数", en="longest plan in instalments, 12 months",
        high=36,
    ),
)  # fmt: skip

RETURNED: tuple[FeatureSpec, ...] = (
    feature(
        "returns_3m", RETURNS.count(Q), theme="returns", direction=1, unit="count", zh="近3个月退货数",
        en="orders of 3 months returned",
    ),
    feature(
        "returns_12m", RETURNS.count(Y1), theme="returns", direction=1, unit="count", zh="近12个月退货数",
        en="orders of 12 months returned",
    ),
    feature(
        "return_rate_12m", ratio(RETURNS.count(Y1), ORDERS.count(Y1), 0.0, 1.0), theme="returns", direction=1,
        unit="ratio", zh="近12个月退货率", en="share of orders of 12 months returned", high=1,
    ),
    feature(
        "return_amount_share_12m", ratio(RETURNS.sum("amount", Y1), ORDERS.sum("amount", Y1), 0.0, 1.0),
        theme="returns", direction=1, unit="ratio", zh="近12个月退货金额占比",
        en="share of spending of 12 months returned", high=1,
    ),
)  # fmt: skip

FEATURES = SPENDING + INSTALMENTS + RETURNED
