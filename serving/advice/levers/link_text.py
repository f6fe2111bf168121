"""Linking a source in words: what it has to show, if anything, and what it could bring."""

from collections.abc import Mapping

from features.sources.linked import Text
from features.sources.registry import LINKED
from serving.advice.levers.context import PathContext
from serving.advice.outcome import SourceEffect
from serving.advice.text import Bilingual, cny
from serving.advice.types import Lever
from serving.decision.wording.conditions import condition_of
from serving.decision.wording.figures import figure

CASES = {
    "likely": ("较可能", "likely"),
    "best": ("较好时", "in a good case"),
    "worst": ("较差时", "in a poor case"),
}


def linking(context: PathContext, lever: Lever, values: Mapping[str, float]) -> Bilingual:
    """What to link, and the condition under which that reaches the goal, where there is one.

    Args:
        context: of the path.
        lever: which source, at which level of its profile.
        values: of the profile at that level.
    """
    source, effects = LINKED[lever.source], _effects(context)
    if context.unconditioned:
        return (
            f"授权{source.zh}。我们不知道其中的内容；十分之九的同类客户所显示的内容已经足够{effects.zh}",
            f"link your {source.en}. We do not know what it holds; what nine in ten comparable customers "
            f"show is enough{effects.en}",
        )
    shows, (helps_zh, helps_en) = condition_of(source, values), _helps(context)
    reached = _reached(lever, n_conditions=len(source.conditions))
    return (
        f"授权{source.zh}。我们不知道其中的内容；若{shows.zh}（{reached.zh}），{helps_zh}，授权后方能确认{effects.zh}",
        f"link your {source.en}. We do not know what it holds; {helps_en} if it shows {shows.en} "
        f"({reached.en}), which can be confirmed only once it is linked{effects.en}",
    )


def _helps(context: PathContext) -> Bilingual:
    """What the condition is for: any help at all, or a larger rise than in the worst case."""
    if context.worst is None:
        return "才会有帮助", "it helps"
    goal = cny(context.scenario.outcome.new_limit_cny)
    return f"额度可提至{goal}", f"the limit could rise to {goal}"


def _reached(lever: Lever, *, n_conditions: int) -> Text:
    """How many comparable customers meet the condition."""
    share = figure(1.0 - lever.size, "ratio", "zh")
    if n_conditions > 1:
        return Text(
            f"每一项约{share}的同类客户能达到", f"about {share} of comparable customers reach each of these"
        )
    return Text(f"约{share}的同类客户能达到", f"about {share} of comparable customers reach that")


def _effects(context: PathContext) -> Text:
    """The limit in the likely, the best and the worst case; once where they agree, empty where unknown."""
    if not context.effects:
        return Text("", "")
    if context.unconditioned and len({one.outcome.new_limit_cny for one in context.effects}) == 1:
        limit = cny(context.effects[0].outcome.new_limit_cny)
        return Text(
            f"（内容较多或较少，届时额度都可提至{limit}）",
            f" (whether it shows much or little, the limit could then rise to {limit})",
        )
    told = [_effect(context, one) for one in context.effects]
    return Text(
        f"（届时额度：{'，'.join(one.zh for one in told)}）",
        f" (the limit could then rise: {', '.join(one.en for one in told)})",
    )


def _effect(context: PathContext, effect: SourceEffect) -> Text:
    zh, en = CASES[effect.case]
    if not effect.outcome.better_than(context.before):
        return Text(f"{zh}不提升", f"{en} not at all")
    limit = cny(effect.outcome.new_limit_cny)
    if not effect.sure:
        return Text(f"{zh}可提至{limit}，但把握较小", f"{en} to {limit}, but that is less sure")
    return Text(f"{zh}可提至{limit}", f"{en} to {limit}")
