"""Features of debt, applications and record with other lenders, and of third-party scores."""

from typing import TypedDict, Unpack

from features.definitions.bills import LIMIT, LIMIT_EN, LIMIT_ZH
from features.definitions.dsl import BUREAU, THIRD_PARTY, Direction, Window, days, days_back, feature, ratio
from features.engine.featureset import FeatureSpec

Y1 = days(365)
HALF_YEAR_BEFORE = Window(730, 180)
"""Reports that were at least 180 days old at the moment of observation, and at most 730."""
REPORT_ZH, REPORT_EN = "最近一份征信报告所载", "by the latest credit report"


class Metadata(TypedDict):
    """Metadata of a feature drawn straight from the latest report."""

    theme: str
    direction: Direction
    unit: str


def _latest(
    name: str, column: str, zh: str, en: str, *, stated: bool = True, **metadata: Unpack[Metadata]
) -> FeatureSpec:
    zh, en = f"{REPORT_ZH}{zh}", f"{en}, {REPORT_EN}"
    return feature(name, BUREAU.last(column), zh=zh, en=en, stated=stated, **metadata)


def _growth(name: str, column: str, theme: str, zh: str, en: str) -> FeatureSpec:
    growth = ratio(BUREAU.last(column), BUREAU.last(column, HALF_YEAR_BEFORE), 0.0, 20.0)
    return feature(
        name, growth, theme=theme, direction=1, unit="ratio", zh=f"最近一份与180天以前的征信报告所载{zh}之比",
        en=f"{en} by the latest credit report over that by the latest of 180 or more days ago", high=20,
        stated=False,
    )  # fmt: skip


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
        "limits elsewhere", theme="other_debt", direction=0, unit="cny", stated=False,
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
        theme="other_debt", direction=1, unit="ratio", zh=f"{REPORT_ZH}他行负债占他行授信比",
        en=f"debt elsewhere over limits elsewhere, {REPORT_EN}", high=5,
    ),
    feature(
        "other_balance_to_limit", ratio(BUREAU.last("total_balance"), LIMIT, 0.0, 200.0), theme="other_debt",
        direction=1, unit="ratio", zh=f"{REPORT_ZH}他行负债与{LIMIT_ZH}之比",
        en=f"debt elsewhere over {LIMIT_EN} here", high=200, stated=False,
    ),
    feature(
        "other_balance_per_lender", BUREAU.last("total_balance") / BUREAU.last("n_lenders"),
        theme="other_debt", direction=0, unit="cny", zh="单家机构平均负债", en="debt elsewhere a lender",
        stated=False,
    ),
    _growth(
        "other_balance_growth", "total_balance", "other_debt", "他行负债", "debt elsewhere",
    ),
    _growth(
        "other_lenders_growth", "n_lenders", "other_debt", "授信机构数", "lenders elsewhere",
    ),
    feature(
        "other_balance_max_12m", BUREAU.max("total_balance", Y1), theme="other_debt", direction=1, unit="cny",
        zh="近365天征信报告所载他行最高负债",
        en="highest debt elsewhere by the credit reports of the last 365 days",
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
        theme="inquiries", direction=1, unit="ratio", zh=f"{REPORT_ZH}近3个月查询占近12个月查询比",
        en=f"share of the inquiries of 12 months made in the last 3, {REPORT_EN}", high=1, stated=False,
    ),
    feature(
        "inquiries_max_12m", BUREAU.max("inquiries_3m", Y1), theme="inquiries", direction=1, unit="count",
        zh="近365天征信报告所载近3个月查询次数的最大值",
        en="most inquiries in 3 months by any credit report of the last 365 days",
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
        zh="最近一份征信报告距今天数", en="age of the latest credit report in days",
    ),
)  # fmt: skip

THIRD: tuple[FeatureSpec, ...] = (
    feature(
        "third_party_score", THIRD_PARTY.last("score"), theme="third_party", direction=-1, unit="score",
        zh="最近第三方信用分", en="latest third-party score", low=None,
    ),
    feature(
        "third_party_change_6m", THIRD_PARTY.last("score") - THIRD_PARTY.last("score", HALF_YEAR_BEFORE),
        theme="third_party", direction=-1, unit="score", zh="最近第三方信用分减180天以前的最近一次",
        en="third-party score less the latest of 180 or more days ago", low=None, stated=False,
    ),
    feature(
        "third_party_min_12m", THIRD_PARTY.min("score", Y1), theme="third_party", direction=-1, unit="score",
        zh="近365天最低第三方信用分", en="lowest third-party score in the last 365 days", low=None,
    ),
    feature(
        "third_party_mean_12m", THIRD_PARTY.mean("score", Y1), theme="third_party", direction=-1,
        unit="score", zh="近365天平均第三方信用分", en="mean third-party score in the last 365 days",
        low=None, stated=False,
    ),
    feature(
        "third_party_trend",
        THIRD_PARTY.mean("score", days(90)) - THIRD_PARTY.mean("score", days_back(91, 365)),
        theme="third_party", direction=-1, unit="score", zh="近90天平均第三方信用分减再前275天",
        en="mean third-party score of the last 90 days less that of the 275 before", low=None, stated=False,
    ),
    feature(
        "third_party_age", THIRD_PARTY.days_since_last(), theme="third_party", direction=0, unit="days",
        zh="最近第三方信用分距今天数", en="age of the latest third-party score in days",
    ),
)  # fmt: skip

FEATURES = OTHER_DEBT + RECORD + THIRD
