"""Tiers, limits and the policy itself at their very edges."""

from datetime import datetime
from pathlib import Path

import pytest

from features.errors import ConfigError, RequestError
from serving.decision.engine import DecisionEngine
from serving.decision.policy import (
    Facts,
    LoadedPolicy,
    check_facts,
    new_limit,
    packaged,
    parse,
    require_in_force,
    scale_for,
)
from serving.decision.types import Case
from serving.model.scorer import Scorer
from tests.serving import toy
from tests.serving.policies import changed

POLICY = packaged().policy
TIER = {tier.name: tier for tier in POLICY.tiers}


PROVED = {"ss_base": 50_000.0, "other_limit": 0.0}
"""Facts by which neither income nor a missing report bounds a rise."""


def test_a_probability_on_a_cut_belongs_to_the_safer_tier() -> None:
    scale = scale_for(POLICY, "portfolio", 0.5)
    bar = POLICY.cutoff_pd
    assert (scale.of(bar).name, scale.of(bar + 1e-12).name) == ("C", "D")
    assert (scale.of(0.0).name, scale.of(1.0).name) == ("A", "E")


def test_a_book_that_the_policy_does_not_name_has_the_bar_that_its_reasons_compare_with() -> None:
    scale = scale_for(POLICY, "somebody", 0.3)
    assert scale.of(0.3 - 1e-9).raises
    assert not scale.of(0.3 + 1e-9).raises
    assert list(scale.cuts) == sorted(scale.cuts)


def capped(tier: str, current: float, facts: Facts) -> tuple[float, str]:
    outcome = new_limit(POLICY, TIER[tier], current, facts)
    assert outcome.binding is not None
    return outcome.new_limit_cny, outcome.binding.sentence.code


def test_the_step_of_the_tier_bounds_a_rise_and_the_rise_is_rounded_down() -> None:
    assert capped("B", 10_190.0, PROVED) == (13_200.0, "L01")


def test_the_step_is_half_where_nothing_shows_an_income() -> None:
    cases: list[tuple[Facts, tuple[float, str]]] = [
        ({}, (11_700.0, "L08")),
        ({"ss_base": None, "hf_contribution": None}, (11_700.0, "L08")),
        ({"hf_contribution": 10.0}, (13_200.0, "L01")),
    ]
    for evidence, expected in cases:
        assert capped("B", 10_190.0, evidence) == expected


def test_the_cap_of_the_tier_bounds_a_rise() -> None:
    assert capped("C", 28_000.0, PROVED) == (30_000.0, "L02")


@pytest.mark.parametrize(
    ("current", "report", "expected"),
    [
        (18_000.0, None, (20_000.0, "L06")),
        (18_000.0, 0.0, (27_000.0, "L01")),
        (20_000.0, None, (20_000.0, "L06")),
        (15_000.0, None, (20_000.0, "L06")),
        (12_000.0, None, (18_000.0, "L01")),
    ],
)
def test_above_the_line_a_rise_needs_the_credit_report(
    current: float, report: float | None, expected: tuple[float, str]
) -> None:
    assert capped("A", current, {"ss_base": 50_000.0, "other_limit": report}) == expected


def test_no_customer_has_more_than_the_highest_limit() -> None:
    high = changed(("maximum_limit_cny = 200000", "maximum_limit_cny = 25000")).policy
    outcome = new_limit(high, high.tiers[0], 20_000.0, PROVED)
    assert outcome.binding is not None
    assert (outcome.new_limit_cny, outcome.binding.sentence.code) == (25_000.0, "L07")


def test_a_limit_below_the_minimum_rises_to_it_whatever_the_step() -> None:
    assert capped("C", 300.0, PROVED) == (1_000.0, "L01")
    assert capped("C", 600.0, PROVED) == (600.0, "L05")


def test_limits_elsewhere_count_towards_the_sum_that_the_lender_keeps_to() -> None:
    assert capped("A", 20_000.0, {**PROVED, "other_limit": 175_000.0}) == (25_000.0, "L03")


def test_income_bounds_a_rise_only_where_there_is_evidence_of_it() -> None:
    assert capped("A", 10_000.0, {"ss_base": 5_000.0, "other_payment": 1_600.0}) == (12_500.0, "L04")
    assert capped("A", 10_000.0, {"ss_base": None, "hf_contribution": 1.0, "other_payment": 1_600.0}) == (
        15_000.0,
        "L01",
    )


def test_a_limit_is_never_cut_even_where_a_cap_lies_below_it() -> None:
    assert capped("A", 50_000.0, {**PROVED, "other_limit": 190_000.0}) == (50_000.0, "L03")


def test_a_rise_too_small_for_a_message_is_not_made() -> None:
    assert capped("C", 2_000.0, PROVED) == (2_000.0, "L05")
    assert capped("C", 4_000.0, {}) == (4_000.0, "L05")


def test_a_tier_that_does_not_raise_holds_without_a_cap() -> None:
    assert new_limit(POLICY, TIER["D"], 9_000.0, {}).binding is None


def test_no_tier_costs_more_than_the_ceiling() -> None:
    text = packaged().text.replace("\nannual_cost = 0.24", "\nannual_cost = 0.25")
    with pytest.raises(ConfigError, match=r"tier E: annual_cost 0\.25 lies above the ceiling"):
        parse(text)


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(ConfigError, match=r"limits\.roundup"):
        parse(packaged().text.replace("rounding_cny = 100", "rounding_cny = 100\nroundup = 1"))


