"""Features of purchases on the platform, of instalments and of returns: all in rolling days."""

from features.definitions.dsl import ORDERS, RETURNS, Window, col, days, days_back, feature, ratio
from features.engine.featureset import FeatureSpec

Q, H1, Y1 = days(90), days(180), days(365)
ON_CREDIT = col("on_credit")
IN_INSTALMENTS = ON_CREDIT & (col("instalments") > 1)
SPENT_ON_CREDIT = ORDERS.sum("amount", Y1, where=ON_CREDIT)


def _count(name: str, window: Window) -> FeatureSpec:
    return feature(
        f"orders_{name}", ORDERS.count(window), theme="spending", direction=0, unit="count",
        zh=f"近{window.days}天订单数", en=f"orders in the last {window.days} days",
    )  # fmt: skip


def _spent(name: str, window: Window) -> FeatureSpec:
    return feature(
        f"spent_{name}", ORDERS.sum("amount", window), theme="spending", direction=0, unit="cny",
        zh=f"近{window.days}天消费金额", en=f"spent in the last {window.days} days",
    )  # fmt: skip


SPENDING: tuple[FeatureSpec, ...] = (
    _count("7d", days(7)),
    _count("30d", days(30)),
    _count("3m", Q),
    _count("12m", Y1),
    _spent("30d", days(30)),
    _spent("3m", Q),
    _spent("6m", H1),
    _spent("12m", Y1),
    feature(
        "order_mean_12m", ORDERS.mean("amount", Y1), theme="spending", direction=0, unit="cny",
        zh="近365天平均订单金额", en="mean order of the last 365 days", stated=False,
    ),
    feature(
        "order_max_12m", ORDERS.max("amount", Y1), theme="spending", direction=0, unit="cny",
        zh="近365天最大订单金额", en="largest order of the last 365 days", stated=False,
    ),
    feature(
        "order_variation_12m", ratio(ORDERS.std("yuan", Y1), ORDERS.mean("yuan", Y1), 0.0, 20.0),
        theme="spending", direction=0, unit="ratio", zh="近365天订单金额变异系数",
        en="coefficient of variation of the orders of the last 365 days", high=20, stated=False,
    ),
    feature(
        "spent_growth_6m",
        ratio(ORDERS.sum("amount", Q), ORDERS.sum("amount", days_back(91, 180)), 0.0, 20.0),
        theme="spending", direction=0, unit="ratio", zh="近90天与再前90天消费之比",
        en="spent in the last 90 days over the 90 before", high=20, stated=False,
    ),
    feature(
        "spent_growth_12m",
        ratio(ORDERS.sum("amount", H1), ORDERS.sum("amount", days_back(181, 360)), 0.0, 20.0),
        theme="spending", direction=0, unit="ratio", zh="近180天与再前180天消费之比",
        en="spent in the last 180 days over the 180 before", high=20, stated=False,
    ),
    feature(
        "categories_12m", ORDERS.distinct("category", Y1), theme="spending", direction=-1, unit="count",
        zh="近365天购买品类数", en="categories bought in the last 365 days", stated=False,
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
        direction=1, unit="ratio", zh="近365天消费中信用支付占比",
        en="share paid on credit of the spending of the last 365 days", high=1, stated=False,
    ),
    feature(
        "credit_share_3m", ratio(ORDERS.sum("amount", Q, where=ON_CREDIT), ORDERS.sum("amount", Q), 0.0, 1.0),
        theme="spending", direction=1, unit="ratio", zh="近90天消费中信用支付占比",
        en="share paid on credit of the spending of the last 90 days", high=1, stated=False,
    ),
)  # fmt: skip

INSTALMENTS: tuple[FeatureSpec, ...] = (
    feature(
        "split_orders_12m", ORDERS.count(Y1, where=IN_INSTALMENTS), theme="balance", direction=0,
        unit="count", zh="近365天信用分期订单数", en="orders on credit in instalments in the last 365 days",
    ),
    feature(
        "split_share_12m",
        ratio(ORDERS.sum("amount", Y1, where=IN_INSTALMENTS), SPENT_ON_CREDIT, 0.0, 1.0),
        theme="balance", direction=1, unit="ratio", zh="近365天信用支付中分期占比",
        en="share in instalments of what was bought on credit in the last 365 days", high=1, stated=False,
    ),
    feature(
        "instalments_mean_12m", ORDERS.mean("instalments", Y1, where=IN_INSTALMENTS), theme="balance",
        direction=0, unit="count", zh="近365天信用分期订单平均期数",
        en="mean number of instalments of the orders in instalments of the last 365 days", high=36,
        stated=False,
    ),
    feature(
        "instalments_max_12m", ORDERS.max("instalments", Y1, where=IN_INSTALMENTS), theme="balance",
        direction=0, unit="count", zh="近365天信用分期订单最长期数",
        en="most instalments of an order on credit in the last 365 days", high=36,
    ),
)  # fmt: skip

RETURNED: tuple[FeatureSpec, ...] = (
    feature(
        "returns_3m", RETURNS.count(Q), theme="returns", direction=1, unit="count",
        zh="近90天所下订单中至今已退货数", en="orders of the last 90 days returned by now",
    ),
    feature(
        "returns_12m", RETURNS.count(Y1), theme="returns", direction=1, unit="count",
        zh="近365天所下订单中至今已退货数", en="orders of the last 365 days returned by now",
    ),
    feature(
        "return_rate_12m", ratio(RETURNS.count(Y1), ORDERS.count(Y1), 0.0, 1.0), theme="returns", direction=1,
        unit="ratio", zh="近365天所下订单中至今已退货的比例",
        en="share of the orders of the last 365 days returned by now", high=1,
    ),
    feature(
        "return_amount_share_12m", ratio(RETURNS.sum("amount", Y1), ORDERS.sum("amount", Y1), 0.0, 1.0),
        theme="returns", direction=1, unit="ratio", zh="近365天消费金额中至今已退货的比例",
        en="share of the spending of the last 365 days returned by now", high=1,
    ),
)  # fmt: skip

FEATURES = SPENDING + INSTALMENTS + RETURNED
