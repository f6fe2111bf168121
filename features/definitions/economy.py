"""Features of the economy, the same for every account; none is stated to a person, whose doing it is not.

Months are counted as they are published (`engine.cycles`), so a late publication moves nothing but its own.
"""

from features.definitions.dsl import MACRO, Direction, feature, known
from features.engine.featureset import FeatureSpec


def _now(name: str, direction: Direction, unit: str, zh: str, en: str, *, low: float | None) -> FeatureSpec:
    return feature(
        name, MACRO.last(name), theme="economy", direction=direction, unit=unit, zh=zh, en=en, low=low,
        stated=False,
    )  # fmt: skip


def _change(column: str, months: int, direction: Direction, zh: str, en: str) -> FeatureSpec:
    before = MACRO.last(column, known("macro", months + 1))
    return feature(
        f"{column.removesuffix('_1y')}_change_{months}m", MACRO.last(column) - before, theme="economy",
        direction=direction, unit="percent", zh=f"最近公布月{zh}减再前{months}个公布月",
        en=f"{en} of the latest month published less that published {months} months before", low=-100,
        stated=False,
    )  # fmt: skip


FEATURES: tuple[FeatureSpec, ...] = (
    _now("unemployment", 1, "percent", "城镇调查失业率", "surveyed unemployment", low=0),
    _now("cpi_yoy", 0, "percent", "居民消费价格同比", "consumer prices on a year before", low=None),
    _now("retail_sales_yoy", -1, "percent", "社会消费品零售同比", "retail sales on a year before", low=None),
    _now("pmi", -1, "index", "采购经理指数", "purchasing managers' index", low=0),
    _now("lpr_1y", 0, "percent", "一年期贷款市场报价利率", "one-year loan prime rate", low=0),
    _change("unemployment", 12, 1, "失业率", "unemployment"),
    _change("unemployment", 6, 1, "失业率", "unemployment"),
    feature(
        "pmi_avg_3m", MACRO.mean("pmi", known("macro", 1, 3)), theme="economy", direction=-1, unit="index",
        zh="最近3个公布月平均采购经理指数",
        en="mean purchasing managers' index of the 3 latest months published",
        stated=False,
    ),
    feature(
        "retail_sales_avg_6m", MACRO.mean("retail_sales_yoy", known("macro", 1, 6)), theme="economy",
        direction=-1, unit="percent", zh="最近6个公布月平均零售同比",
        en="mean retail growth of the 6 latest months published", low=None, stated=False,
    ),
    _change("lpr_1y", 12, 0, "贷款市场报价利率", "loan prime rate"),
)  # fmt: skip
