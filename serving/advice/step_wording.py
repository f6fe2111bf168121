"""One lever in words: what to do, in the person's own figures, in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from features.calendar import DAY
from serving.advice.person import Person
from serving.advice.scenario import Scenario
from serving.advice.types import DecisionOutcome, Lever, LeverKind, SourceProfiles, Step
from serving.decision.wording.figures import figure

SOURCE_NAMES = {
    "bureau": ("征信报告", "credit bureau report"),
    "third_party": ("第三方信用分", "third-party credit score"),
    "social_security": ("社保缴费记录", "social security record"),
    "housing_fund": ("公积金缴存记录", "housing-fund record"),
}
FULL = 0.99
"""Share of a bill from which it counts as paid in full."""
Both = tuple[str, str]
"""Chinese and English."""


@dataclass(frozen=True)
class PathContext:
    """What a path is told from; fields as in `Path`."""

    person: Person
    trial: Scenario
    until: datetime
    cost: float
    confidence: float
    before: DecisionOutcome
    unchanged: DecisionOutcome
    profiles: SourceProfiles | None


def cny(amount: float) -> str:
    """An amount in yuan."""
    return figure(amount, "cny", "zh")


def step_of(told: PathContext, lever: Lever) -> Step:
    """The lever with its sentence."""
    monthly = round(told.trial.extra_cny / told.trial.months, 2) if lever.kind in _PAID else 0.0
    zh, en = _SENTENCES[lever.kind](told, lever)
    return Step(lever, monthly, zh, en)


def _on_time(told: PathContext, _: Lever) -> Both:
    person = told.person
    assert person.habits is not None
    habits = person.habits
    late = int(((habits.offset >= DAY) | (habits.past_due > 0)).sum())
    n = len(habits.offset)
    if late == 0 and told.unchanged.new_limit_cny == told.trial.outcome.new_limit_cny and _billed(person):
        return (
            "和以往一样，每期账单在到期日前至少还清最低还款额",
            "go on paying at least the minimum of every bill by its due day, as you have done",
        )
    if late == 0:
        return "每期账单在到期日前至少还清最低还款额", "pay at least the minimum of every bill by its due day"
    first_zh, first_en = _arrears(person)
    if person.past_due:
        return (
            f"{first_zh}每期在到期日前至少还清最低还款额",
            f"{first_en}pay at least the minimum of every bill by its due day",
        )
    return (
        f"每期账单在到期日前至少还清最低还款额（近{n}个月有{late}个月晚于到期日）",
        f"pay at least the minimum of every bill by its due day ({late} of the last {n} months "
        f"{'was' if late == 1 else 'were'} late)",
    )


def _in_full(told: PathContext, _: Lever) -> Both:
    person = told.person
    assert person.bill is not None
    assert person.habits is not None
    bill, most = cny(person.bill.balance_cny), _monthly(told)
    if not _billed(person):
        return "每期账单在到期日前还清全部欠款", "pay every bill in full by its due day"
    if most < 1 and bool((person.habits.paid_share >= FULL).all()):
        return (
            f"和以往一样，每期账单在到期日前还清全部欠款（最近一期{bill}）",
            f"go on paying every bill in full by its due day, as you have done (the last one was {bill})",
        )
    first_zh, first_en = _arrears(person)
    zh, en = (
        f"{first_zh}每期账单在到期日前尽量还清全部欠款（最近一期{bill}）",
        f"{first_en}pay every bill by its due day, in full as far as you can (the last one was {bill})",
    )
    return (
        (f"{zh}，平均每月比平时多还约{cny(most)}", f"{en}, about {cny(most)} a month more than usual")
        if most >= 1
        else (zh, en)
    )


def _billed(person: Person) -> bool:
    """Whether any bill on record asked for money."""
    return bool((person.tables["statements"]["balance_cny"] > 0).any())


def _arrears(person: Person) -> Both:
    """What comes first where something is overdue."""
    if not person.past_due:
        return "", ""
    assert person.habits is not None
    days = figure(float(person.habits.past_due[0]), "days", "zh"), int(person.habits.past_due[0])
    unit = "day" if days[1] == 1 else "days"
    return f"先还清已逾期{days[0]}的欠款，此后", f"settle what is {days[1]} {unit} overdue, then "


def _monthly(told: PathContext) -> float:
    """Extra money a month, mean over the path."""
    return told.trial.extra_cny / told.trial.months


def _use(told: PathContext, lever: Lever) -> Both:
    person = told.person
    bills = person.tables["statements"].sort("statement_on")["balance_cny"].tail(6).to_numpy()
    usual, target = cny(float(np.mean(bills))), cny(lever.size * person.limit_cny)
    share, most = figure(lever.size, "ratio", "zh"), _monthly(told)
    first_zh, first_en = _arrears(person)
    zh, en = (
        f"{first_zh}按时还款，把每期账单降到并保持在额度的{share}以内（{target}；近{len(bills)}期平均{usual}）",
        f"{first_en}pay on time, bring every bill down to {share} of the limit and keep it there ({target}; "
        f"the last {len(bills)} bills averaged {usual})",
    )
    if most < 1 or len(told.trial.levers) > 1:
        return zh, en
    return (
        f"{zh}，平均每月需多还或改用现金支付约{cny(most)}",
        f"{en}: about {cny(most)} a month more to pay back, or to pay in cash instead of on credit",
    )


def _inquiries(told: PathContext, _: Lever) -> Both:
    n = int(_report(told)["inquiries_12m"])
    counted = "1 inquiry" if n == 1 else f"{n} inquiries"
    return (
        f"不再申请其他机构的贷款或信用卡（征信报告显示近12个月有{n}次查询）",
        f"apply for no other loan or card (your credit report shows {counted} in 12 months)",
    )


def _debt(told: PathContext, lever: Lever) -> Both:
    balance = float(_report(told)["total_balance_cny"])
    first, share = cny(balance * lever.size), figure(lever.size, "ratio", "zh")
    return (
        f"在其他机构的负债每月多还约{share}（目前余额{cny(balance)}，首月约{first}）",
        f"pay down {share} of your debt with other lenders each month beyond the usual ({cny(balance)} at "
        f"present, about {first} in the first month)",
    )


def _link(told: PathContext, lever: Lever) -> Both:
    assert told.profiles is not None
    zh, en = SOURCE_NAMES[lever.source]
    shows = _condition(told.profiles.values[lever.source][lever.size], lever.source)
    share = figure(1.0 - lever.size, "ratio", "zh")
    each = lever.source == "bureau"
    reach_zh = f"每一项约{share}的同类客户能达到" if each else f"约{share}的同类客户能达到"
    reach_en = f"about {share} of comparable customers reach {'each of these' if each else 'that'}"
    return (
        f"授权{zh}。我们不知道其中的内容；若{shows[0]}（{reach_zh}），才会有帮助，授权后方能确认",
        f"link your {en}. We do not know what it holds; it helps if it shows {shows[1]} ({reach_en}), which "
        "can be confirmed only once it is linked",
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
        asked = (
            ("近3个月无查询", "no inquiry in 3 months")
            if n == 0
            else (f"近3个月查询不超过{n}次", f"at most {n} inquir{'y' if n == 1 else 'ies'} in 3 months")
        )
        return (
            f"负债余额不超过{debt}、{asked[0]}、{record[0]}",
            f"a debt of at most {debt}, {asked[1]} and {record[1]}",
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


def _report(told: PathContext) -> Mapping[str, float]:
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
