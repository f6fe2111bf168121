"""Advice in words: the person's own figures and dates, in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from serving.advice.moments import DAY
from serving.advice.person import Person
from serving.advice.profile import QUANTILE
from serving.advice.trial import Trial
from serving.advice.types import Lever, LeverKind, NoPath, Outcome, Path, SourceProfiles, Step
from serving.wording.figures import figure

SOURCE_NAMES = {
    "bureau": ("征信报告", "credit bureau report"),
    "third_party": ("第三方信用分", "third-party credit score"),
    "social_security": ("社保缴费记录", "social security record"),
    "housing_fund": ("公积金缴存记录", "housing-fund record"),
}
Both = tuple[str, str]
"""Chinese and English."""


@dataclass(frozen=True)
class Told:
    """What a path is told from; fields as in `Path`."""

    person: Person
    trial: Trial
    until: datetime
    cost: float
    before: Outcome
    unchanged: Outcome
    profiles: SourceProfiles | None
    conditional: bool


def cny(amount: float) -> str:
    """An amount in yuan."""
    return figure(amount, "cny", "zh")


def path_of(told: Told) -> Path:
    """The path with its sentences."""
    trial = told.trial
    steps = tuple(_step(told, lever) for lever in trial.levers)
    zh, en = _whole(told, steps)
    return Path(
        steps=steps,
        months=trial.months,
        until=told.until,
        cost=told.cost,
        extra_cny=trial.extra_cny,
        before=told.before,
        after=trial.outcome,
        unchanged=told.unchanged,
        conditional=told.conditional,
        zh=zh,
        en=en,
    )


def no_path(person: Person, before: Outcome, unchanged: Mapping[int, Outcome], longest: int) -> NoPath:
    """That nothing was found, and what stands in the way at the end of the time looked at."""
    if person.habits is not None and person.beyond_repair:
        return _written_off(int(person.habits.past_due[0]))
    last = unchanged[longest].rules
    rules_zh = f"届时仍有规则限制（{'、'.join(last)}）。" if last else ""
    rules_en = f" Rules {', '.join(last)} would still bind then." if last else ""
    return NoPath(
        "nothing_in_time",
        f"我们逐一测算了您在{longest}个月内能做到的改变，没有一项能可靠地带来更高的额度"
        f"（目前为{cny(before.new_limit_cny)}）。{rules_zh}您可以申请人工审核。",
        f"We tried every change that you could make within {longest} months; none would reliably lead to a "
        f"higher limit than {cny(before.new_limit_cny)}.{rules_en} You can ask for a review by a person.",
    )


def _written_off(days: int) -> NoPath:
    return NoPath(
        "old_arrears",
        f"您的账单已逾期{days}天，按期还款已不足以恢复账户，12个月内没有可行的提额途径；"
        "请先与我们协商还清欠款，也可申请人工审核。",
        f"Your bill is {days} days overdue; paying the next bills on time is not enough to restore the "
        "account, so there is no path to a raise within 12 months. Arrange with us to settle what is "
        "owed; you can also ask for a review by a person.",
    )


def _whole(told: Told, steps: tuple[Step, ...]) -> Both:
    day, months = told.until.date().isoformat(), told.trial.months
    low, high = cny(told.before.new_limit_cny), cny(told.trial.outcome.new_limit_cny)
    same_zh, same_en = _unchanged(told)
    if not steps:
        return (
            f"无需改变用款习惯：{day}起重新评估，按现行规则测算，额度可由{low}提至{high}。{_PREMISE[0]}",
            f"Nothing needs to change but time: assessed again from {day} on, under today's rules, the limit "
            f"could rise from {low} to {high}. {_PREMISE[1]}",
        )
    numbered_zh = "；".join(f"（{i}）{step.zh}" for i, step in enumerate(steps, 1))
    numbered_en = "; ".join(f"({i}) {step.en}" for i, step in enumerate(steps, 1))
    return (
        f"从现在起连续{months}个月做到：{numbered_zh}。"
        f"{day}重新评估时，按现行规则测算，额度可由{low}提至{high}；{same_zh}{_PREMISE[0]}",
        f"For {months} month{'s' if months > 1 else ''} from now: {numbered_en}. Assessed again on {day}, "
        f"under today's rules, the limit could rise from {low} to {high}; {same_en} {_PREMISE[1]}",
    )


_PREMISE = (
    "测算假定其他情况与近12个月相当，不构成承诺。",
    "This assumes that all else stays as in the last 12 months; it is not a promise.",
)


def _unchanged(told: Told) -> Both:
    """What the same time brings without any change, so that advice takes no credit for time."""
    then, now = told.unchanged.new_limit_cny, told.before.new_limit_cny
    if then > now:
        return f"若不作改变，届时为{cny(then)}。", f"without any change it would be {cny(then)} then."
    return "若不作改变，届时额度不变。", "without any change it would stay as it is."


def _step(told: Told, lever: Lever) -> Step:
    monthly = round(told.trial.extra_cny / told.trial.months, 2) if lever.kind in _PAID else 0.0
    zh, en = _SENTENCES[lever.kind](told, lever)
    return Step(lever, monthly, zh, en)


def _on_time(told: Told, _: Lever) -> Both:
    person = told.person
    assert person.habits is not None
    assert person.bill is not None
    habits = person.habits
    late = int(((habits.offset >= DAY) | (habits.past_due > 0)).sum())
    n = len(habits.offset)
    if person.past_due:
        days = int(habits.past_due[0])
        return (
            f"先还清已逾期{days}天的欠款，此后每期在到期日前至少还清最低还款额",
            f"pay what is {days} days overdue, then at least the minimum of every bill by its due day",
        )
    return (
        f"每期账单在到期日前至少还清最低还款额（近{n}个月有{late}个月晚于到期日）",
        f"pay at least the minimum of every bill by its due day ({late} of the last {n} months were late)",
    )


def _in_full(told: Told, _: Lever) -> Both:
    assert told.person.bill is not None
    bill = cny(told.person.bill.balance_cny)
    most = told.trial.extra_cny / told.trial.months
    zh, en = (
        f"每期账单在到期日前尽量还清全部欠款（最近一期{bill}）",
        f"pay every bill by its due day, in full as far as you can (the last one was {bill})",
    )
    return (
        (f"{zh}，平均每月比平时多还约{cny(most)}", f"{en}, about {cny(most)} a month more than usual")
        if most >= 1
        else (zh, en)
    )


def _use(told: Told, lever: Lever) -> Both:
    person = told.person
    bills = person.tables["statements"].sort("statement_on")["balance_cny"].tail(6).to_numpy()
    usual, target = cny(float(np.mean(bills))), cny(lever.size * person.limit_cny)
    share = figure(lever.size, "ratio", "zh")
    return (
        f"按时还款，把每期账单降到并保持在额度的{share}以内（{target}；近{len(bills)}期平均{usual}）",
        f"pay on time and bring every bill down to {share} of the limit ({target}; the last {len(bills)} "
        f"bills averaged {usual}), and keep it there",
    )


def _inquiries(told: Told, _: Lever) -> Both:
    n = int(_report(told)["inquiries_12m"])
    counted = "1 inquiry" if n == 1 else f"{n} inquiries"
    return (
        f"不再申请其他机构的贷款或信用卡（征信报告显示近12个月有{n}次查询）",
        f"apply for no other loan or card (your credit report shows {counted} in 12 months)",
    )


def _debt(told: Told, lever: Lever) -> Both:
    balance = float(_report(told)["total_balance_cny"])
    first, share = cny(balance * lever.size), figure(lever.size, "ratio", "zh")
    return (
        f"在其他机构的负债每月多还约{share}（目前余额{cny(balance)}，首月约{first}）",
        f"pay down {share} of your debt with other lenders each month beyond the usual ({cny(balance)} at "
        f"present, about {first} in the first month)",
    )


def _link(told: Told, lever: Lever) -> Both:
    assert told.profiles is not None
    zh, en = SOURCE_NAMES[lever.source]
    shows = _condition(told.profiles.values[lever.source], lever.source)
    share = figure(1.0 - QUANTILE, "ratio", "zh")
    return (
        f"授权{zh}。我们不知道其中的内容；若{shows[0]}（已授权的同类客户约{share}达到单项水平），才会有帮助，授权后方能确认",
        f"link your {en}. We do not know what it holds; it helps if it shows {shows[1]} (about {share} of "
        "comparable customers reach each such level), which can be confirmed only once it is linked",
    )


def _condition(values: Mapping[str, float], source: str) -> Both:
    if source == "bureau":
        debt, n = cny(values["total_balance_cny"]), int(values["inquiries_3m"])
        late = int(values["max_dpd_24m"])
        record = (
            ("近24个月无逾期", "nothing overdue in 24 months")
            if late == 0
            else (f"近24个月逾期不超过{late}天", f"at most {late} days overdue in 24 months")
        )
        return (
            f"负债余额不超过{debt}、近3个月查询不超过{n}次、{record[0]}",
            f"a debt of at most {debt}, at most {n} inquiries in 3 months and {record[1]}",
        )
    if source == "third_party":
        score = int(values["score"])
        return f"分数不低于{score}", f"a score of at least {score}"
    if source == "social_security":
        base = cny(values["contribution_base_cny"])
        return (
            f"近24个月连续缴纳、缴费基数不低于{base}",
            f"24 months of contributions without a gap on a base of at least {base}",
        )
    amount = cny(values["contribution_cny"])
    return (
        f"近24个月连续缴存、月缴存额不低于{amount}",
        f"24 months of contributions without a gap of at least {amount} a month",
    )


def _report(told: Told) -> Mapping[str, float]:
    reports = told.person.tables["bureau_reports"].sort("reported_at", "known_at", maintain_order=True)
    return reports.row(-1, named=True)


_PAID = (LeverKind.ON_TIME, LeverKind.IN_FULL, LeverKind.USE, LeverKind.DEBT)
_SENTENCES = {
    LeverKind.ON_TIME: _on_time,
    LeverKind.IN_FULL: _in_full,
    LeverKind.USE: _use,
    LeverKind.INQUIRIES: _inquiries,
    LeverKind.DEBT: _debt,
    LeverKind.LINK: _link,
}
