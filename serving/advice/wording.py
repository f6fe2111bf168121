"""Advice in words: the whole path, or that there is none, in Chinese and English."""

from collections.abc import Sequence

from serving.advice.person import Person
from serving.advice.scenario import Scenario
from serving.advice.step_wording import Both, PathContext, cny, step_of
from serving.advice.types import DecisionOutcome, LeverKind, NoPath, Path, Step


def path_of(told: PathContext) -> Path:
    """The path with its sentences."""
    trial = told.trial
    steps = tuple(step_of(told, lever) for lever in trial.levers)
    conditional = any(lever.kind == LeverKind.LINK for lever in trial.levers)
    zh, en = _if_shown(told, steps) if conditional else _whole(told, steps)
    return Path(
        steps=steps,
        months=trial.months,
        until=told.until,
        cost=told.cost,
        confidence=told.confidence,
        extra_cny=trial.extra_cny,
        before=told.before,
        after=trial.outcome,
        unchanged=told.unchanged,
        conditional=conditional,
        zh=zh,
        en=en,
    )


_PREMISE = (
    "测算假定其他情况与近12个月相当，不构成承诺。",
    "This assumes that all else stays as in the last 12 months; it is not a promise.",
)
_REVIEW = ("您可以申请人工审核。", "You can ask for a review by a person.")


def _whole(told: PathContext, steps: Sequence[Step]) -> Both:
    day, months = told.until.date().isoformat(), told.trial.months
    low, high = cny(told.before.new_limit_cny), cny(told.trial.outcome.new_limit_cny)
    same_zh, same_en = _unchanged(told)
    now_zh, now_en = _today(told.before)
    if not steps:
        return (
            f"{now_zh}无需改变用款习惯：{day}起重新评估，按现行规则测算，额度可由{low}提至{high}。{_PREMISE[0]}",
            f"{now_en}Nothing needs to change but time: assessed again from {day} on, under today's rules, "
            f"the limit could rise from {low} to {high}. {_PREMISE[1]}",
        )
    zh, en = _numbered(steps, months)
    return (
        f"{now_zh}{zh}。{day}重新评估时，按现行规则测算，额度可由{low}提至{high}；{same_zh}{_PREMISE[0]}",
        f"{now_en}{en}. Assessed again on {day}, under today's rules, the limit could rise from {low} to "
        f"{high}; {same_en} {_PREMISE[1]}",
    )


def _if_shown(told: PathContext, steps: Sequence[Step]) -> Both:
    """A path that rests on what a source shows once it is linked: told as a condition, both ways."""
    day, months = told.until.date().isoformat(), told.trial.months
    low, high = cny(told.before.new_limit_cny), cny(told.trial.outcome.new_limit_cny)
    zh, en = _numbered(steps, months)
    now_zh, now_en = _today(told.before)
    return (
        f"有条件的途径。{now_zh}{zh}。若授权后的内容达到上述水平，{day}重新评估时，按现行规则测算，额度可由{low}提至{high}；"
        f"若达不到，则不能指望这条途径。{_PREMISE[0]}",
        f"A way with a condition. {now_en}{en}. If what it holds reaches that level, then, assessed again on "
        f"{day} under today's rules, the limit could rise from {low} to {high}; if it does not, do not "
        f"count on this way. {_PREMISE[1]}",
    )


def _today(before: DecisionOutcome) -> Both:
    """The raise of today, or the rules that hold in the policy's own words: what time has to undo."""
    if before.eligible:
        low, high = cny(before.current_limit_cny), cny(before.new_limit_cny)
        return (
            f"今天的决定已将额度由{low}提至{high}。",
            f"Today's decision raises the limit from {low} to {high}. ",
        )
    told = [reason for reason in before.bound if reason.code in before.rules]
    return "".join(reason.zh for reason in told), "".join(f"{reason.en} " for reason in told)


def _numbered(steps: Sequence[Step], months: int) -> Both:
    zh = "；".join(f"（{i}）{step.zh}" for i, step in enumerate(steps, 1))
    en = "; ".join(f"({i}) {step.en}" for i, step in enumerate(steps, 1))
    span = "1 month" if months == 1 else f"{months} months"
    return f"从现在起连续{months}个月做到：{zh}", f"For {span} from now: {en}"


def _unchanged(told: PathContext) -> Both:
    """What the same time brings without any change, so that advice takes no credit for time."""
    then, now = told.unchanged.new_limit_cny, told.before.new_limit_cny
    if then >= told.trial.outcome.new_limit_cny:
        return (
            "若不作改变，届时也可能达到这一额度，但把握较小。",
            "without any change it could come to the same by then, but that is less sure.",
        )
    if then > now:
        return f"若不作改变，届时为{cny(then)}。", f"without any change it would be {cny(then)} then."
    return "若不作改变，届时额度不变。", "without any change it would stay as it is."


def no_path(person: Person, before: DecisionOutcome, trials: Sequence[Scenario], longest: int) -> NoPath:
    """That nothing was found, and what stands in the way.

    Args:
        person: the account.
        before: today's decision.
        trials: everything that was tried.
        longest: months looked at.
    """
    if person.habits is not None and person.beyond_repair:
        return _written_off(int(person.habits.past_due[0]))
    if any(trial.outcome.better_than(before) for trial in trials):
        why = "not_sure", *_NOT_SURE
    elif bound := _always_bound([trial for trial in trials if trial.months == longest]):
        why = "rule_binds", *bound
    elif cap := _capped([trial for trial in trials if trial.months == longest]):
        why = "capped", *cap
    else:
        why = "too_far", *_TOO_FAR
    limit = cny(before.new_limit_cny)
    return NoPath(
        why[0],
        f"我们逐一测算了您在{longest}个月内能做到的改变，没有一项能可靠地带来高于{limit}的额度：{why[1]}{_REVIEW[0]}",
        f"We tried every change that you could make within {longest} months; none would reliably lead to a "
        f"limit above {limit}: {why[2]} {_REVIEW[1]}",
    )


_NOT_SURE = (
    "有的改变在测算中可以达到，但把握不足，我们不作承诺。",
    "some would as projected, but not surely enough for us to advise it.",
)
_TOO_FAR = (
    "即使全部做到，测算的风险水平仍高于提额标准。",
    "even with all of them the estimated risk stays above the level at which limits rise.",
)


def _always_bound(trials: Sequence[Scenario]) -> Both | None:
    """The rules that bind at the end whatever was tried, in the policy's own words."""
    if not trials:
        return None
    always = set.intersection(*(set(trial.outcome.rules) for trial in trials))
    told = {reason.code: reason for reason in trials[0].outcome.bound}
    kept = [code for code in trials[0].outcome.rules if code in always]
    if not kept:
        return None
    zh = "".join(told[code].zh if code in told else f"规则{code}。" for code in kept)
    en = " ".join(told[code].en if code in told else f"rule {code}." for code in kept)
    return f"届时仍有规则限制。{zh}", f"a rule would still bind then. {en}"


def _capped(trials: Sequence[Scenario]) -> Both | None:
    """The cap of the policy that leaves no room where risk and rules would allow a raise."""
    caps = [t.outcome.bound[0] for t in trials if t.outcome.bound and not t.outcome.rules]
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
