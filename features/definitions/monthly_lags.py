"""Features of single months: bills and payments in CNY, account states.

For portfolios that know bills and little else: where purchases are on record they carry this information
better; where they are not, the course over single months is the finest there is.
"""

from features.definitions.bills import BILL, PAID
from features.definitions.dsl import (
    ALL,
    DELINQUENCY,
    Direction,
    ago,
    col,
    feature,
    known_states,
    month_back,
    months,
)
from features.engine.featureset import FeatureSpec

LAGS = range(1, 7)
STATES = {
    "no_use": ("未用信", "without use of the line"),
    "paid_in_full": ("全额还款", "paid in full"),
    "revolving": ("部分还款", "paid in part and carried on"),
}


def _billed(k: int) -> FeatureSpec:
    return feature(
        f"balance_m{k}", BILL[k - 1], theme="balance", direction=0, unit="cny", zh=f"{ago(k)[0]}账单金额",
        en=f"bill {ago(k)[1]}", low=None,
    )  # fmt: skip


def _paid(k: int) -> FeatureSpec:
    return feature(
        f"paid_m{k}", PAID[k - 1], theme="repayment", direction=-1, unit="cny", zh=f"{ago(k)[0]}还款金额",
        en=f"paid {ago(k)[1]}",
    )  # fmt: skip


def _theme(state: str) -> str:
    return "spending" if state == "no_use" else "repayment"


def _direction(state: str) -> Direction:
    return -1 if state == "paid_in_full" else 0


def _state(k: int, state: str) -> FeatureSpec:
    zh, en = STATES[state]
    return feature(
        f"{state}_m{k}",
        known_states(month_back(k), DELINQUENCY.count(month_back(k), where=col("state") == state)),
        theme=_theme(state), direction=0, unit="count", zh=f"{ago(k)[0]}{zh}", en=f"{en} {ago(k)[1]}", high=1,
    )  # fmt: skip


def _months(state: str) -> FeatureSpec:
    zh, en = STATES[state]
    return feature(
        f"{state}_months_3m",
        known_states(months(3), DELINQUENCY.count(months(3), where=col("state") == state)),
        theme=_theme(state), direction=_direction(state), unit="count", zh=f"近3个月{zh}的月数",
        en=f"months {en} in 3 months", high=3,
    )  # fmt: skip


def _streak(state: str) -> FeatureSpec:
    zh, en = STATES[state]
    return feature(
        f"{state}_streak", known_states(ALL, DELINQUENCY.streak(col("state") == state)), theme=_theme(state),
        direction=0, unit="months", zh=f"连续{zh}月数", en=f"months in a row {en}",
    )  # fmt: skip


FEATURES: tuple[FeatureSpec, ...] = (
    *(_billed(k) for k in LAGS[1:]),
    *(_paid(k) for k in LAGS),
    *(_state(k, state) for state in STATES for k in LAGS[1:]),
    *(_months(state) for state in STATES),
    _streak("no_use"),
    _streak("revolving"),
)
