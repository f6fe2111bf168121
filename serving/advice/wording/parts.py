"""Parts that all paths share: the limits, the numbered steps, and what the projection rests on."""

from collections.abc import Sequence

from serving.advice.account import AccountSnapshot
from serving.advice.account.instalments import coming_instalments
from serving.advice.answer import Step
from serving.advice.levers.context import PathContext
from serving.advice.text import Bilingual, cny


def limits(context: PathContext) -> tuple[str, str]:
    """The limit before and after."""
    return cny(context.before.new_limit_cny), cny(context.scenario.outcome.new_limit_cny)


def numbered(steps: Sequence[Step]) -> Bilingual:
    """The steps, numbered where there are several."""
    if len(steps) == 1:
        return steps[0].zh, f"{steps[0].en[:1].upper()}{steps[0].en[1:]}"
    zh = "；".join(f"（{i}）{step.zh}" for i, step in enumerate(steps, 1))
    en = "; ".join(f"({i}) {step.en}" for i, step in enumerate(steps, 1))
    return zh, en


def premise(account: AccountSnapshot) -> Bilingual:
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
