"""Features of income: social security, the employer, the housing fund.

Contributions are counted as they are known (`engine.cycles`): the last twelve are the last twelve on record,
whatever the day of the month and however late the feed. Whether they go on is told by the age of the latest.
"""

from features.contract.schemas import EMPLOYER_STATES
from features.definitions.bills import LIMIT, LIMIT_EN, LIMIT_ZH
from features.definitions.dsl import (
    EMPLOYERS,
    HOUSING_FUND,
    INDUSTRY,
    ORDERS,
    SOCIAL_SECURITY,
    STATEMENTS,
    ViewAggregates,
    col,
    days,
    feature,
    issued,
    known,
    ratio,
)
from features.engine.expressions import Expression, if_else, largest
from features.engine.featureset import FeatureSpec

Y1 = days(365)
SS_12, SS_24 = known("social_security", 1, 12), known("social_security", 1, 24)
BASE = SOCIAL_SECURITY.last("base", Y1)
FUND = HOUSING_FUND.last("contribution", Y1)
BILLS = largest(STATEMENTS.mean("balance", issued(1, 3)), 0.0)
ACTIVE = float(EMPLOYER_STATES.index("active"))
HF, SS = "公积金缴存", "社保缴费"


def _missed(view: ViewAggregates, n: int) -> Expression:
    """Months between the oldest and the latest of the last n contributions for which there is none.

    Rows lie in the order of their months, so changes are steps to another month.
    """
    span = known(view.view, 1, n)
    spanned = view.last("month", span) - view.first("month", span)
    return spanned - view.changes("month", span)


def _gaps(n: int, name: str, view: ViewAggregates, zh: str, en: str) -> FeatureSpec:
    return feature(
        name, _missed(view, n), theme=view.view, direction=1, unit="count",
        zh=f"最近{n}次{zh}之间缺缴的月数", en=f"months missed between the {n} latest contributions of {en}",
    )  # fmt: skip


SOCIAL: tuple[FeatureSpec, ...] = (
    feature(
        "ss_base", BASE, theme="social_security", direction=-1, unit="cny",
        zh="近365天内最近一次社保缴费基数", en="latest social security base of the last 365 days",
    ),
    feature(
        "ss_base_avg_12m", SOCIAL_SECURITY.mean("base", SS_12), theme="social_security", direction=-1,
        unit="cny", zh="最近12次社保缴费的平均基数",
        en="mean base of the 12 latest contributions of social security",
    ),
    feature(
        "ss_base_min_12m", SOCIAL_SECURITY.min("base", SS_12), theme="social_security", direction=-1,
        unit="cny", zh="最近12次社保缴费的最低基数",
        en="lowest base of the 12 latest contributions of social security",
    ),
    feature(
        "ss_base_growth",
        ratio(BASE, SOCIAL_SECURITY.last("base", known("social_security", 13)), 0.0, 10.0),
        theme="social_security", direction=-1, unit="ratio", zh="社保缴费基数与再前12次之比",
        en="social security base over that of 12 contributions before", high=10, stated=False,
    ),
    feature(
        "ss_base_variation_24m",
        ratio(SOCIAL_SECURITY.std("base_yuan", SS_24), SOCIAL_SECURITY.mean("base_yuan", SS_24), 0.0, 10.0),
        theme="social_security", direction=0, unit="ratio", zh="最近24次社保缴费基数变异系数",
        en="coefficient of variation of the base of the 24 latest contributions of social security", high=10,
        stated=False,
    ),
    feature(
        "ss_months", SOCIAL_SECURITY.changes("month") + 1.0, theme="social_security", direction=-1,
        unit="count", zh="有社保缴费记录的月数", en="months with social security on record",
    ),
    _gaps(12, "ss_missed_12m", SOCIAL_SECURITY, SS, "social security"),
    _gaps(24, "ss_missed_24m", SOCIAL_SECURITY, SS, "social security"),
    feature(
        "ss_gap_days", SOCIAL_SECURITY.days_since_last(), theme="social_security", direction=1, unit="days",
        zh="距最近一个社保缴费月首日天数",
        en="days since the first day of the latest month of social security on record",
    ),
    feature(
        "ss_history_months", SOCIAL_SECURITY.months_since_first(), theme="social_security", direction=-1,
        unit="months", zh="社保记录时长", en="months since the first social security on record",
    ),
    feature(
        "ss_employer_changes_24m", SOCIAL_SECURITY.changes("employer", SS_24), theme="social_security",
        direction=1, unit="count", zh="最近24次社保缴费中更换单位次数",
        en="changes of employer in the 24 latest contributions of social security",
    ),
    feature(
        "ss_self_paid_12m", SOCIAL_SECURITY.count(SS_12, where=col("employer").is_null()),
        theme="social_security", direction=0, unit="count", zh="最近12次社保缴费中自缴的次数",
        en="self-paid of the 12 latest contributions of social security", high=12,
    ),
    feature(
        "balance_to_ss_base", ratio(BILLS, BASE, 0.0, 50.0), theme="social_security", direction=1,
        unit="ratio", zh="最近3期账单平均金额与社保缴费基数之比",
        en="mean of the 3 latest bills over the social security base", high=50, stated=False,
    ),
    feature(
        "limit_to_ss_base", ratio(LIMIT, BASE, 0.0, 200.0), theme="social_security", direction=1,
        unit="ratio", zh=f"{LIMIT_ZH}与社保缴费基数之比", en=f"{LIMIT_EN}, over the social security base",
        high=200, stated=False,
    ),
    feature(
        "spent_to_ss_base", ratio(ORDERS.sum("amount", days(90)) / 3.0, BASE, 0.0, 50.0),
        theme="social_security", direction=1, unit="ratio", zh="近90天消费金额的三分之一与社保缴费基数之比",
        en="a third of what was spent in the last 90 days over the social security base", high=50,
        stated=False,
    ),
)  # fmt: skip

