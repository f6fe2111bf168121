"""Features of debt, applications and record with other lenders, and of third-party scores."""

from typing import TypedDict, Unpack

from features.definitions.bills import LIMIT
from features.definitions.dsl import BUREAU, THIRD_PARTY, Direction, feature, months, months_back, ratio
from features.engine.featureset import FeatureSpec

H1, Y1 = months(6), months(12)


class Metadata(TypedDict):
    """Metadata of a feature drawn straight from the latest report."""

    theme: str
    direction: Direction
    unit: str


def _latest(name: str, column: str, zh: str, en: str, **metadata: Unpack[Metadata]) -> FeatureSpec:
    return feature(name, BUREAU.last(column), zh=zh, en=en, **metadata)


def _growth(name: str, column: str, theme: str, zh: str, en: str) -> FeatureSpec:
    growth = ratio(BUREAU.last(column), BUREAU.last(column, months_back(7, 24)), 0.0, 20.0)
    return feature(name, growth, theme=theme, direction=1, unit="ratio", zh=zh, en=en, high=20)


OTHER_DEBT: tuple[FeatureSpec, ...] = (
    _latest(
        "other_accounts", "n_accounts", "他行信贷账户数",
        "credit accounts elsewhere", theme="other_debt", direction=0, unit="count",
    ),
    _latest(
        "other_lenders", "n_lenders", "他行授信机构数",
        "lenders elsewhere", theme="other_debt", direction=1, unit="count",
    ),
    _latest(
        "other_limit", "total_limit", "他行授信总额",
        "limits elsewhere", theme="other_debt", direction=0, unit="cny",
    ),
    _latest(
        "other_balance", "total_balance", "他行负债余额",
        "debt elsewhere", theme="other_debt", direction=1, unit="cny",
    ),
    _latest(
        "other_payment", "monthly_payment", "他行月还款额",
        "monthly payments elsewhere", theme="other_debt", direction=1, unit="cny",
    ),
    _latest(
        "other_new_accounts_12m", "new_accounts_12m", "近12个月他行新开账户数",
        "accounts opened elsewhere in 12 months", theme="other_debt", direction=1, unit="count",
    ),
    feature(
        "other_utilisation", ratio(BUREAU.last("total_balance"), BUREAU.last("total_limit"), 0.0, 5.0),
        theme="other_debt", direction=1, unit="ratio", zh="他行额度使用率",
        en="debt elsewhere over limits elsewhere", high=5,
    ),
    feature(
        "other_balance_to_limit", ratio(BUREAU.last("total_balance"), LIMIT, 0.0, 200.0), theme="other_debt",
        direction=1, unit="ratio", zh="他行负债与本平台额度之比",
        en="debt elsewhere over the average limit here", high=200,
    ),
    feature(
        "other_balance_per_lender", BUREAU.last("total_balance") / BUREAU.last("n_lenders"),
        theme="other_debt", direction=0, unit="cny", zh="单家机构平均负债", en="debt elsewhere a lender",
    ),
    _growth(
        "other_balance_growth", "total_balance", "other_debt", "他行负债与半年前之比",
        "debt elsewhere over that half a year before",
    ),
    _growth(
        "other_lenders_growth", "n_lenders", "other_debt", "授信机构数与半年前之比",
        "lenders elsewhere over those half a year before",
    ),
    feature(
        "other_balance_max_12m", BUREAU.max("total_balance", Y1), theme="other_debt", direction=1, unit="cny",
        zh="近12个月他行最高负债", en="highest debt elsewhere in 12 months",
    ),
)  # fmt: skip

RECORD: tuple[FeatureSpec, ...] = (
    _latest(
        "inquiries_3m", "inquiries_3m", "近3个月征信查询次数",
        "inquiries in 3 months", theme="inquiries", direction=1, unit="count",
    ),
    _latest(
        "inquiries_12m", "inquiries_12m", "近12个月征信查询次数",
        "inquiries in 12 months", theme="inquiries", direction=1, unit="count",
    ),
    feature(
        "inquiries_recent_share", ratio(BUREAU.last("inquiries_3m"), BUREAU.last("inquiries_12m"), 0.0, 1.0),
        theme="inquiries", direction=1, unit="ratio", zh="近3个月查询占近12个月比",
        en="share of the year's inquiries in the last 3 months", high=1,
    ),
    feature(
        "inquiries_max_12m", BUREAU.max("inquiries_3m", Y1), theme="inquiries", direction=1, unit="count",
        zh="近12个月单季最高查询次数", en="most inquiries of any quarter in 12 months of reports",
    ),
    _latest(
        "other_worst_dpd_24m", "max_dpd_24m", "近24个月他行最大逾期天数",
        "most days past due elsewhere in 24 months", theme="bureau_record", direction=1, unit="days",
    ),
    _latest(
        "other_overdue_months_24m", "n_overdue_24m", "近24个月他行逾期月数",
        "months overdue elsewhere in 24 months", theme="bureau_record", direction=1, unit="count",
    ),
    _latest(
        "other_oldest_months", "oldest_account_months", "最早信贷账户账龄",
        "age of the oldest account elsewhere", theme="bureau_record", direction=-1, unit="months",
    ),
    feature(
        "bureau_report_age", BUREAU.days_since_last(), theme="bureau_record", direction=0, unit="days",
        zh="征信报告距今天数", en="age of the bureau report",
    ),
)  # fmt: skip

THIRD: tuple[FeatureSpec, ...] = (
    feature(
        "third_party_score", THIRD_PARTY.last("score"), theme="third_party", direction=-1, unit="score",
        zh="最近第三方信用分", en="latest third-party score", low=None,
    ),
    feature(
        "third_party_change_6m", THIRD_PARTY.last("score") - THIRD_PARTY.last("score", months_back(7, 18)),
        theme="third_party", direction=-1, unit="score", zh="第三方信用分较半年前变化",
        en="third-party score less that half a year before", low=None,
    ),
    feature(
        "third_party_min_12m", THIRD_PARTY.min("score", Y1), theme="third_party", direction=-1, unit="score",
        zh="近12个月最低第三方信用分", en="lowest third-party score in 12 months", low=None,
    ),
    feature(
        "third_party_mean_12m", THIRD_PARTY.mean("score", Y1), theme="third_party", direction=-1,
        unit="score", zh="近12个月平均第三方信用分", en="mean third-party score in 12 months", low=None,
    ),
    feature(
        "third_party_trend",
        THIRD_PARTY.mean("score", months(3)) - THIRD_PARTY.mean("score", months_back(4, 12)),
        theme="third_party", direction=-1, unit="score", zh="第三方信用分趋势",
        en="mean third-party score of 3 months less that of the 9 before", low=None,
    ),
    feature(
        "third_party_age", THIRD_PARTY.days_since_last(), theme="third_party", direction=0, unit="days",
        zh="第三方信用分距今天数", en="age of the third-party score",
    ),
)  # fmt: skip

FEATURES = OTHER_DEBT + RECORD + THIRD
