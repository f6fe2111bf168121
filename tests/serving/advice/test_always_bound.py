"""Rules that would bind later are named, each with the day that ends it; figures of the future are not."""

from dataclasses import replace
from datetime import date, datetime

from serving.advice.outcome import DecisionOutcome
from serving.advice.types import Scenario
from serving.advice.wording.always_bound import always_bound
from serving.advice.wording.later import later_rule
from serving.decision.policy import packaged
from serving.decision.policy.rules import Binding
from serving.decision.types import Lapse, Reason

NOW, LATER = datetime(2026, 3, 5), datetime(2027, 2, 10)
TODAY = Reason("H11", "", 0, "您在6家其他机构有授信。", "You have credit with 6 other lenders.")
RULES = {rule.code: rule for rule in packaged().policy.rules}


def outcome(at: datetime, ends: dict[str, date | None], *bound: Reason) -> DecisionOutcome:
    lapses = tuple(Lapse(code, day) for code, day in ends.items())
    return DecisionOutcome(
        at, 0.1, 600, "D", False, 8_000.0, 8_000.0, tuple(ends), lapses=lapses, bound=bound
    )  # fmt: skip


def scenario(ends: dict[str, date | None]) -> Scenario:
    bound = (later_rule(Binding(RULES[code], 7.0, day)) for code, day in ends.items())
    return Scenario((), LATER, 11.0, outcome(LATER, ends, *bound), 0.0, 0.0)


def test_a_rule_that_binds_later_only_is_named_by_its_title() -> None:
    told = always_bound(outcome(NOW, {}), [scenario({"H11": None})])
    assert told is not None
    assert "“其他授信机构数”的限制没有确定的结束日期。" in told[0]
    assert "The restriction for the number of other lenders has no set end date." in told[1]
    assert "H11" not in told[0] + told[1]


def test_a_rule_that_binds_today_and_then_is_told_in_the_words_of_the_policy() -> None:
    told = always_bound(outcome(NOW, {"H11": None}, TODAY), [scenario({"H11": None})])
    assert told == (f"届时仍有规则限制。{TODAY.zh}", f"a rule would still bind then. {TODAY.en}")


def test_a_rule_beyond_the_reasons_of_today_is_named_all_the_same() -> None:
    told = always_bound(outcome(NOW, {"H11": None}), [scenario({"H11": None})])
    assert told is not None
    assert "the number of other lenders" in told[1]


def test_the_plan_that_ends_a_rule_first_gives_the_day() -> None:
    days = (date(2027, 9, 30), date(2027, 3, 31))
    told = always_bound(outcome(NOW, {}), [scenario({"H03": day}) for day in days])
    assert told is not None
    assert "ends on 31 Mar 2027 at the earliest" in told[1]
    assert "最早于2027-03-31结束" in told[0]


def test_a_rule_that_one_plan_ends_is_no_obstacle() -> None:
    free = replace(scenario({}), outcome=outcome(LATER, {}))
    assert always_bound(outcome(NOW, {}), [scenario({"H11": None}), free]) is None
