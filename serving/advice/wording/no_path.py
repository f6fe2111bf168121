"""That there is no path, and what stands in the way, in words."""

from collections.abc import Sequence
from datetime import date

from serving.advice.account import AccountSnapshot
from serving.advice.answer import NoPath
from serving.advice.outcome import DecisionOutcome
from serving.advice.text import Bilingual, cny, fen, on
from serving.advice.types import Scenario
from serving.advice.wording.always_bound import always_bound

STATED_THEMES = 2
"""Themes that are named as standing in the way, the weightiest first."""
_NOT_SURE = (
    "有的改变按测算可以达到，但把握不足，我们不作建议。",
    "some would as projected, but not surely enough for us to advise it.",
)
_IN_ORDER = ("除此之外，目前其他条件均已满足。", " Apart from that all else is in order at present.")
_TOO_FAR = (
    "即使做到，评估结果仍不足以提额。",
    "even then the assessment would not allow a raise.",
)


def no_path(
    account: AccountSnapshot, before: DecisionOutcome, scenarios: Sequence[Scenario], last: date
) -> NoPath:
    """That nothing was found, and what stands in the way.

    Args:
        account: the account.
        before: what would be decided today.
        scenarios: every scenario that rests on no source still to be linked.
        last: the longest horizon.
    """
    if account.written_off:
        return _written_off(account)
    code, zh, en = _obstacle(before, scenarios)
    (owed_zh, owed_en), (last_zh, last_en) = _arrears(account), on(last)
    tried, limit = len({scenario.plan for scenario in scenarios}), cny(before.new_limit_cny)
    dated_zh, dated_en = ("", "") if code == "rule_binds" else _dated_rules(before)
    ways = "way" if tried == 1 else "different ways"
    return NoPath(
        code,
        f"{owed_zh}{dated_zh}我们测算了{tried}种常见的还款、用款和负债安排，到{last_zh}为止，没有一种能可靠地带来高于{limit}的额度：{zh}",
        f"{owed_en}{dated_en}We tried {tried} {ways} of paying, using the limit and borrowing elsewhere; by "
        f"{last_en} none would reliably lead to a limit above {limit}: {en}",
    )


def by_staff(before: DecisionOutcome, codes: Sequence[str]) -> NoPath:
    """That a rule binds which no behaviour ends, and who handles it."""
    stated = [reason for reason in before.bound if reason.code in codes]
    zh, en = "".join(reason.zh for reason in stated), " ".join(reason.en for reason in stated)
    if not before.notify:
        return NoPath("staff", zh, en)
    return NoPath(
        "staff",
        f"{zh}这与您如何用款和还款无关，由我们的工作人员处理；如有疑问，请联系客服。",
        f"{en} How you use and repay the limit does not decide this; our staff handle it, and customer "
        "service answers questions.",
    )


def _arrears(account: AccountSnapshot) -> Bilingual:
    if not account.overdue_cny:
        return "", ""
    amount = fen(account.overdue_cny)
    return (
        f"请先还清已到期未还的最低还款额{amount}。",
        f"First pay the {amount} of minimum payment that is past due. ",
    )


def _dated_rules(before: DecisionOutcome) -> Bilingual:
    """Rules that bind today and end on a day, in the policy's own words."""
    dated = {lapse.code for lapse in before.lapses if lapse.on is not None}
    stated = [reason for reason in before.bound if reason.code in dated]
    return "".join(reason.zh for reason in stated), "".join(f"{reason.en} " for reason in stated)


def _obstacle(before: DecisionOutcome, scenarios: Sequence[Scenario]) -> tuple[str, str, str]:
    """Code and text of what stands in the way at the longest horizon."""
    latest = max((scenario.at for scenario in scenarios), default=before.as_of)
    at_last = [scenario for scenario in scenarios if scenario.at == latest]
    themes_zh, themes_en = _themes(before)
    if any(scenario.outcome.better_than(before) for scenario in scenarios):
        return "not_sure", _NOT_SURE[0] + themes_zh, _NOT_SURE[1] + themes_en
    if rules := always_bound(before, at_last):
        rest_zh, rest_en = _IN_ORDER if before.in_order else _themes(before)
        return "rule_binds", rules[0] + rest_zh, rules[1] + rest_en
    if cap := _capped(at_last):
        return "capped", *cap
    return "too_far", _TOO_FAR[0] + themes_zh, _TOO_FAR[1] + themes_en


def _themes(before: DecisionOutcome) -> Bilingual:
    """What weighs most against a raise today: themes, else the cap that leaves no room."""
    stated = before.themes[:STATED_THEMES]
    if not stated:
        caps = [reason for reason in before.bound if reason.code not in before.rules]
        return (caps[0].zh, f" {caps[0].en}") if caps else ("", "")
    if not stated[0].theme:
        return stated[0].zh, f" {stated[0].en}"
    return (
        f"目前影响最大的是：{''.join(reason.zh for reason in stated)}",
        f" What weighs most today: {' '.join(reason.en for reason in stated)}",
    )


def _capped(scenarios: Sequence[Scenario]) -> Bilingual | None:
    """The cap of the policy that leaves no room where risk and rules would allow an increase."""
    caps = [s.outcome.bound[0] for s in scenarios if s.outcome.bound and not s.outcome.rules]
    if not caps:
        return None
    return (
        f"届时额度仍没有提升空间，评估结果会是：“{caps[0].zh}”",
        f'there would still be no room for a higher limit; the assessment would then say: "{caps[0].en}"',
    )


def _written_off(account: AccountSnapshot) -> NoPath:
    days = account.days_past_due
    owed = fen(account.overdue_cny) if account.overdue_cny else ""
    owed_zh = f"，其中最低还款额{owed}未还" if owed else ""
    owed_en = f", {owed} of the minimum payment unpaid" if owed else ""
    return NoPath(
        "old_arrears",
        f"您的账单已逾期{days}天{owed_zh}，只按期还清以后的账单已不足以恢复账户，"
        "12个月内没有可行的提额途径；请先与我们协商还清欠款。",
        f"Your bills are {days} days overdue{owed_en}; paying the coming bills on time is not enough to "
        "restore the account, so there is no path to a raise within 12 months. Please arrange with us first "
        "to settle what is owed.",
    )
