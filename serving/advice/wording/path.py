"""A path in words: its steps, its date, and the limit before and after."""

from collections.abc import Sequence

from serving.advice.answer import Path, Step
from serving.advice.levers.context import PathContext
from serving.advice.levers.registry import LEVERS
from serving.advice.text import Bilingual, cny, on
from serving.advice.types import Lever
from serving.advice.wording.conditional import conditional_text
from serving.advice.wording.parts import limits, numbered, premise
from serving.advice.wording.today import today


def path(context: PathContext) -> Path:
    """The path with its sentences."""
    scenario = context.scenario
    steps = tuple(_step(context, lever) for lever in scenario.plan)
    conditional = any(lever.conditional for lever in scenario.plan)
    zh, en = conditional_text(context, steps) if conditional else _unconditional(context, steps)
    return Path(
        steps=steps,
        as_usual=_as_usual(context),
        payments=scenario.payments,
        months=scenario.months,
        until=context.until,
        cost=context.cost,
        confidence=context.confidence,
        extra_cny=scenario.extra_cny,
        before=context.before,
        after=scenario.outcome,
        unchanged=context.unchanged,
        conditional=conditional,
        effects=context.effects,
        zh=zh,
        en=en,
    )


def _step(context: PathContext, lever: Lever) -> Step:
    definition = LEVERS[lever.kind]
    zh, en = definition.phrase(context, lever)
    return Step(lever, round(context.extra_a_bill_cny, 2) if definition.costs_money else 0.0, zh, en)


def _as_usual(context: PathContext) -> bool:
    """Whether the plan is waiting, or asks for no payment that is not made anyway."""
    plan = context.scenario.plan
    only_payment = all(lever.kind in ("on_time", "in_full") for lever in plan)
    return context.scenario.as_usual and only_payment


def _unconditional(context: PathContext, steps: Sequence[Step]) -> Bilingual:
    (day_zh, day_en), (low, high) = on(context.until.date()), limits(context)
    (now_zh, now_en), (premise_zh, premise_en) = today(context.before), premise(context.account)
    if _as_usual(context):
        zh, en = _nothing_to_change(context)
        return (
            f"{now_zh}{zh}，按现行规则测算，额度可由{low}提至{high}。{premise_zh}",
            f"{now_en}{en} under today's rules the limit could rise from {low} to {high}. {premise_en}",
        )
    same_zh, same_en = _unchanged(context)
    zh, en = numbered(steps)
    return (
        f"{now_zh}{zh}。{day_zh}重新评估时，按现行规则测算，额度可由{low}提至{high}；{same_zh}{premise_zh}",
        f"{now_en}{en}. Assessed again on {day_en}, under today's rules, the limit could rise from {low} to "
        f"{high}; {same_en} {premise_en}",
    )


def _nothing_to_change(context: PathContext) -> Bilingual:
    """That a date is all that is missing, or that the account is on its way as it is."""
    zh, en = on(context.until.date())
    last = max((lapse.on for lapse in context.before.lapses if lapse.on is not None), default=None)
    if context.before.in_order and last == context.until.date():
        return (
            f"目前其他条件均已满足；{zh}起可再次评估",
            f"All else is in order at present: assessed again from {en} on,",
        )
    if context.scenario.plan:
        return (
            f"请继续像现在这样每期按时还款：{zh}重新评估时",
            f"Go on paying every bill by its due day, as you do. Assessed again on {en},",
        )
    return (
        f"照您现在的用款和还款，不必改变：{zh}重新评估时",
        f"Nothing has to change in how you use and pay. Assessed again on {en},",
    )


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
