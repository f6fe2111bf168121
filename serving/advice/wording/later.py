"""What would be decided at a moment to come, with the rules that would bind then by their names."""

from datetime import datetime

from serving.advice.outcome import DecisionOutcome
from serving.advice.text import on
from serving.decision.policy.rules import Binding
from serving.decision.standing import Standing
from serving.decision.types import Lapse, Reason
from serving.decision.wording.reassessment import reassessment
from serving.decision.wording.sentences import of_cap


def later_outcome(at: datetime, standing: Standing, score: int) -> DecisionOutcome:
    """The outcome of a standing, without themes.

    A rule is named by its title: its own sentence states a figure, which nobody knows yet.
    """
    bound = standing.outcome.bound
    again = reassessment(bound, score_holds=not standing.tier.raises, capped=standing.capped)
    caps = [] if standing.cap is None else [of_cap(standing.cap)]
    return DecisionOutcome(
        at,
        standing.pd,
        score,
        standing.tier.name,
        standing.eligible,
        standing.current_limit_cny,
        standing.new_limit_cny,
        standing.rules,
        tuple(Lapse(binding.rule.code, binding.lapses_on) for binding in bound),
        again is not None and again.all_else_in_order,
        all(binding.rule.notify for binding in bound),
        (*(later_rule(binding) for binding in bound), *caps),
    )


def later_rule(binding: Binding) -> Reason:
    """A rule that would bind at a moment to come, and the day on which it would end, if one is known."""
    code, title = binding.rule.code, binding.rule.title
    zh, en = (f"规则{code}", f"rule {code}") if title is None else (f"“{title.zh}”", title.en)
    end_zh, end_en = "没有确定的结束日期", "has no set end date"
    if binding.lapses_on is not None:
        day_zh, day_en = on(binding.lapses_on)
        end_zh, end_en = f"最早于{day_zh}结束", f"ends on {day_en} at the earliest"
    return Reason(code, "", 0, f"{zh}的限制{end_zh}。", f"The restriction for {en} {end_en}.")
