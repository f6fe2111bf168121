"""That there is no path, and what stands in the way, in words."""

from collections.abc import Sequence

from serving.advice.account import AccountSnapshot
from serving.advice.answer import NoPath
from serving.advice.text import Bilingual, cny
from serving.advice.types import DecisionOutcome, Scenario

_REVIEW = ("您可以申请人工审核。", "You can ask for a review by a person.")
_NOT_SURE = (
    "有的改变在测算中可以达到，但把握不足，我们不作承诺。",
    "some would as projected, but not surely enough for us to advise it.",
)
_TOO_FAR = (
    "即使全部做到，测算的风险水平仍高于提额标准。",
    "even with all of them the estimated risk stays above the level at which limits rise.",
)


def no_path(
    account: AccountSnapshot, before: DecisionOutcome, scenarios: Sequence[Scenario], longest: int
) -> NoPath:
    """That nothing was found, and what stands in the way.

    Args:
        account: the account.
        before: today's decision.
        scenarios: every scenario that rests on no source still to be linked.
        longest: the longest horizon, months.
    """
    if account.written_off:
        return _written_off(account.days_past_due)
    code, zh, en = _obstacle(before, scenarios, longest)
    limit = cny(before.new_limit_cny)
    return NoPath(
        code,
        f"我们逐一测算了您在{longest}个月内能做到的改变，没有一项能可靠地带来高于{limit}的额度：{zh}{_REVIEW[0]}",
        f"We tried every change that you could make within {longest} months; none would reliably lead to a "
        f"limit above {limit}: {en} {_REVIEW[1]}",
    )


def _obstacle(before: DecisionOutcome, scenarios: Sequence[Scenario], longest: int) -> tuple[str, str, str]:
    """Code and text of what stands in the way at the longest horizon."""
    at_last = [scenario for scenario in scenarios if scenario.months == longest]
    if any(scenario.outcome.better_than(before) for scenario in scenarios):
        return "not_sure", *_NOT_SURE
    if rules := _always_bound(at_last):
        return "rule_binds", *rules
    if cap := _capped(at_last):
        return "capped", *cap
    return "too_far", *_TOO_FAR


def _always_bound(scenarios: Sequence[Scenario]) -> Bilingual | None:
    """The rules that bind under every plan, in the policy's own words."""
    if not scenarios:
        return None
    always = set.intersection(*(set(scenario.outcome.rules) for scenario in scenarios))
    stated = {reason.code: reason for reason in scenarios[0].outcome.bound}
    kept = [code for code in scenarios[0].outcome.rules if code in always]
    if not kept:
        return None
    zh = "".join(stated[code].zh if code in stated else f"规则{code}。" for code in kept)
    en = " ".join(stated[code].en if code in stated else f"rule {code}." for code in kept)
    return f"届时仍有规则限制。{zh}", f"a rule would still bind then. {en}"


def _capped(scenarios: Sequence[Scenario]) -> Bilingual | None:
    """The cap of the policy that leaves no room where risk and rules would allow an increase."""
    caps = [s.outcome.bound[0] for s in scenarios if s.outcome.bound and not s.outcome.rules]
    return (caps[0].zh, caps[0].en) if caps else None


def _written_off(days: int) -> NoPath:
    return NoPath(
        "old_arrears",
        f"您的账单已逾期{days}天，按期还款已不足以恢复账户，12个月内没有可行的提额途径；"
        "请先与我们协商还清欠款，也可申请人工审核。",
        f"Your bill is {days} days overdue; paying the next bills on time is not enough to restore the "
        "account, so there is no path to a raise within 12 months. Arrange with us to settle what is "
        "owed; you can also ask for a review by a person.",
    )
