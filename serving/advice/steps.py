"""One lever in words: what to do, in the person's own figures, in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from serving.advice.moments import DAY
from serving.advice.person import Person
from serving.advice.trial import Trial
from serving.advice.types import Lever, LeverKind, Outcome, SourceProfiles, Step
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
    confidence: float
    before: Outcome
    unchanged: Outcome
    profiles: SourceProfiles | None


def cny(amount: float) -> str:
    """An amount in yuan."""
    return figure(amount, "cny", "zh")


def step_of(told: Told, lever: Lever) -> Step:
    """The lever with its sentence."""
    monthly = round(told.trial.extra_cny / told.trial.months, 2) if lever.kind in _PAID else 0.0
    zh, en = _SENTENCES[lever.kind](told, lever)
    return Step(lever, monthly, zh, en)


def _on_time(told: Told, _: Lever) -> Both:
    person = told.person
    assert person.habits is not None
    habits = person.habits
    late = int(((habits.offset >= DAY) | (habits.past_due > 0)).sum())
    n = len(habits.offset)
    if late == 0:
        return (
            "和以往一样，每期账单在到期日前至少还清最低还款额",
            "go on paying at least the minimum of every bill by its due day, as you have done",
        )
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
    shows = _condition(told.profiles.values[lever.source][lever.size], lever.source)
    share = figure(1.0 - lever.size, "ratio", "zh")
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
