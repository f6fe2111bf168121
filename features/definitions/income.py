"""Features of income: social security, the employer, the housing fund."""

from features.contract.schemas import EMPLOYER_STATES
from features.definitions.bills import LIMIT
from features.definitions.dsl import (
    EMPLOYERS,
    HOUSING_FUND,
    INDUSTRY,
    ORDERS,
    SOCIAL_SECURITY,
    STATEMENTS,
    col,
    feature,
    months,
    months_back,
    ratio,
)
from features.engine.expressions import if_else, largest
from features.engine.featureset import FeatureSpec

Q, H1, Y1, Y2 = months(3), months(6), months(12), months(24)
BASE = SOCIAL_SECURITY.last("base", Y1)
FUND = HOUSING_FUND.last("contribution", Y1)
YEAR_BEFORE = months_back(13, 24)
ACTIVE = float(EMPLOYER_STATES.index("active"))

SOCIAL: tuple[FeatureSpec, ...] = (
    feature(
        "ss_base", BASE, theme="social_security", direction=-1, unit="cny", zh="最近社保缴费基数",
        en="latest social security base",
    ),
    feature(
        "ss_base_avg_12m", SOCIAL_SECURITY.mean("base", Y1), theme="social_security", direction=-1,
        unit="cny", zh="近12个月平均社保缴费基数", en="mean social security base, 12 months",
    ),
    feature(
        "ss_base_min_12m", SOCIAL_SECURITY.min("base", Y1), theme="social_security", direction=-1, unit="cny",
        zh="近12个月最低社保缴费基数", en="lowest social security base, 12 months",
    ),
    feature(
        "ss_base_growth", ratio(BASE, SOCIAL_SECURITY.last("base", YEAR_BEFORE), 0.0, 10.0),
        theme="social_security", direction=-1, unit="ratio", zh="社保缴费基数与一年前之比",
        en="social security base over that a year before", high=10,
    ),
    feature(
        "ss_base_variation_24m",
        ratio(SOCIAL_SECURITY.std("base_yuan", Y2), SOCIAL_SECURITY.mean("base_yuan", Y2), 0.0, 10.0),
        theme="social_security", direction=0, unit="ratio", zh="近24个月社保缴费基数波动系数",
        en="variation of the social security base, 24 months", high=10,
    ),
    feature(
        "ss_months_6m", SOCIAL_SECURITY.distinct("month", H1), theme="social_security", direction=-1,
        unit="count", zh="近6个月社保缴纳月数", en="months of social security in 6 months", high=7,
    ),
    feature(
        "ss_months_12m", SOCIAL_SECURITY.distinct("month", Y1), theme="social_security", direction=-1,
        unit="count", zh="近12个月社保缴纳月数", en="months of social security in 12 months", high=13,
    ),
    feature(
        "ss_months_24m", SOCIAL_SECURITY.distinct("month", Y2), theme="social_security", direction=-1,
        unit="count", zh="近24个月社保缴纳月数", en="months of social security in 24 months", high=25,
    ),
    feature(
        "ss_gap_days", SOCIAL_SECURITY.days_since_last(), theme="social_security", direction=1, unit="days",
        zh="距最近社保缴纳月天数", en="days since the latest month of social security",
    ),
    feature(
        "ss_history_months", SOCIAL_SECURITY.months_since_first(), theme="social_security", direction=-1,
        unit="months", zh="社保记录时长", en="months since the first social security on record",
    ),
    feature(
        "ss_employer_changes_24m", SOCIAL_SECURITY.changes("employer", Y2), theme="social_security",
        direction=1, unit="count", zh="近24个月更换单位次数", en="changes of employer in 24 months",
    ),
    feature(
        "ss_self_paid_12m", SOCIAL_SECURITY.count(Y1, where=col("employer").is_null()),
        theme="social_security", direction=0, unit="count", zh="近12个月自缴社保月数",
        en="months of self-paid social security in 12 months",
    ),
    feature(
        "balance_to_ss_base", ratio(largest(STATEMENTS.mean("balance", Q), 0.0), BASE, 0.0, 50.0),
        theme="social_security", direction=1, unit="ratio", zh="近3个月平均账单与社保基数之比",
        en="mean bill of 3 months over the social security base", high=50,
    ),
    feature(
        "limit_to_ss_base", ratio(LIMIT, BASE, 0.0, 200.0), theme="social_security", direction=1,
        unit="ratio", zh="平均额度与社保基数之比", en="average limit over the social security base", high=200,
    ),
    feature(
        "spent_to_ss_base", ratio(ORDERS.sum("amount", Q) / 3.0, BASE, 0.0, 50.0), theme="social_security",
        direction=1, unit="ratio", zh="近3个月月均消费与社保基数之比",
        en="monthly spending of 3 months over the social security base", high=50,
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
        zh="所在行业景气指数", en="prosperity of the industry", high=300,
    ),
    feature(
        "industry_prosperity_6m", INDUSTRY.mean("prosperity", H1), theme="employer", direction=-1,
        unit="index", zh="所在行业近6个月平均景气指数", en="mean prosperity of the industry, 6 months",
        high=300,
    ),
    feature(
        "industry_trend", INDUSTRY.mean("prosperity", Q) - INDUSTRY.mean("prosperity", months_back(4, 12)),
        theme="employer", direction=-1, unit="index", zh="所在行业景气指数趋势",
        en="prosperity of the industry, 3 months less the 9 before", low=-300, high=300,
    ),
)  # fmt: skip

HOUSING: tuple[FeatureSpec, ...] = (
    feature(
        "hf_contribution", FUND, theme="housing_fund", direction=-1, unit="cny", zh="最近公积金月缴存额",
        en="latest monthly housing fund contribution",
    ),
    feature(
        "hf_contribution_avg_12m", HOUSING_FUND.mean("contribution", Y1), theme="housing_fund", direction=-1,
        unit="cny", zh="近12个月平均公积金缴存额", en="mean housing fund contribution, 12 months",
    ),
    feature(
        "hf_months_12m", HOUSING_FUND.distinct("month", Y1), theme="housing_fund", direction=-1, unit="count",
        zh="近12个月公积金缴存月数", en="months of housing fund in 12 months", high=13,
    ),
    feature(
        "hf_months_24m", HOUSING_FUND.distinct("month", Y2), theme="housing_fund", direction=-1, unit="count",
        zh="近24个月公积金缴存月数", en="months of housing fund in 24 months", high=25,
    ),
    feature(
        "hf_growth", ratio(FUND, HOUSING_FUND.last("contribution", YEAR_BEFORE), 0.0, 10.0),
        theme="housing_fund", direction=-1, unit="ratio", zh="公积金缴存额与一年前之比",
        en="housing fund contribution over that a year before", high=10,
    ),
    feature(
        "hf_gap_days", HOUSING_FUND.days_since_last(), theme="housing_fund", direction=1, unit="days",
        zh="距最近公积金缴存月天数", en="days since the latest month of housing fund",
    ),
    feature(
        "hf_history_months", HOUSING_FUND.months_since_first(), theme="housing_fund", direction=-1,
        unit="months", zh="公积金记录时长", en="months since the first housing fund on record",
    ),
    feature(
        "balance_to_hf", ratio(largest(STATEMENTS.mean("balance", Q), 0.0), FUND, 0.0, 200.0),
        theme="housing_fund", direction=1, unit="ratio", zh="近3个月平均账单与公积金缴存额之比",
        en="mean bill of 3 months over the housing fund contribution", high=200,
    ),
)  # fmt: skip

FEATURES = SOCIAL + EMPLOYER + HOUSING
