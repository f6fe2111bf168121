"""Rules, tiers and limits at their very edges."""

import pytest

from features.errors import ConfigError
from serving.decision.engine import DecisionEngine
from serving.decision.policy import LoadedPolicy, check, check_facts, new_limit, packaged, parse, scale_for
from serving.decision.policy.model import Operator, Rule
from serving.model.scorer import Scorer
from tests.serving import toy

POLICY = packaged().policy
TIER = {tier.name: tier for tier in POLICY.tiers}


def rule(when: Operator, value: float) -> Rule:
    return Rule(code="H99", fact="x", when=when, value=value, zh="z", en="e")


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
def test_a_rule_binds_exactly_where_it_says(when: Operator, below: bool, at: bool, above: bool) -> None:
    found = [rule(when, 60).holds(value) for value in (59.9, 60.0, 60.1)]
    assert found == [below, at, above]


def test_sixty_days_late_binds_and_fifty_nine_do_not() -> None:
    codes = [[b.rule.code for b in check(POLICY, {"dpd_max_12m": days}).bound] for days in (59.0, 60.0)]
    assert codes == [[], ["H03"]]


def test_an_absent_fact_never_binds_and_a_fact_that_does_not_exist_is_not_applicable() -> None:
    outcome = check(POLICY, {"dpd_m1": None})
    assert outcome.bound == ()
    assert "H02" not in outcome.not_applicable
    assert {"H01", "H03", "H05"} <= set(outcome.not_applicable)


def test_rules_bind_in_the_order_of_the_policy() -> None:
    facts = {"tenure_months": 1.0, "dpd_m1": 3.0, "opted_out": 1.0}
    assert [b.rule.code for b in check(POLICY, facts).bound] == ["H01", "H02", "H05"]


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


def test_the_step_of_the_tier_bounds_a_rise_and_the_rise_is_rounded_down() -> None:
    outcome = new_limit(POLICY, TIER["B"], 10_190.0, {})
    assert outcome.new_limit_cny == 13_200.0
    assert outcome.binding is not None
    assert outcome.binding.sentence.code == "L01"


def test_the_cap_of_the_tier_bounds_a_rise() -> None:
    outcome = new_limit(POLICY, TIER["C"], 28_000.0, {})
    assert (outcome.new_limit_cny, outcome.binding and outcome.binding.sentence.code) == (30_000.0, "L02")


def test_limits_elsewhere_count_towards_the_legal_total() -> None:
    outcome = new_limit(POLICY, TIER["A"], 20_000.0, {"other_limit": 175_000.0})
    assert (outcome.new_limit_cny, outcome.binding and outcome.binding.sentence.code) == (25_000.0, "L03")


def test_income_bounds_a_rise_only_where_there_is_evidence_of_it() -> None:
    poor = {"ss_base": 5_000.0, "other_payment": 1_600.0}
    bounded = new_limit(POLICY, TIER["A"], 10_000.0, poor)
    assert bounded.binding is not None
    assert bounded.binding.sentence.code == "L04"
    assert bounded.new_limit_cny == 12_500.0
    unknown = new_limit(POLICY, TIER["A"], 10_000.0, {"ss_base": None, "other_payment": 1_600.0})
    assert unknown.new_limit_cny == 15_000.0


def test_a_limit_is_never_cut_even_where_a_cap_lies_below_it() -> None:
    outcome = new_limit(POLICY, TIER["A"], 50_000.0, {"other_limit": 190_000.0})
    assert (outcome.new_limit_cny, outcome.binding and outcome.binding.sentence.code) == (50_000.0, "L03")


def test_a_rise_too_small_for_a_message_is_not_made() -> None:
    outcome = new_limit(POLICY, TIER["C"], 2_000.0, {})
    assert (outcome.new_limit_cny, outcome.binding and outcome.binding.sentence.code) == (2_000.0, "L05")


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
        ("dpd_max_12m", "dpd_max_12", "rules.H03.fact", "dpd_max_12m"),
        ("opted_out", "opted_uot", "rules.H01.fact", "opted_out"),
        ("months_since_cut", "month_since_cut", "rules.H07.fact", "months_since_cut"),
        ("ss_base", "s_base", "limits.income_fact", "ss_base"),
        ("other_limit", "other_limits", "limits.other_limits_fact", "other_limit"),
        ("dpd_m1", "late_12", "rules.H02.fact", "late_12m"),
    ],
)
def test_a_fact_that_nothing_provides_is_refused_with_the_nearest_name(
    old: str, new: str, setting: str, nearest: str
) -> None:
    with pytest.raises(ConfigError, match=rf"{setting} = '{new}' .* the nearest name is '{nearest}'"):
        DecisionEngine(Scorer(toy.bundle()), "0" * 64, with_fact(old, new))


def test_a_rule_may_read_a_column_of_the_model_or_a_declared_fact_of_a_case() -> None:
    check_facts(with_fact("dpd_m1", "late_12m").policy, ["late_12m"])
    check_facts(with_fact("dpd_m1", "current_limit").policy, [])
    with pytest.raises(ConfigError, match="late_12m"):
        check_facts(with_fact("dpd_m1", "late_12m").policy, ["other"])


def test_a_known_feature_that_a_flat_model_does_not_read_is_not_applicable() -> None:
    engine = DecisionEngine(Scorer(toy.bundle()), "0" * 64, packaged())
    (answer,) = engine.predict(toy.rows(1))
    assert "H03" in answer.not_applicable
    assert "H05" not in answer.not_applicable


def test_a_recorded_policy_still_repeats_its_decisions_after_a_feature_was_renamed() -> None:
    renamed = with_fact("dpd_max_12m", "former_name")
    engine = DecisionEngine(Scorer(toy.bundle()), "0" * 64, renamed, recorded=True)
    assert "H03" in engine.predict(toy.rows(1))[0].not_applicable