EMPLOYER: tuple[FeatureSpec, ...] = (
    feature(
        "employer_troubled", if_else(EMPLOYERS.last("status").equals(ACTIVE), 0.0, 1.0), theme="employer",
        direction=1, unit="", zh="单位登记状态异常", en="employer's registry state is not active", high=1,
    ),
    feature(
        "employer_capital", EMPLOYERS.last("capital"), theme="employer", direction=-1, unit="cny",
        zh="单位注册资本", en="employer's registered capital",
    ),
    feature(
        "employer_age_months", EMPLOYERS.months_since_first(), theme="employer", direction=-1, unit="months",
        zh="单位登记时长", en="months since the employer's first registry record",
    ),
    feature(
        "employer_state_months", EMPLOYERS.months_since_last(), theme="employer", direction=0, unit="months",
        zh="单位登记状态持续时长", en="months since the employer's latest registry record",
    ),
    feature(
        "industry_prosperity", INDUSTRY.last("prosperity"), theme="employer", direction=-1, unit="index",
        zh="所在行业景气指数", en="prosperity of the industry", high=300, stated=False,
    ),
    feature(
        "industry_prosperity_6m", INDUSTRY.mean("prosperity", known("industry", 1, 6)), theme="employer",
        direction=-1, unit="index", zh="所在行业最近6个公布月平均景气指数",
        en="mean prosperity of the industry, 6 latest months published", high=300, stated=False,
    ),
    feature(
        "industry_trend",
        INDUSTRY.mean("prosperity", known("industry", 1, 3))
        - INDUSTRY.mean("prosperity", known("industry", 4, 12)),
        theme="employer", direction=-1, unit="index", zh="所在行业最近3个公布月平均景气指数减再前9个公布月",
        en="mean prosperity of the industry, 3 latest months published less the 9 before", low=-300, high=300,
        stated=False,
    ),
)  # fmt: skip

HOUSING: tuple[FeatureSpec, ...] = (
    feature(
        "hf_contribution", FUND, theme="housing_fund", direction=-1, unit="cny",
        zh="近365天内最近一次公积金月缴存额",
        en="latest monthly housing fund contribution of the last 365 days",
    ),
    feature(
        "hf_contribution_avg_12m", HOUSING_FUND.mean("contribution", known("housing_fund", 1, 12)),
        theme="housing_fund", direction=-1, unit="cny", zh="最近12次公积金平均缴存额",
        en="mean of the 12 latest contributions of housing fund",
    ),
    feature(
        "hf_months", HOUSING_FUND.changes("month") + 1.0, theme="housing_fund", direction=-1, unit="count",
        zh="有公积金缴存记录的月数", en="months with housing fund on record",
    ),
    _gaps(12, "hf_missed_12m", HOUSING_FUND, HF, "housing fund"),
    _gaps(24, "hf_missed_24m", HOUSING_FUND, HF, "housing fund"),
    feature(
        "hf_growth", ratio(FUND, HOUSING_FUND.last("contribution", known("housing_fund", 13)), 0.0, 10.0),
        theme="housing_fund", direction=-1, unit="ratio", zh="公积金缴存额与再前12次之比",
        en="housing fund contribution over that of 12 contributions before", high=10, stated=False,
    ),
    feature(
        "hf_gap_days", HOUSING_FUND.days_since_last(), theme="housing_fund", direction=1, unit="days",
        zh="距最近一个公积金缴存月首日天数",
        en="days since the first day of the latest month of housing fund on record",
    ),
    feature(
        "hf_history_months", HOUSING_FUND.months_since_first(), theme="housing_fund", direction=-1,
        unit="months", zh="公积金记录时长", en="months since the first housing fund on record",
    ),
    feature(
        "balance_to_hf", ratio(BILLS, FUND, 0.0, 200.0), theme="housing_fund", direction=1, unit="ratio",
        zh="最近3期账单平均金额与公积金缴存额之比",
        en="mean of the 3 latest bills over the housing fund contribution", high=200, stated=False,
    ),
)  # fmt: skip

FEATURES = SOCIAL + EMPLOYER + HOUSING
