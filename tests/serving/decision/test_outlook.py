"""How long a decision stands, on the same rows, and the named cause of every change by mere time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from serving.decision.engine import DecisionEngine
from serving.decision.outlook import HORIZON_DAYS, outlook
from serving.decision.policy import packaged
from serving.decision.types import Case, Outlook
from serving.model.encoder import Value
from serving.model.scorer import Scorer
from tests.serving import toy

AS_OF = datetime(2026, 11, 26, 10)
ENGINE = DecisionEngine(Scorer(toy.bundle()), "0" * 64, packaged())
ROWS = toy.rows(400, seed=44)


def case(row: Mapping[str, Value], **facts: Value) -> Case:
    return Case(1, AS_OF, {**row, **toy.OWN_BOOKS, **facts})


GOOD = next(row for row in ROWS if ENGINE.decide(case(row)).eligible)


def ahead(now: Case, changes: Mapping[int, Mapping[str, Value]]) -> list[Case]:
    """The midnights of the coming days; `changes` are facts from a day on."""
    days, facts = [], dict(now.facts)
    for k in range(1, HORIZON_DAYS + 1):
        facts = {**facts, **changes.get(k, {})}
        midnight = datetime(AS_OF.year, AS_OF.month, AS_OF.day) + timedelta(days=k)
        days.append(replace(now, as_of=midnight, facts=facts))
    return days


def look(now: Case, changes: Mapping[int, Mapping[str, Value]] | None = None) -> Outlook:
    return outlook(ENGINE, now, ahead(now, changes or {}))


def test_a_decision_that_nothing_changes_stands_for_all_days_looked_at() -> None:
    assert look(case(GOOD)) == Outlook(datetime(2026, 12, 27), ())


def test_a_rule_lapses_on_the_day_that_the_decision_stated() -> None:
    raised = case(GOOD, last_raise_at=datetime(2026, 6, 10, 15, tzinfo=UTC).timestamp() * 1e6)
    stated = ENGINE.decide(raised).reassessment
    found = look(raised)
    assert stated is not None
    assert stated.earliest == date(2026, 12, 10)
    assert found.valid_until == datetime(2026, 12, 10)
    (change,) = found.changes
    assert (change.on, change.causes, change.eligible) == (date(2026, 12, 10), ("H06",), True)
    assert change.zh == "2026-12-10起：“提额后的6个月”的限制结束，按目前资料可提额。"
    assert change.en == (
        "From 10 Dec 2026: the restriction for the 6 months after a raise ends, and the limit could rise on "
        "what is known today."
    )


def test_a_due_day_that_passes_unpaid_is_named() -> None:
    found = look(case(GOOD), {9: {"overdue_now_cny": 310.0}})
    (change,) = found.changes
    assert (change.on, change.causes, change.eligible) == (date(2026, 12, 5), ("H02",), False)
    assert change.zh == "2026-12-05起：如情况不变，“逾期款项”将限制提额，按目前资料不再可提额。"
    assert "if nothing is done by then" in change.en


def test_a_change_of_the_score_names_the_feature_that_moved_it_most() -> None:
    worse = {"util_avg_6m": 0.97, "util_max_6m": 1.2, "late_12m": 4.0}
    now = case(GOOD)
    found = look(now, {3: worse})
    (change,) = found.changes
    assert change.on == date(2026, 11, 29)
    assert change.tier != ENGINE.decide(now).tier
    single = {name: ENGINE.decide(case(GOOD, **{**worse, name: GOOD[name]})).pd for name in worse}
    most = min(single, key=lambda name: single[name])
    meta = next(meta for meta in toy.FEATURES if meta.name == most)
    theme = next(theme for theme in toy.CATALOGUE.themes if theme.key == meta.theme)
    assert change.causes == (theme.code,)
    assert f"{meta.zh}由" in change.zh
    assert f"{meta.en} goes from" in change.en


def test_a_change_and_its_return_are_two_changes() -> None:
    high = {"util_avg_6m": 0.97, "util_max_6m": 1.2, "late_12m": 4.0}
    found = look(case(GOOD), {3: high, 20: {name: GOOD[name] for name in high}})
    assert [change.on for change in found.changes] == [date(2026, 11, 29), date(2026, 12, 16)]


def test_what_moves_with_time_may_come_on_the_day_before_the_midnight_that_shows_it() -> None:
    """A purchase leaves a window of days at the hour at which it was made, not at midnight."""
    high = {"util_avg_6m": 0.97, "util_max_6m": 1.2, "late_12m": 4.0}
    found = look(case(GOOD), {3: high})
    (change,) = found.changes
    assert found.valid_until == datetime(2026, 11, 28)
    assert change.zh.startswith("最迟2026-11-29起：")
    assert change.en.startswith("By 29 Nov 2026: ")
    assert look(case(GOOD), {1: high}).valid_until == AS_OF


def test_a_cap_that_moves_is_named() -> None:
    found = look(case(GOOD, ss_base=50_000.0, other_limit=0.0), {5: {"other_limit": 191_500.0}})
    (change,) = found.changes
    assert (change.causes, change.eligible, change.new_limit_cny) == (("L03",), True, 8_500.0)
    assert "¥191,500" in change.en


def test_the_standings_are_those_of_whole_decisions() -> None:
    cases = [case(row, overdue_now_cny=float(i % 3) * 8) for i, row in enumerate(ROWS)]
    for one, standing in zip(cases, ENGINE.standings(cases), strict=True):
        decision = ENGINE.decide(one)
        assert (decision.tier, decision.eligible, decision.new_limit_cny, decision.rules) == (
            standing.tier.name,
            standing.eligible,
            standing.new_limit_cny,
            standing.rules,
        )


def test_the_decision_carries_the_outlook_of_its_case() -> None:
    raised = case(GOOD, last_raise_at=datetime(2026, 6, 10, 15, tzinfo=UTC).timestamp() * 1e6)
    plain = ENGINE.decide(raised)
    assert (plain.valid_until, plain.changes) == (None, ())
    found = look(raised)
    whole = ENGINE.decide(replace(raised, outlook=found))
    assert (whole.valid_until, whole.changes) == (found.valid_until, found.changes)
