"""Every registered lever: its numbers, its phrases, and that it changes its own plans alone."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from features.errors import ConfigError, DataError
from features.sources.registry import LINKED
from serving.advice import Lever, SourceProfiles
from serving.advice.account import AccountSnapshot, snapshot
from serving.advice.answer import Path as AdvicePath
from serving.advice.levers.context import PathContext
from serving.advice.levers.registry import compatible, in_order, offered
from serving.advice.projection import project
from serving.advice.search.scenarios import ScenarioRunner
from serving.advice.settings_file import PACKAGED, packaged, read
from serving.advice.wording.path import path
from tests.serving.advice.toy import ACCOUNT, AS_OF, FEATURES, decide_by, tables

PROFILES = SourceProfiles(
    {},
    {"social_security": {0.25: {"contribution_base_cny": 5_110.0}}, "third_party": {0.5: {"score": 640.0}}},
)
CHANGED = {
    "on_time": {"statements", "repayments", "delinquency", "orders"},
    "in_full": {"statements", "repayments", "delinquency", "orders"},
    "use": {"statements", "repayments", "delinquency", "orders"},
    "inquiries": {"bureau_reports"},
    "debt": {"bureau_reports"},
    "link": {"consents", "social_security", "third_party_scores"},
}
"""Tables that each lever may change; settling the arrears unblocks orders on credit."""


def account() -> AccountSnapshot:
    return snapshot(tables(bureau=True, late=20), ACCOUNT, AS_OF, packaged())


def levers() -> tuple[Lever, ...]:
    return offered(account(), packaged(), PROFILES)


def settings_without(name: str, folder: Path) -> Path:
    """The packaged settings but for one line."""
    lines = PACKAGED.read_text(encoding="utf-8").splitlines()
    target = folder / "advice.toml"
    target.write_text("\n".join(line for line in lines if not line.startswith(f"{name} =")), encoding="utf-8")
    return target


def test_every_lever_is_offered_where_there_is_something_to_change() -> None:
    assert {lever.kind for lever in levers()} >= set(CHANGED)


@pytest.mark.parametrize("lever", levers(), ids=str)
def test_a_lever_changes_its_own_plan_and_its_own_tables_alone(lever: Lever) -> None:
    alone = project(account(), [()], packaged()).added
    both = project(account(), [(), (lever,)], packaged(), profiles=PROFILES).added
    changed = set()
    for name, rows in both.items():
        unchanged = alone[name] if name in alone else rows.clear()
        assert rows.filter(pl.col("plan") == 0).equals(unchanged), name
        if not rows.filter(pl.col("plan") == 1).drop("plan").equals(unchanged.drop("plan")):
            changed.add(name)
    assert changed
    assert changed <= CHANGED.get(lever.kind, changed)


@pytest.mark.parametrize("lever", levers(), ids=str)
def test_a_lever_is_phrased_in_both_languages_and_states_its_cost_a_bill(lever: Lever) -> None:
    runner = ScenarioRunner(account(), FEATURES, decide_by(lambda _: True), packaged(), profiles=PROFILES)
    before = runner.today()
    scenario = runner.evaluate([(lever,)], [runner.moments.after_due[5]], before)[0]
    found = path(PathContext(account(), scenario, 6.5, 0.97, before, before, PROFILES))
    assert isinstance(found, AdvicePath)
    assert found.steps[0].zh in found.zh
    assert found.steps[0].en[1:] in found.en
    costs = lever.kind in {"on_time", "in_full", "use", "debt"}
    bills = max(1, len({payment.statement_on for payment in scenario.payments}))
    assert found.steps[0].extra_a_bill_cny == (round(scenario.extra_cny / bills, 2) if costs else 0.0)
    assert found.conditional == bool(lever.source)


def test_debt_paid_down_elsewhere_is_counted_as_extra_money() -> None:
    runner = ScenarioRunner(account(), FEATURES, decide_by(lambda _: True), packaged())
    scenario = runner.evaluate([(Lever("debt", 0.1),)], [datetime(2025, 9, 1)], runner.today())[0]
    assert scenario.months == pytest.approx(62 / 30.4375, abs=0.005)
    assert scenario.extra_cny == pytest.approx(4_000.0 * (1 - 0.9**scenario.months), abs=0.005)


def test_alternatives_of_one_family_are_not_combined() -> None:
    assert not compatible((Lever("on_time"), Lever("in_full")))
    assert not compatible((Lever("use", 0.3), Lever("use", 0.5)))
    assert compatible((Lever("link", 0.5, "bureau"), Lever("link", 0.5, "third_party"), Lever("in_full")))


def test_a_plan_has_one_order() -> None:
    plan = (Lever("debt", 0.1), Lever("use", 0.3), Lever("in_full"))
    assert [lever.kind for lever in in_order(plan)] == ["in_full", "use", "debt"]


@pytest.mark.parametrize("name", ["inquiries", "debt", "use_in_full", "young"])
def test_a_number_that_a_registered_lever_needs_is_missed_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=rf"advice\.toml: (effort|confidence)\.{name}\b"):
        read(settings_without(name, tmp_path))


@pytest.mark.parametrize("section", ["effort", "confidence"])
def test_a_number_of_no_lever_is_refused_by_name(section: str, tmp_path: Path) -> None:
    text = PACKAGED.read_text(encoding="utf-8")
    file = tmp_path / "advice.toml"
    file.write_text(text.replace(f"[{section}]", f"[{section}]\nwalk_more = 0.5", 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"{section}\.walk_more belongs to no lever.*in_full"):
        read(file)


def test_settings_recorded_before_a_lever_was_added_do_not_offer_it() -> None:
    effort = {key: value for key, value in packaged().effort.items() if key != "inquiries"}
    recorded = packaged().model_copy(update={"effort": effort})
    kinds = {lever.kind for lever in offered(account(), recorded, PROFILES)}
    assert kinds == {lever.kind for lever in levers()} - {"inquiries"}


def test_recorded_settings_are_those_in_force() -> None:
    assert type(packaged()).model_validate(packaged().model_dump(mode="json")) == packaged()


def test_every_linked_source_has_a_condition_on_columns_of_its_profile() -> None:
    for source in LINKED.values():
        assert source.conditions
        assert {condition.column for condition in source.conditions} <= set(source.profile)


def test_linking_without_source_profiles_is_refused() -> None:
    with pytest.raises(DataError, match="'third_party'"):
        project(account(), [(Lever("link", 0.5, "third_party"),)], packaged())
