"""Features of the economy, the same for every account."""

from features.definitions.dsl import MACRO, Direction, feature, months, months_back
from features.engine.featureset import FeatureSpec

YEAR_BEFORE = months_back(13, 24)
HALF_BEFORE = months_back(7, 18)


def _now(name: str, direction: Direction, unit: str, zh: str, en: str, *, low: float | None) -> FeatureSpec:
    return feature(
        name, MACRO.last(name), theme="economy", direction=direction, unit=unit, zh=zh, en=en, low=low,
    )  # fmt: skip


FEATURES: tuple[FeatureSpec, ...] = (
    _now("unemployment", 1, "percent", "城镇调查失业率", "surveyed unemployment", low=0),
    _now("cpi_yoy", 0, "percent", "居民消费价格同比", "consumer prices on a year before", low=None),
    _now("retail_sales_yoy", -1, "percent", "社会消费品零售同比", "retail sales on a year before", low=None),
    _now("pmi", -1, "index", "采购经理指数", "purchasing managers' index", low=0),
    _now("lpr_1y", 0, "percent", "一年期贷款市场报价利率", "one-year loan prime rate", low=0),
    feature(
        "unemployment_change_12m", MACRO.last("unemployment") - MACRO.last("unemployment", YEAR_BEFORE),
        theme="economy", direction=1, unit="percent", zh="失业率较一年前变化",
        en="unemployment less that a year before", low=-100,
    ),
    feature(
        "unemployment_change_6m", MACRO.last("unemployment") - MACRO.last("unemployment", HALF_BEFORE),
        theme="economy", direction=1, unit="percent", zh="失业率较半年前变化",
        en="unemployment less that half a year before", low=-100,
    ),
    feature(
        "pmi_avg_3m", MACRO.mean("pmi", months(4)), theme="economy", direction=-1, unit="index",
        zh="近期平均采购经理指数", en="mean purchasing managers' index of the months known of 4",
    ),
    feature(
        "retail_sales_avg_6m", MACRO.mean("retail_sales_yoy", months(6)), theme="economy", direction=-1,
        unit="percent", zh="近6个月平均零售同比", en="mean retail growth, 6 months", low=None,
    ),
    feature(
        "lpr_change_12m", MACRO.last("lpr_1y") - MACRO.last("lpr_1y", YEAR_BEFORE), theme="economy",
        direction=0, unit="percent", zh="贷款市场报价利率较一年前变化",
        en="loan prime rate less that a year before", low=-100,
    ),
)  # fmt: skip
