"""A path in words: its steps, its date, and the limit before and after."""

from collections.abc import Sequence

from serving.advice.account import AccountSnapshot
from serving.advice.account.instalments import coming_instalments
from serving.advice.answer import Path, Step
from serving.advice.levers.context import PathContext
from serving.advice.levers.registry import LEVERS
from serving.advice.text import Bilingual, cny, on
from serving.advice.types import Lever
from serving.advice.wording.today import today


def path(context: PathContext) -> Path:
    """The path with its sentences."""
    scenario = context.scenario
    steps = tuple(_step(context, lever) for lever in scenario.plan)
    conditional = any(lever.conditional for lever in scenario.plan)
    zh, en = _conditional(context, steps) if conditional else _unconditional(context, steps)
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
    (day_zh, day_en), (low, high) = on(context.until.date()), _limits(context)
    (now_zh, now_en), (premise_zh, premise_en) = today(context.before), _premise(context.account)
    if _as_usual(context):
        zh, en = _nothing_to_change(context)
        return (
            f"{now_zh}{zh}，按现行规则测算，额度可由{low}提至{high}。{premise_zh}",
            f"{now_en}{en} under today's rules the limit could rise from {low} to {high}. {premise_en}",
        )
    same_zh, same_en = _unchanged(context)
    zh, en = _numbered(steps)
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
            f"像现在这样按时还款即可，不必改变：{zh}重新评估时",
            "Nothing has to change; go on paying your bills by their due days as you do. Assessed again on "
            f"{en},",
        )
    return (
        f"照您现在的用款和还款，不必改变：{zh}重新评估时",
        f"Nothing has to change in how you use and pay. Assessed again on {en},",
    )


def _conditional(context: PathContext, steps: Sequence[Step]) -> Bilingual:
    """A path that rests on what a source shows once it is linked: what follows if it does, and if not."""
    (day_zh, day_en), (low, high) = on(context.until.date()), _limits(context)
    (now_zh, now_en), (premise_zh, premise_en) = today(context.before), _premise(context.account)
    zh, en = _numbered(steps)
    return (
        f"有条件的途径。{now_zh}{zh}。若授权后的内容达到上述水平，{day_zh}重新评估时，按现行规则测算，"
        f"额度可由{low}提至{high}；若达不到，则不能指望这条途径。{premise_zh}",
        f"A way with a condition. {now_en}{en}. If what it holds reaches that level, then, assessed again on "
        f"{day_en} under today's rules, the limit could rise from {low} to {high}; if it does not, do not "
        f"count on this way. {premise_en}",
    )


def _limits(context: PathContext) -> tuple[str, str]:
    return cny(context.before.new_limit_cny), cny(context.scenario.outcome.new_limit_cny)


def _numbered(steps: Sequence[Step]) -> Bilingual:
    """The steps, numbered where there are several."""
    if len(steps) == 1:
        return steps[0].zh, f"{steps[0].en[:1].upper()}{steps[0].en[1:]}"
    zh = "；".join(f"（{i}）{step.zh}" for i, step in enumerate(steps, 1))
    en = "; ".join(f"({i}) {step.en}" for i, step in enumerate(steps, 1))
    return zh, en


def _premise(account: AccountSnapshot) -> Bilingual:
    """What the projection rests on."""
    n = 0 if account.payments is None or account.bills is None else len(account.payments)
    if account.bills is None or n == 0:
        return (
            "测算假定其他情况不变，不构成承诺。",
            "This assumes that all else stays as it is; it is not a promise.",
        )
    spread_zh, spread_en = "", ""
    if coming_instalments(account.bills, account.plans, 1)[1]:
        spread_zh = "尚未到期的分期没有计划记录，按平均分摊计算。"
        spread_en = " Instalments not yet due have no plan on record and are spread evenly."
    bills = "your last bill" if n == 1 else f"your last {n} bills"
    return (
        f"测算假定其他情况与最近{n}期账单相当，且不撤回已有授权，不构成承诺。{spread_zh}",
        f"This assumes that all else goes on as in {bills} and that no consent is withdrawn; it is not a "
        f"promise.{spread_en}",
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
