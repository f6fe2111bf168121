"""A path that links a source: what follows if it shows enough, and what if not."""

from collections.abc import Sequence

from serving.advice.answer import Step
from serving.advice.levers.context import PathContext
from serving.advice.text import Bilingual, cny, on
from serving.advice.wording.parts import limits, numbered, premise
from serving.advice.wording.today import today


def conditional_text(context: PathContext, steps: Sequence[Step]) -> Bilingual:
    """The whole advice of a path that links a source."""
    (day_zh, day_en), (low, high) = on(context.until.date()), limits(context)
    (now_zh, now_en), (premise_zh, premise_en) = today(context.before), premise(context.account)
    zh, en = numbered(steps)
    if context.unconditioned:
        goal = context.scenario.outcome.new_limit_cny
        more = any(effect.outcome.new_limit_cny > goal for effect in context.effects)
        least_zh, least_en = ("至少", "at least ") if more else ("", "")
        return (
            f"{now_zh}{zh}。{day_zh}重新评估时，按现行规则测算，额度{least_zh}可由{low}提至{high}。{premise_zh}",
            f"{now_en}{en}. Assessed again on {day_en} under today's rules, the limit could rise from {low} "
            f"to {least_en}{high}. {premise_en}",
        )
    less_zh, less_en = _otherwise(context)
    return (
        f"有条件的途径。{now_zh}{zh}。若授权后的内容达到上述水平，{day_zh}重新评估时，按现行规则测算，"
        f"额度可由{low}提至{high}；{less_zh}。{premise_zh}",
        f"A way with a condition. {now_en}{en}. If what it holds reaches that level, then, assessed again on "
        f"{day_en} under today's rules, the limit could rise from {low} to {high}; {less_en}. {premise_en}",
    )


def _otherwise(context: PathContext) -> Bilingual:
    """What follows where the source shows less than the condition asks for."""
    if context.worst is None:
        return "若达不到，则不能指望这条途径", "if it does not, do not count on this way"
    limit = cny(context.worst.outcome.new_limit_cny)
    return f"若达不到，较差时可提至{limit}", f"if it does not, in a poor case to {limit}"
