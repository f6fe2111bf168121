"""Hard rules: where each binds, the very day on which it lapses, and what it says."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from features.contract.schemas import ACCOUNT_FLAGS
from serving.decision.policy import Binding, RecentRule, Rule, ThresholdRule, check, packaged
from serving.decision.policy.rule import Operator
from serving.decision.wording.sentences import of_rule
from tests.serving import toy

POLICY = packaged().policy
RULES = {rule.code: rule for rule in POLICY.rules}
DATED = [rule for rule in POLICY.rules if isinstance(rule, RecentRule)]
AS_OF = datetime(2026, 11, 26, 10)


def micros(moment: datetime) -> float:
    return moment.replace(tzinfo=UTC).timestamp() * 1e6


def bound(as_of: datetime | None = AS_OF, **facts: float | None) -> dict[str, Binding]:
    given = {**toy.OWN_BOOKS, **facts}
    return {binding.rule.code: binding for binding in check(POLICY, given, as_of).bound}


def test_an_account_in_order_is_held_by_no_rule() -> None:
    assert bound() == {}


@pytest.mark.parametrize(
    ("when", "below", "at", "above"),
    [
        (">=", False, True, True),
        (">", False, False, True),
        ("<=", True, True, False),
        ("<", True, False, False),
        ("==", False, True, False),
    ],
)
def test_a_threshold_binds_exactly_where_it_says(when: Operator, below: bool, at: bool, above: bool) -> None:
    rule = ThresholdRule(code="H99", fact="x", when=when, value=60, zh="z", en="e")
    assert [rule.holds(value) for value in (59.9, 60.0, 60.1)] == [below, at, above]


@pytest.mark.parametrize(
    ("fact", "passes", "binds", "code"),
    [
        ("overdue_now_cny", 9.99, 10.0, "H02"),
        ("status_age_days", 62.0, 62.1, "H09"),
        ("other_worst_dpd_24m", 90.0, 91.0, "H04"),
        ("other_lenders", 5.0, 6.0, "H11"),
        ("opted_out", 0.0, 1.0, "H01"),
        *((f"flag_{flag}", 0.0, 1.0, "") for flag in ACCOUNT_FLAGS),
    ],
)
def test_every_threshold_at_its_edge(fact: str, passes: float, binds: float, code: str) -> None:
    assert bound(AS_OF, **{fact: passes}) == {}
    (found,) = bound(AS_OF, **{fact: binds}).values()
    assert found.rule.fact == fact
    assert code in ("", found.rule.code)
    assert found.lapses_on is None


@pytest.mark.parametrize("rule", DATED, ids=lambda rule: rule.code)
@pytest.mark.parametrize(
    "event", [datetime(2026, 8, 31), datetime(2026, 10, 2, 14, 30), datetime(2024, 2, 29, 23)]
)
def test_a_rule_on_an_event_binds_the_day_before_its_day_and_not_on_it(
    rule: RecentRule, event: datetime
) -> None:
    lapses = rule.lapses_on(micros(event))
    last_moment = datetime(lapses.year, lapses.month, lapses.day) - timedelta(microseconds=1)
    before = bound(last_moment, **{rule.fact: micros(event)})
    assert before[rule.code].lapses_on == lapses
    text = of_rule(before[rule.code])
    assert lapses.isoformat() in text.zh
    assert str(lapses.year) in text.en
    assert rule.code not in bound(last_moment + timedelta(microseconds=1), **{rule.fact: micros(event)})


@pytest.mark.parametrize(
    ("code", "event", "lapses"),
    [
        ("H06", datetime(2026, 10, 2, 14, 30), date(2027, 4, 2)),
        ("H06", datetime(2026, 8, 31), date(2027, 2, 28)),
        ("H07", datetime(2026, 11, 30, 23, 59), date(2027, 2, 28)),
        ("H03", datetime(2026, 10, 31), date(2027, 10, 31)),
        ("H08", datetime(2026, 9, 30), date(2026, 12, 30)),
        ("H05", datetime(2026, 9, 15), date(2027, 3, 15)),
        ("H10", datetime(2026, 11, 1, 8), date(2027, 5, 1)),
    ],
)
def test_the_day_is_counted_in_calendar_months_from_the_day_of_the_event(
    code: str, event: datetime, lapses: date
) -> None:
    assert bound(AS_OF, **{RULES[code].fact: micros(event)})[code].lapses_on == lapses


def test_days_are_counted_as_days() -> None:
    rule = RecentRule(code="H98", kind="recent", fact="x", days=30, zh="z", en="e")
    assert rule.lapses_on(micros(datetime(2026, 2, 1, 22))) == date(2026, 3, 3)


@pytest.mark.parametrize("fact", ["overdue_now_cny", "status_age_days", "opened_at"])
def test_a_missing_fact_of_the_own_books_holds_a_stored_account(fact: str) -> None:
    without = {name: value for name, value in toy.OWN_BOOKS.items() if name != fact}
    for facts in ({**without, fact: None}, without):
        (binding,) = check(POLICY, facts, AS_OF).bound
        assert binding.rule.fact == fact
        assert binding.value is None
        text = of_rule(binding)
        assert binding.rule.missing is not None
        assert (text.zh, text.en) == (binding.rule.missing.zh, binding.rule.missing.en)
        assert check(POLICY, facts).bound == ()


@pytest.mark.parametrize(
    "fact", ["other_worst_dpd_24m", "other_lenders", "last_raise_at", "last_withdrawal_at"]
)
def test_what_never_happened_or_was_never_linked_holds_nobody(fact: str) -> None:
    assert bound(AS_OF, **{fact: None}) == {}


def test_without_a_moment_rules_on_events_do_not_apply() -> None:
    outcome = check(POLICY, {**toy.OWN_BOOKS, "last_raise_at": micros(AS_OF)})
    assert outcome.bound == ()
    assert {"H03", "H05", "H06", "H07", "H08", "H10"} <= set(outcome.not_applicable)


def test_a_fact_that_does_not_exist_is_not_applicable() -> None:
    outcome = check(POLICY, toy.OWN_BOOKS, AS_OF)
    flags = {rule.code for rule in POLICY.rules if rule.fact.startswith("flag_")}
    assert flags <= set(outcome.not_applicable)
    assert not {"H01", "H02", "H09", "H05"} & set(outcome.not_applicable)


def test_rules_bind_in_the_order_of_the_policy() -> None:
    facts = {"last_raise_at": micros(AS_OF), "overdue_now_cny": 50.0, "opted_out": 1.0}
    assert list(bound(AS_OF, **facts)) == ["H01", "H02", "H06"]


def test_the_death_of_a_customer_is_not_sent_to_the_customer_and_all_else_is() -> None:
    assert [rule.code for rule in POLICY.rules if not rule.notify] == ["H21"]


@pytest.mark.parametrize("rule", POLICY.rules, ids=lambda rule: rule.code)
def test_every_text_fills_in_both_languages_and_promises_no_raise(rule: Rule) -> None:
    binding = Binding(rule, micros(AS_OF) if isinstance(rule, RecentRule) else 12.34)
    text = of_rule(binding)
    for stated in (text.zh, text.en):
        assert not re.search(r"[{}]", stated)
        assert "可再次评估" not in stated
        assert "assessed again" not in stated
    assert rule.title is not None
    accusing = ("fraud", "takeover", "sanction", "欺诈", "盗用", "制裁", "死")
    assert not any(word in (text.zh + text.en).lower() for word in accusing)


def test_the_overdue_amount_is_stated_to_the_fen() -> None:
    text = of_rule(Binding(RULES["H02"], 1208.67))
    assert "¥1,208.67" in text.zh
    assert "¥1,208.67" in text.en