def test_another_text_is_another_policy() -> None:
    assert parse(packaged().text + "\n").sha256 != packaged().sha256


def with_fact(old: str, new: str) -> LoadedPolicy:
    text = packaged().text.replace(f'"{old}"', f'"{new}"')
    assert text != packaged().text
    return parse(text)


@pytest.mark.parametrize(
    ("old", "new", "setting", "nearest"),
    [
        ("last_dpd60_at", "last_dpd61_at", "rules.H03.fact", "last_dpd60_at"),
        ("opted_out", "opted_uot", "rules.H01.fact", "opted_out"),
        ("overdue_now_cny", "overdue_cny_now", "rules.H02.fact", "overdue_now_cny"),
        ("ss_base", "s_base", "limits.income_fact", "ss_base"),
        ("other_limit", "other_limits", "limits.other_limits_fact", "other_limit"),
        ("hf_contribution", "hf_contributions", r"limits.income_evidence\[1\]", "hf_contribution"),
    ],
)
def test_a_fact_that_nothing_provides_is_refused_with_the_nearest_name(
    old: str, new: str, setting: str, nearest: str
) -> None:
    with pytest.raises(ConfigError, match=rf"{setting} = '{new}' .* the nearest name is '{nearest}'"):
        DecisionEngine(Scorer(toy.bundle()), "0" * 64, with_fact(old, new))


def test_a_rule_may_read_a_column_of_the_model_or_a_declared_fact_of_a_case() -> None:
    check_facts(with_fact("status_age_days", "late_12m").policy, ["late_12m"])
    check_facts(with_fact("status_age_days", "current_limit").policy, [])
    with pytest.raises(ConfigError, match="late_12m"):
        check_facts(with_fact("status_age_days", "late_12m").policy, ["other"])


@pytest.mark.parametrize(("old", "new"), [("last_cut_at", "tenure_months"), ("status_age_days", "opened_at")])
def test_a_moment_is_refused_where_a_figure_is_needed_and_the_reverse(old: str, new: str) -> None:
    with pytest.raises(ConfigError, match=f"'{new}' is an? .*moment|'{new}' is no moment"):
        check_facts(with_fact(old, new).policy, [])


def test_a_known_feature_that_a_flat_model_does_not_read_is_not_applicable() -> None:
    engine = DecisionEngine(Scorer(toy.bundle()), "0" * 64, packaged())
    (answer,) = engine.predict(toy.rows(1))
    assert {"H02", "H05", "H09", "H21"} <= set(answer.not_applicable)
    assert answer.rules == ()


def test_a_recorded_policy_still_repeats_its_decisions_after_a_feature_was_renamed() -> None:
    renamed = with_fact("overdue_now_cny", "former_name")
    engine = DecisionEngine(Scorer(toy.bundle()), "0" * 64, renamed, recorded=True)
    assert "H02" in engine.predict(toy.rows(1))[0].not_applicable


def test_a_policy_recorded_before_rules_had_kinds_still_decides() -> None:
    """A file of November 2026, as records of that time hold it."""
    old = parse(Path(__file__).with_name("policy_2026_11.toml").read_text(encoding="utf-8"))
    engine = DecisionEngine(Scorer(toy.bundle()), "0" * 64, old, recorded=True)
    facts = {**toy.rows(1)[0], "current_limit": 8000.0, "opted_out": 1.0, "dpd_m1": 3.0}
    decision = engine.decide(Case(1, toy.AS_OF, facts))
    assert decision.rules == ("H01", "H02")
    assert decision.reasons[1].en == (
        "Your bill was 3 days overdue at the end of last month; a new assessment is possible once it is paid."
    )


@pytest.mark.parametrize(
    ("moment", "refused"),
    [
        (datetime(2024, 12, 31, 23, 59), True),
        (datetime(2025, 1, 1), False),
        (datetime(2027, 12, 31, 23, 59), False),
        (datetime(2028, 1, 1), True),
    ],
)
def test_a_policy_decides_on_its_own_days_alone(moment: datetime, refused: bool) -> None:
    engine = DecisionEngine(Scorer(toy.bundle()), "0" * 64, packaged())
    facts = {**toy.rows(1)[0], **toy.OWN_BOOKS}
    assert engine.decide(Case(1, moment, facts, binding=False)).tier
    if refused:
        with pytest.raises(RequestError, match=r"policy 2026-12-01 is valid from 2025-01-01 to 2027-12-31"):
            engine.decide(Case(1, moment, facts))
    else:
        require_in_force(packaged().policy, moment)
        assert engine.decide(Case(1, moment, facts)).tier


def test_the_packaged_policy_names_its_approver_and_licence() -> None:
    assert POLICY.approver
    assert POLICY.licence
    with pytest.raises(ConfigError, match="valid_from 2028-01-01 lies after valid_to 2027-12-31"):
        changed(("valid_from = 2025-01-01", "valid_from = 2028-01-01"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "recent"\nmonths = 3', 'kind = "recent"\nmonths = 3\ndays = 9', "either months or days"),
        ('absent = "binds"\n', "", "absent = 'binds' and the text `missing` need each other"),
        ('income_evidence = ["ss_base", "hf_contribution"]', "", "unproved_step needs"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        changed((old, new))
