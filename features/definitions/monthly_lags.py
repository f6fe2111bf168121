"""Features of single cycles: bills and payments in CNY, account states.

For portfolios that know bills and little else: where purchases are on record they carry this information
better; where they are not, the course over single cycles is the finest there is.
"""

from features.definitions.bills import BILL, PAID
from features.definitions.dsl import (
    ALL,
    DELINQUENCY,
    Direction,
    col,
    feature,
    known_states,
    latest,
    month_ends,
)
from features.engine.featureset import FeatureSpec

LAGS = range(1, 7)
STATES = {
    "no_use": ("未用信", "without use of the line"),
    "paid_in_full": ("全额还款", "paid in full"),
    "revolving": ("部分还款", "paid in part and carried on"),
}


def _billed(k: int) -> FeatureSpec:
    zh, en = latest(k)
    return feature(
        f"balance_m{k}", BILL[k - 1], theme="balance", direction=0, unit="cny", zh=f"{zh}账单金额",
        en=f"amount of {en} bill", low=None, stated=False,
    )  # fmt: skip


def _paid(k: int) -> FeatureSpec:
    zh, en = latest(k)
    return feature(
        f"paid_m{k}", PAID[k - 1], theme="balance", direction=-1, unit="cny",
        zh=f"{zh}已到期账单至今已还金额", en=f"paid by now towards {en} due bill", stated=False,
    )  # fmt: skip


def _theme(state: str) -> str:
    return "spending" if state == "no_use" else "balance"


def _direction(state: str) -> Direction:
    return -1 if state == "paid_in_full" else 0


def _state(k: int, state: str) -> FeatureSpec:
    zh, en = STATES[state]
    which_zh, which_en = latest(k, "次")
    span = month_ends(k)
    return feature(
        f"{state}_m{k}", known_states(span, DELINQUENCY.count(span, where=col("state") == state)),
        theme=_theme(state), direction=0, unit="count", zh=f"{which_zh}月末记录为{zh}",
        en=f"{which_en} month end on record {en}", high=1, stated=False,
    )  # fmt: skip


def _months(state: str) -> FeatureSpec:
    zh, en = STATES[state]
    span = month_ends(1, 3)
    return feature(
        f"{state}_months_3m", known_states(span, DELINQUENCY.count(span, where=col("state") == state)),
        theme=_theme(state), direction=_direction(state), unit="count",
        zh=f"最近3次月末记录中{zh}的次数", en=f"month ends {en}, of the 3 latest on record", high=3,
    )  # fmt: skip


def _streak(state: str) -> FeatureSpec:
    zh, en = STATES[state]
    return feature(
        f"{state}_streak", known_states(ALL, DELINQUENCY.streak(col("state") == state)), theme=_theme(state),
        direction=0, unit="count", zh=f"截至最近一次月末记录连续{zh}的次数",
        en=f"month ends on record in a row, up to the latest, {en}",
    )  # fmt: skip


FEATURES: tuple[FeatureSpec, ...] = (
    *(_billed(k) for k in LAGS[1:]),
    *(_paid(k) for k in LAGS[:5]),
    *(_state(k, state) for state in STATES for k in LAGS[1:]),
    *(_months(state) for state in STATES),
    _streak("no_use"),
    _streak("revolving"),
)
