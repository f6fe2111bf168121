"""Facts that the policy reads and no model does: moments of events, and flags that stand.

A moment is in microseconds since 1970 of local time, null where the event never happened: a rule that binds
for some months after an event states the day on which it ends from it. A flag is 1 while it stands, else 0.
"""

from features.contract.schemas import ACCOUNT_FLAGS as FLAGS
from features.definitions.account import CUT, RAISED
from features.definitions.dsl import (
    ACCOUNT_FLAGS,
    ACCOUNTS,
    CONSENT_GRANTS,
    CONSENT_WITHDRAWALS,
    DELINQUENCY,
    LIMIT_CHANGES,
    col,
    feature,
)
from features.engine.expressions import MISSING, Expression, if_else, largest_known
from features.engine.featureset import FeatureSet, FeatureSpec
from features.sources.registry import LINKED

MOMENT = "moment"
"""Unit of a moment in microseconds."""


def _moment(name: str, expression: Expression, theme: str, zh: str, en: str) -> FeatureSpec:
    return feature(name, expression, theme=theme, direction=0, unit=MOMENT, zh=zh, en=en)


def _withdrawn(source: str) -> Expression:
    """When consent to a source was last withdrawn; null while any consent to it stands."""
    own = col("source") == source
    standing = CONSENT_GRANTS.count(where=own) - CONSENT_WITHDRAWALS.count(where=own)
    return if_else(standing > 0.0, MISSING, CONSENT_WITHDRAWALS.last_moment(own))


def _flag(flag: str) -> FeatureSpec:
    standing = ACCOUNT_FLAGS.sum("change", where=col("flag") == flag) > 0.0
    return feature(
        f"flag_{flag}", standing, theme="limit_history", direction=0, unit="", high=1,
        zh=f"账户标记：{flag}", en=f"the account is flagged: {flag}",
    )  # fmt: skip


MOMENTS: tuple[FeatureSpec, ...] = (
    _moment("opened_at", ACCOUNTS.last_moment(), "tenure", "开户日", "when the account was opened"),
    _moment(
        "last_raise_at", LIMIT_CHANGES.last_moment(RAISED), "limit_history", "上次提额时间",
        "when the fixed limit last rose",
    ),
    _moment(
        "last_cut_at", LIMIT_CHANGES.last_moment(CUT), "limit_history", "上次降额时间",
        "when the fixed limit was last cut",
    ),
    _moment(
        "last_dpd30_at", DELINQUENCY.last_moment(col("dpd") >= 30), "delinquency",
        "最近一次月末逾期30天以上", "last month end 30 or more days past due",
    ),
    _moment(
        "last_dpd60_at", DELINQUENCY.last_moment(col("dpd") >= 60), "delinquency",
        "最近一次月末逾期60天以上", "last month end 60 or more days past due",
    ),
    _moment(
        "last_withdrawal_at", largest_known([_withdrawn(source) for source in LINKED]), "limit_history",
        "最近一次撤回授权且未再授权",
        "when consent to a source was last withdrawn and not given again",
    ),
)  # fmt: skip

POLICY_FACTS = FeatureSet((*MOMENTS, *(_flag(flag) for flag in FLAGS)))
"""Computed beside the features of a model by the same engine; never inputs of a model."""
