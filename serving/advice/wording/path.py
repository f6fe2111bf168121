"""A path in words: its steps, its date, and the limit before and after."""

from collections.abc import Sequence

from serving.advice.answer import Path, Step
from serving.advice.levers.context import PathContext
from serving.advice.levers.registry import LEVERS
from serving.advice.text import Bilingual, cny
from serving.advice.types import DecisionOutcome, Lever


def path(context: PathContext) -> Path:
    """The path with its sentences."""
    scenario = context.scenario
    steps = tuple(_step(context, lever) for lever in scenario.plan)
    conditional = any(lever.conditional for lever in scenario.plan)
    zh, en = _conditional(context, steps) if conditional else _unconditional(context, steps)
    return Path(
        steps=steps,
        months=scenario.months,
        until=context.until,
        cost=context.cost,
        confidence=context.confidence,
        extra_cny=scenario.extra_cny,
        before=context.before,
        after=scenario.outcome,
        unchanged=context.unchanged,
        conditional=conditional,
        zh=zh,
        en=en,
    )


def _step(context: PathContext, lever: Lever) -> Step:
    definition = LEVERS[lever.kind]
    zh, en = definition.phrase(context, lever)
    return Step(lever, round(context.monthly_cny, 2) if definition.costs_money else 0.0, zh, en)


_PREMISE = (
    "测算假定其他情况与近12个月相当，不构成承诺。",
    "This assumes that all else stays as in the last 12 months; it is not a promise.",
)


def _unconditional(context: PathContext, steps: Sequence[Step]) -> Bilingual:
    day, (low, high) = context.until.date().isoformat(), _limits(context)
    same_zh, same_en = _unchanged(context)
    now_zh, now_en = _today(context.before)
    if not steps:
        return (
            f"{now_zh}无需改变用款习惯：{day}起重新评估，按现行规则测算，额度可由{low}提至{high}。{_PREMISE[0]}",
            f"{now_en}Nothing needs to change but time: assessed again from {day} on, under today's rules, "
            f"the limit could rise from {low} to {high}. {_PREMISE[1]}",
        )
    zh, en = _numbered(steps, context.scenario.months)
    return (
        f"{now_zh}{zh}。{day}重新评估时，按现行规则测算，额度可由{low}提至{high}；{same_zh}{_PREMISE[0]}",
        f"{now_en}{en}. Assessed again on {day}, under today's rules, the limit could rise from {low} to "
        f"{high}; {same_en} {_PREMISE[1]}",
    )


def _conditional(context: PathContext, steps: Sequence[Step]) -> Bilingual:
    """A path that rests on what a source shows once it is linked: what follows if it does, and if not."""
    day, (low, high) = context.until.date().isoformat(), _limits(context)
    zh, en = _numbered(steps, context.scenario.months)
    now_zh, now_en = _today(context.before)
    return (
        f"有条件的途径。{now_zh}{zh}。若授权后的内容达到上述水平，{day}重新评估时，按现行规则测算，额度可由{low}提至{high}；"
        f"若达不到，则不能指望这条途径。{_PREMISE[0]}",
        f"A way with a condition. {now_en}{en}. If what it holds reaches that level, then, assessed again on "
        f"{day} under today's rules, the limit could rise from {low} to {high}; if it does not, do not "
        f"count on this way. {_PREMISE[1]}",
    )


def _limits(context: PathContext) -> tuple[str, str]:
    return cny(context.before.new_limit_cny), cny(context.scenario.outcome.new_limit_cny)


def _today(before: DecisionOutcome) -> Bilingual:
    """Today's increase, or the rules that bind in the policy's own words: what has to lapse."""
    if before.eligible:
        low, high = cny(before.current_limit_cny), cny(before.new_limit_cny)
        return (
            f"今天的决定已将额度由{low}提至{high}。",
            f"Today's decision raises the limit from {low} to {high}. ",
        )
    binding = [reason for reason in before.bound if reason.code in before.rules]
    return "".join(reason.zh for reason in binding), "".join(f"{reason.en} " for reason in binding)


def _numbered(steps: Sequence[Step], months: int) -> Bilingual:
    zh = "；".join(f"（{i}）{step.zh}" for i, step in enumerate(steps, 1))
    en = "; ".join(f"({i}) {step.en}" for i, step in enumerate(steps, 1))
    span = "1 month" if months == 1 else f"{months} months"
    return f"从现在起连续{months}个月做到：{zh}", f"For {span} from now: {en}"


def _unchanged(context: PathContext) -> Bilingual:
    """The decision at the same date under unchanged behaviour."""
    then, now = context.unchanged.new_limit_cny, context.before.new_limit_cny
    if then >= context.scenario.outcome.new_limit_cny:
        return (
            "若不作改变，届时也可能达到这一额度，但把握较小。",
            "without any change it could come to the same by then, but that is less sure.",
        )
    if then > now:
        return f"若不作改变，届时为{cny(then)}。", f"without any change it would be {cny(then)} then."
    return "若不作改变，届时额度不变。", "without any change it would stay as it is."
