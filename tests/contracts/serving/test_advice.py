"""Contracts of the advice: consistent facts, confirmed paths, nothing absent changed, deterministic."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import polars as pl
import pytest

from features.contract.check import check
from features.contract.registry import TABLES
from features.engine import build
from features.matrix import FeatureMatrix, Observations
from features.tables import Tables
from serving.advice import Lever, NoPath, Path, Scenario, SlackFunction, SourceProfiles, advise
from serving.advice.account import AccountSnapshot, snapshot
from serving.advice.levers.registry import offered
from serving.advice.projection import project
from serving.advice.search.confidence import confidence
from serving.advice.settings_file import packaged
from serving.decision.types import Decision
from tests.serving.advice.toy import ACCOUNT, AS_OF, FEATURES, Row, decide_by, tables

LATER = [datetime(2025, 8, 1), datetime(2025, 10, 1), datetime(2026, 1, 1), datetime(2026, 7, 1)]
PLANS = ((), (Lever("in_full"),), (Lever("use", 0.3), Lever("debt", 0.06)),
        (Lever("inquiries"), Lever("on_time")))  # fmt: skip


def features_at(rows: Tables, account: int, moments: Sequence[datetime]) -> pl.DataFrame:
    schema = {"account_id": pl.Int64(), "as_of": pl.Datetime("us")}
    observed = Observations(
        pl.DataFrame({"account_id": [account] * len(moments), "as_of": moments}, schema=schema)
    )
    return build(rows, observed, FEATURES).frame.drop("account_id")


def low_use(row: dict[str, float | None]) -> bool:
    return (row["utilisation_avg_3m"] or 0.0) <= 0.32


def constant_slack(margin: float) -> SlackFunction:
    """The same margin to the cut-off for every decision."""
    return lambda matrix, _decisions, _above: [margin] * matrix.frame.height


def account(*, bureau: bool = False) -> AccountSnapshot:
    return snapshot(tables(bureau=bureau), ACCOUNT, AS_OF, packaged())


def never(_: dict[str, float | None]) -> bool:
    return False


@pytest.mark.parametrize("plan", range(len(PLANS)))
def test_features_of_a_projection_are_those_of_real_tables_with_the_same_rows(plan: int) -> None:
    before = account(bureau=True)
    made = project(before, PLANS, packaged())
    real = dict(before.tables.frames)
    for name, added in made.added.items():
        mine = added.filter(pl.col("plan") == plan).drop("plan")
        real[name] = check(pl.concat([real[name], mine]), TABLES[name]).good
    real["macro"] = check(made.tables["macro"], TABLES["macro"]).good
    expected = features_at(Tables(real), ACCOUNT, LATER)
    assert features_at(made.tables, plan, LATER).equals(expected, null_equal=True)


def test_the_past_of_a_projected_account_is_untouched() -> None:
    before = account(bureau=True)
    made = project(before, PLANS, packaged())
    now = features_at(before.tables, ACCOUNT, [AS_OF])
    for plan in range(len(PLANS)):
        assert features_at(made.tables, plan, [AS_OF]).equals(now, null_equal=True)


def test_every_projected_bill_is_the_bill_before_less_payments_plus_charges() -> None:
    bills = project(account(), PLANS, packaged()).bills
    assert bills is not None
    for plan in range(len(PLANS)):
        before = 6_000.0
        for month in range(packaged().longest):
            charged = bills.bill[plan, month] - before + bills.paid[plan, month]
            assert charged == pytest.approx(600.0 - bills.cash[plan, month], abs=0.02)
            before = bills.bill[plan, month]


def test_a_path_is_the_outcome_of_the_decision_made_anew_on_its_projection() -> None:
    decide = decide_by(low_use)
    advice = advise(tables(), ACCOUNT, AS_OF, decide, FEATURES)
    path = advice.answer
    assert isinstance(path, Path)
    assert path.steps
    again = project(account(), [path.plan], packaged())
    schema = {"account_id": pl.Int64(), "as_of": pl.Datetime("us")}
    observed = Observations(pl.DataFrame({"account_id": [0], "as_of": [path.until]}, schema=schema))
    decision = decide_by(low_use)(build(again.tables, observed, FEATURES))[0]
    assert decision.eligible
    assert decision.new_limit_cny == path.after.new_limit_cny > path.before.new_limit_cny


def test_no_path_is_given_where_no_decision_made_anew_is_better() -> None:
    advice = advise(tables(bureau=True), ACCOUNT, AS_OF, decide_by(never), FEATURES)
    assert isinstance(advice.answer, NoPath)
    assert advice.if_linked is None


def test_no_path_is_given_without_a_better_decision_even_when_nothing_else_is_asked_of_it() -> None:
    confidence = packaged().confidence.model_copy(update={"least": 1e-9})
    bare = packaged().model_copy(update={"confidence": confidence})
    advice = advise(
        tables(bureau=True),
        ACCOUNT,
        AS_OF,
        decide_by(never),
        FEATURES,
        slack=constant_slack(9.0),
        settings=bare,
    )
    assert isinstance(advice.answer, NoPath)


def test_no_path_is_given_without_enough_confidence() -> None:
    sure = advise(tables(), ACCOUNT, AS_OF, decide_by(low_use), FEATURES, slack=constant_slack(3.0))
    hardly = advise(tables(), ACCOUNT, AS_OF, decide_by(low_use), FEATURES, slack=constant_slack(0.0))
    assert isinstance(sure.answer, Path)
    assert packaged().confidence.least <= sure.answer.confidence <= 1.0
    assert isinstance(hardly.answer, NoPath)
    assert hardly.answer.code == "not_sure"


def test_confidence_never_falls_with_the_margin_to_the_cut_off() -> None:
    outcome = advise(tables(), ACCOUNT, AS_OF, decide_by(never), FEATURES).before
    for plan in (*PLANS, (Lever("link", 0.25, "bureau"),)):
        for months in (1, 3, 6, 12):
            sure = [
                confidence(
                    Scenario(plan, AS_OF, months, outcome, margin, 0.0),
                    account(bureau=True),
                    packaged().confidence,
                )
                for margin in (-math.inf, 0.0, 0.5, 1.0, 2.0, math.inf)
            ]
            assert sure == sorted(sure)
            assert sure[0] == 0.0
            assert sure[-1] == 1.0


def test_a_path_is_never_worse_than_waiting() -> None:
    def declining(row: dict[str, float | None]) -> bool:
        return (row["tenure_months"] or 0.0) > 20 or low_use(row)

    for good in (low_use, declining, lambda _: True):
        advice = advise(tables(), ACCOUNT, AS_OF, decide_by(good), FEATURES)
        for path in (advice.answer, advice.if_linked):
            if isinstance(path, Path):
                assert path.after.new_limit_cny >= advice.unchanged[path.until].new_limit_cny
                assert path.after.better_than(path.before)


def test_no_path_ends_below_what_waiting_brings_at_any_confidence() -> None:
    def heavy(row: dict[str, float | None]) -> bool:
        return (row["utilisation_avg_3m"] or 0.0) > 0.32

    def sure_when_light(
        matrix: FeatureMatrix, decisions: Sequence[Decision], above_cny: float
    ) -> list[float]:
        return [0.0 if heavy(row) else 9.0 for row in matrix.frame.iter_rows(named=True)]

    def cooling(row: dict[str, float | None]) -> tuple[str, ...]:
        return ("H06",) if (row["months_since_raise"] or 99.0) < 6 else ()

    for heavy_step, found in ((0.1, Path), (0.5, NoPath)):

        def step(row: Row, of_heavy: float = heavy_step) -> float:
            return of_heavy if heavy(row) else 0.2

        decide = decide_by(lambda _: True, cooling, step)
        advice = advise(
            tables(raised=date(2025, 4, 10)), ACCOUNT, AS_OF, decide, FEATURES, slack=sure_when_light
        )
        assert isinstance(advice.answer, found)


def test_the_decision_under_unchanged_behaviour_is_stated_with_every_path() -> None:
    advice = advise(tables(), ACCOUNT, AS_OF, decide_by(low_use), FEATURES)
    assert len(advice.unchanged) >= 2 * packaged().longest - 1
    assert list(advice.unchanged) == sorted(advice.unchanged)
    path = advice.answer
    assert isinstance(path, Path)
    assert path.unchanged == advice.unchanged[path.until]
    assert not path.unchanged.better_than(path.before)
    assert "若不作改变" in path.zh
    assert "without any change" in path.en


def test_a_rule_that_lapses_gives_the_date_from_which_it_does() -> None:
    cooling = decide_by(
        lambda _: True, lambda row: ("H06",) if (row["months_since_raise"] or 99.0) < 6 else ()
    )
    advice = advise(tables(raised=date(2025, 4, 10)), ACCOUNT, AS_OF, cooling, FEATURES)
    path = advice.answer
    assert isinstance(path, Path)
    assert path.steps == ()
    assert path.until == datetime(2025, 10, 16)
    assert path.before.rules == ("H06",)
    assert "2025-10-16" in path.zh
    assert "16 Oct 2025" in path.en


def test_levers_are_offered_only_on_facts_that_are_there() -> None:
    without = {lever.kind for lever in offered(account(bureau=False), packaged())}
    with_report = {lever.kind for lever in offered(account(bureau=True), packaged())}
    assert not {"debt", "inquiries"} & without
    assert {"debt", "inquiries"} <= with_report


def test_withdrawn_consent_takes_its_levers_away() -> None:
    rows = tables(bureau=True)
    gone = rows["consents"].with_columns(revoked_at=pl.lit(datetime(2025, 6, 1)).cast(pl.Datetime("us")))
    withdrawn = snapshot(rows.replace(consents=gone), ACCOUNT, AS_OF, packaged())
    profiles = SourceProfiles({}, {"bureau": {0.5: {}}, "third_party": {0.5: {"score": 640.0}}})
    levers = offered(withdrawn, packaged(), profiles)
    assert {lever.kind for lever in levers} <= {"on_time", "in_full", "use", "link"}
    assert {lever.source for lever in levers if lever.source} <= {"third_party"}


def test_only_sources_that_are_not_linked_can_be_linked_and_only_on_a_condition() -> None:
    profiles = SourceProfiles({}, {"social_security": {0.25: {"contribution_base_cny": 5_110.0}}})
    levers = offered(account(bureau=True), packaged(), profiles)
    assert [lever.source for lever in levers if lever.conditional] == ["social_security"]
    decide = decide_by(lambda row: (row["ss_base"] or 0.0) >= 5_000)
    advice = advise(tables(), ACCOUNT, AS_OF, decide, FEATURES, profiles=profiles)
    path = advice.answer
    assert isinstance(path, Path)
    assert path.conditional
    assert path.months >= packaged().link_months
    assert "若" in path.zh
    assert "达不到" in path.zh
    assert "We do not know what it holds" in path.en
    assert "if it does not" in path.en


def test_what_is_not_actionable_is_the_same_under_every_plan() -> None:
    made = project(account(bureau=True), PLANS, packaged())
    fixed = ["tenure_months", "other_oldest_months", "other_worst_dpd_24m", "current_limit", "pmi"]
    idle = features_at(made.tables, 0, LATER).select(fixed)
    for plan in range(1, len(PLANS)):
        assert features_at(made.tables, plan, LATER).select(fixed).equals(idle, null_equal=True)


def test_what_became_known_later_does_not_change_the_advice() -> None:
    rows = tables()
    later = (
        rows["delinquency"]
        .tail(1)
        .with_columns(
            known_at=pl.lit(AS_OF).cast(pl.Datetime("us")), days_past_due=pl.lit(60, dtype=pl.Int32)
        )
    )
    with_later = rows.replace(delinquency=pl.concat([rows["delinquency"], later]))
    assert advise(with_later, ACCOUNT, AS_OF, decide_by(low_use), FEATURES) == advise(
        rows, ACCOUNT, AS_OF, decide_by(low_use), FEATURES
    )


def test_the_same_facts_give_the_same_advice_whoever_else_is_in_the_tables() -> None:
    rows, other = tables(), tables(bill=200.0)
    both = {
        name: frame if "account_id" not in frame.columns
        else pl.concat([frame, other[name].with_columns(account_id=pl.lit(7, dtype=pl.Int64))])
        for name, frame in rows.frames.items()
    }  # fmt: skip
    alone = advise(rows, ACCOUNT, AS_OF, decide_by(low_use), FEATURES)
    assert alone == advise(Tables(both), ACCOUNT, AS_OF, decide_by(low_use), FEATURES)
    assert alone == advise(rows, ACCOUNT, AS_OF, decide_by(low_use), FEATURES)


def test_the_search_stays_within_its_bound() -> None:
    tight = packaged().model_copy(update={"max_plans": 100})
    advice = advise(tables(bureau=True), ACCOUNT, AS_OF, decide_by(never), FEATURES, settings=tight)
    assert advice.n_scenarios <= 100


def test_the_decision_sees_the_account_and_never_a_pseudo_account() -> None:
    decide = decide_by(low_use)
    advise(tables(), ACCOUNT, AS_OF, decide, FEATURES)
    seen: list[FeatureMatrix] = decide.seen
    assert {account for matrix in seen for account in matrix.frame["account_id"]} == {ACCOUNT}
    assert replace(seen[0]).catalogue == FEATURES.catalogue
