"""What decided is stated, and nothing else: rule, score, cap, each alone and together."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.decision.engine import DecisionEngine
from serving.decision.policy import Binding, RecentRule, packaged
from serving.decision.types import Case, Decision
from serving.decision.wording import reassessment
from serving.model.bundle import ModelBundle
from serving.model.encoder import Value
from serving.model.scorer import Scorer
from tests.serving import toy

AS_OF = datetime(2026, 11, 26, 10)
ENGINE = DecisionEngine(Scorer(toy.bundle()), "0" * 64, packaged())
ROWS = toy.rows(400, seed=44)
RULES = {rule.code: rule for rule in packaged().policy.rules}
RAISED = {"last_raise_at": datetime(2026, 10, 2, 14, tzinfo=UTC).timestamp() * 1e6}
OVERDUE = {"overdue_now_cny": 1208.67}
SIXTY = {"last_dpd60_at": datetime(2026, 10, 31, tzinfo=UTC).timestamp() * 1e6}
CAPPED = {"other_limit": 199_000.0}
PASSES = {True: "ABC", False: "DE"}


def decide(row: Mapping[str, Value], **facts: Value) -> Decision:
    return ENGINE.decide(Case(1, AS_OF, {**row, **toy.OWN_BOOKS, **facts}))


def of_tier(*, passes: bool) -> Mapping[str, Value]:
    """A row that the score alone lets rise, or holds."""
    return next(row for row in ROWS if decide(row).tier in PASSES[passes])


GOOD, POOR = of_tier(passes=True), of_tier(passes=False)


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_a_rule_alone_is_stated_alone_with_its_day_and_that_all_else_is_in_order() -> None:
    decision = decide(GOOD, **RAISED)
    assert not decision.eligible
    assert codes(decision) == ["H06"]
    assert [(lapse.code, lapse.on) for lapse in decision.lapses] == [("H06", date(2027, 4, 2))]
    assert decision.reassessment is not None
    assert decision.reassessment.zh == "如无新的变化，2027-04-02起可再次评估；目前其他条件均已满足。"
    assert decision.reassessment.en == (
        "If nothing new is recorded, the limit can be assessed again from 2 Apr 2027; "
        "all else is in order at present."
    )


def test_several_rules_state_the_last_day_on_which_one_lapses() -> None:
    both = decide(GOOD, **RAISED, **SIXTY).reassessment
    assert both is not None
    assert (both.earliest, both.all_else_in_order) == (date(2027, 10, 31), True)
    paid = decide(GOOD, **OVERDUE, **SIXTY)
    assert codes(paid) == ["H02", "H03"]
    assert paid.reassessment is not None
    assert paid.reassessment.zh == "以上各项都结束后可再次评估，最早为2027-10-31；目前其他条件均已满足。"
    assert paid.reassessment.en.startswith(
        "Once all of these have ended the limit can be assessed again, on 31 Oct 2027 at the earliest;"
    )


def test_a_rule_that_no_date_ends_promises_no_day() -> None:
    only = decide(GOOD, **OVERDUE).reassessment
    assert only is not None
    assert only.earliest is None
    assert only.zh == "此项结束后可再次评估；目前其他条件均已满足。"


def test_where_the_score_holds_too_its_themes_follow_the_rule_and_nothing_is_said_to_be_in_order() -> None:
    decision = decide(POOR, **RAISED)
    assert codes(decision)[0] == "H06"
    assert len(codes(decision)) > 1
    assert decision.reassessment is not None
    assert not decision.reassessment.all_else_in_order
    assert "other reasons stated" in decision.reassessment.en
    assert decide(POOR).reassessment is None


def test_a_cap_alone_is_stated_alone() -> None:
    decision = decide(GOOD, **CAPPED)
    assert (decision.eligible, codes(decision), decision.reassessment) == (False, ["L03"], None)
    both = decide(GOOD, **CAPPED, **RAISED)
    assert codes(both) == ["H06", "L03"]
    assert both.reassessment is not None
    assert not both.reassessment.all_else_in_order


def test_nothing_is_in_order_where_a_fact_is_missing() -> None:
    decision = decide(GOOD, status_age_days=None)
    assert codes(decision) == ["H09"]
    assert decision.reassessment is not None
    assert not decision.reassessment.all_else_in_order


def test_of_a_deceased_customer_no_message_is_sent() -> None:
    decision = decide(GOOD, flag_deceased=1.0)
    assert not decision.notify
    assert decision.reassessment is None
    assert decide(GOOD, flag_fraud=1.0).notify


def test_five_rules_leave_a_reason_of_the_score_where_it_holds_too() -> None:
    many: dict[str, Value] = {**RAISED, **OVERDUE, **SIXTY, "flag_student": 1.0, "flag_minor": 1.0}
    held = decide(POOR, **many)
    assert len(held.rules) == len(held.lapses) == 5
    assert [code[0] for code in codes(held)[:4]] == ["H", "H", "H", "R"]


MOMENTS = [
    "last_raise_at",
    "last_cut_at",
    "last_dpd30_at",
    "last_dpd60_at",
    "last_withdrawal_at",
    "opened_at",
]
FLAGS = sorted(rule.fact for rule in RULES.values() if rule.fact.startswith("flag_"))


@settings(max_examples=200, deadline=None)
@given(
    row=st.sampled_from(ROWS),
    ages=st.dictionaries(st.sampled_from(MOMENTS), st.integers(0, 500), max_size=3),
    flags=st.sets(st.sampled_from(FLAGS), max_size=2),
    overdue=st.sampled_from([0.0, 9.0, 300.0]),
    other=st.sampled_from([0.0, 199_000.0]),
)
def test_themes_are_stated_only_where_the_score_holds_the_account(
    row: Mapping[str, Value], ages: dict[str, int], flags: set[str], overdue: float, other: float
) -> None:
    moments = {
        name: (AS_OF.replace(tzinfo=UTC) - timedelta(days=age)).timestamp() * 1e6
        for name, age in ages.items()
    }
    decision = decide(row, overdue_now_cny=overdue, other_limit=other, **moments, **dict.fromkeys(flags, 1.0))
    themes = [reason for reason in decision.reasons if reason.theme]
    if not decision.eligible:
        assert decision.reasons, "a hold states why"
        assert all(reason.points < 0 for reason in themes)
    if not decision.eligible and decision.tier in PASSES[True]:
        assert themes == []
        assert decision.opportunities == ()
    said = decision.reassessment
    if said is not None:
        dated = [lapse.on for lapse in decision.lapses if lapse.on is not None]
        assert said.earliest == max(dated, default=None)
        assert said.all_else_in_order == (decision.tier in PASSES[True] and other == 0.0)
    assert (said is None) == (not decision.rules or not decision.notify)


def silenced(bundle: ModelBundle, *themes: str) -> ModelBundle:
    """The bundle with these themes no one's doing."""
    catalogue = bundle.spec.catalogue
    changed = tuple(replace(t, attributable=t.key not in themes) for t in catalogue.themes)
    return replace(bundle, spec=replace(bundle.spec, catalogue=replace(catalogue, themes=changed)))


