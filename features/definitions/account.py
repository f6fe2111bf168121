"""Features of tenure and of the history of the limit."""

from features.definitions.dsl import ACCOUNTS, LIMIT_CHANGES, LIMITS, col, days, feature
from features.engine.featureset import FeatureSpec

Y1, Y2 = days(365), days(730)
FIXED = col("kind") == "fixed"
RAISED, CUT = FIXED & (col("change") > 0), FIXED & (col("change") < 0)

TENURE: tuple[FeatureSpec, ...] = (
    feature(
        "tenure_months", ACCOUNTS.months_since_last(), theme="tenure", direction=-1, unit="months",
        zh="开户时长", en="months since the account was opened",
    ),
    feature(
        "limit_initial", ACCOUNTS.last("initial_limit"), theme="limit_history", direction=-1, unit="cny",
        zh="初始额度", en="limit at opening",
    ),
)  # fmt: skip

LIMIT_LEVEL: tuple[FeatureSpec, ...] = (
    feature(
        "limit_avg_6m", LIMITS.time_mean("limit", days(180)), theme="limit_history", direction=-1, unit="cny",
        zh="近180天平均额度", en="average limit of the last 180 days",
    ),
)  # fmt: skip

LIMIT_HISTORY: tuple[FeatureSpec, ...] = (
    feature(
        "limit_avg_12m", LIMITS.time_mean("limit", Y1), theme="limit_history", direction=-1, unit="cny",
        zh="近365天平均额度", en="average limit of the last 365 days",
    ),
    feature(
        "limit_growth", (LIMITS.last("limit") / LIMITS.first("limit")).clip(0, 100), theme="limit_history",
        direction=0, unit="ratio", zh="当前额度与初始额度之比", en="limit now over limit at opening",
        high=100, stated=False,
    ),
    feature(
        "limit_growth_12m", (LIMITS.last("limit") / LIMITS.time_mean("limit", Y1)).clip(0, 100),
        theme="limit_history", direction=0, unit="ratio", zh="当前额度与近365天平均额度之比",
        en="limit now over the average limit of the last 365 days", high=100, stated=False,
    ),
    feature(
        "limit_raises_24m", LIMIT_CHANGES.count(Y2, where=RAISED), theme="limit_history", direction=-1,
        unit="count", zh="近730天提额次数", en="limit raises in the last 730 days",
    ),
    feature(
        "limit_cuts_24m", LIMIT_CHANGES.count(Y2, where=CUT), theme="limit_history", direction=1,
        unit="count", zh="近730天降额次数", en="limit cuts in the last 730 days",
    ),
    feature(
        "limit_requests_12m", LIMIT_CHANGES.count(Y1, where=FIXED & (col("cause") == "request")),
        theme="limit_history", direction=0, unit="count", zh="近365天经申请调整额度的次数",
        en="limit changes made on request in the last 365 days",
    ),
    feature(
        "temporary_limits_12m", LIMIT_CHANGES.count(Y1, where=col("kind") == "temporary"),
        theme="limit_history", direction=0, unit="count", zh="近365天临时额度次数",
        en="temporary limits in the last 365 days",
    ),
    feature(
        "months_since_raise", LIMIT_CHANGES.months_since_last(RAISED), theme="limit_history", direction=0,
        unit="months", zh="距上次提额时长", en="months since the limit last rose",
    ),
    feature(
        "months_since_cut", LIMIT_CHANGES.months_since_last(CUT), theme="limit_history", direction=-1,
        unit="months", zh="距上次降额时长", en="months since the limit was last cut",
    ),
)  # fmt: skip

LIMIT_NOW = feature(
    "current_limit", LIMITS.last("limit"), theme="limit_history", direction=0, unit="cny", zh="当前额度",
    en="limit now",
)  # fmt: skip
"""The fixed limit in force: a fact of every decision, and no feature of the model."""

FEATURES = TENURE + LIMIT_LEVEL + LIMIT_HISTORY
