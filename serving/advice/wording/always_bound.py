"""The rules that would bind under every plan, and when each would end."""

from collections.abc import Sequence
from datetime import date

from serving.advice.outcome import DecisionOutcome
from serving.advice.text import Bilingual
from serving.advice.types import Scenario
from serving.decision.types import Reason


def always_bound(before: DecisionOutcome, scenarios: Sequence[Scenario]) -> Bilingual | None:
    """The rules that bind under every plan, each with the earliest day on which it would end; None of none.

    Args:
        before: what would be decided today.
        scenarios: of one moment.
    """
    if not scenarios:
        return None
    outcomes = [scenario.outcome for scenario in scenarios]
    always = set.intersection(*(set(outcome.rules) for outcome in outcomes))
    codes = [code for code in outcomes[0].rules if code in always]
    if not codes:
        return None
    found = [_rule(code, before, outcomes) for code in codes]
    kept = [reason for reason in found if reason is not None]
    zh, en = "".join(reason.zh for reason in kept), " ".join(reason.en for reason in kept)
    return f"届时仍有规则限制。{zh}", f"a rule would still bind then. {en}"


def _rule(code: str, before: DecisionOutcome, outcomes: Sequence[DecisionOutcome]) -> Reason | None:
    """A rule under the plan that ends it first.

    The policy's own words, with today's figures, state one that binds today and ends on the same day.
    """
    first = min(outcomes, key=lambda outcome: _end(code, outcome))
    same = code in before.rules and _end(code, before) == _end(code, first)
    sources = (before, first) if same else (first,)
    return next((reason for one in sources for reason in one.bound if reason.code == code), None)


def _end(code: str, outcome: DecisionOutcome) -> date:
    """The day on which a rule ends, the last day of all where none is known."""
    days = [lapse.on for lapse in outcome.lapses if lapse.code == code and lapse.on is not None]
    return days[0] if days else date.max