def test_a_theme_that_is_no_ones_doing_keeps_its_points_and_is_not_stated() -> None:
    quiet = DecisionEngine(Scorer(silenced(toy.bundle(), "utilisation")), "0" * 64, packaged())
    stated = {reason.theme for p in ENGINE.predict(ROWS) for reason in (*p.reasons, *p.why_not_higher)}
    assert "utilisation" in stated
    for before, after in zip(ENGINE.predict(ROWS), quiet.predict(ROWS), strict=True):
        assert after.theme_points == before.theme_points
        assert "utilisation" not in {reason.theme for reason in (*after.reasons, *after.why_not_higher)}
        assert after.base_points + sum(r.points for r in after.reasons) + after.other_points == after.score


def test_a_hold_for_nothing_that_may_be_stated_says_so() -> None:
    every = [theme.key for theme in toy.CATALOGUE.themes]
    quiet = DecisionEngine(Scorer(silenced(toy.bundle(), *every)), "0" * 64, packaged())
    held = [p for p in quiet.predict(ROWS) if not p.eligible]
    assert held
    assert {tuple(reason.code for reason in p.reasons) for p in held} == {("R00",)}


def facing(bundle: ModelBundle, *hidden: str) -> ModelBundle:
    """The bundle in which these features are not customer-facing."""
    catalogue = bundle.spec.catalogue
    changed = tuple(replace(m, customer_facing=m.name not in hidden) for m in catalogue.features)
    return replace(bundle, spec=replace(bundle.spec, catalogue=replace(catalogue, features=changed)))


def test_only_a_figure_that_a_person_can_check_is_stated() -> None:
    shy = DecisionEngine(Scorer(facing(toy.bundle(), "util_avg_6m", "late_12m")), "0" * 64, packaged())
    seen = {"utilisation": 0, "delinquency": 0}
    for prediction in shy.predict(ROWS):
        for reason in prediction.reasons:
            assert "average use of the limit" not in reason.en
            if reason.theme == "delinquency":
                assert "no single figure" in reason.en
                assert not any(mark.isdigit() for mark in reason.zh + reason.en)
            seen[reason.theme] = seen.get(reason.theme, 0) + 1
    assert min(seen["utilisation"], seen["delinquency"]) > 0


def test_a_stated_figure_lies_on_the_side_of_its_reason() -> None:
    names = {meta.en: meta for meta in toy.FEATURES}
    middle = {m.name: column for m, column in zip(toy.FEATURES, toy.bundle().reference.T, strict=True)}
    seen = 0
    for row, prediction in zip(ROWS, ENGINE.predict(ROWS), strict=True):
        for reason in (*prediction.reasons, *prediction.why_not_higher):
            meta = next((m for name, m in names.items() if f": {name}: " in reason.en), None)
            value = None if meta is None else row[meta.name]
            if meta is None or not meta.direction or not isinstance(value, float):
                continue
            known = sorted(middle[meta.name][middle[meta.name] == middle[meta.name]])
            side = (value - known[(len(known) - 1) // 2]) * meta.direction
            assert side * reason.points < 0, reason.en
            seen += 1
    assert seen > 300


@pytest.mark.parametrize("score_holds", [True, False])
def test_no_rule_no_reassessment(score_holds: bool) -> None:
    assert reassessment([], score_holds=score_holds, capped=False) is None


def test_a_rule_without_a_date_beside_dated_ones_counts_as_open() -> None:
    h06, h02 = RULES["H06"], RULES["H02"]
    assert isinstance(h06, RecentRule)
    dated = Binding(h06, RAISED["last_raise_at"], h06.lapses_on(RAISED["last_raise_at"]))
    said = reassessment([Binding(h02, 12.0), dated], score_holds=False, capped=False)
    assert said is not None
    assert said.earliest == date(2027, 4, 2)
    assert "at the earliest" in said.en
