"""The promises of the advice: consistent facts, confirmed paths, nothing absent touched, no chance."""

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
from serving.advice import Lever, LeverKind, NoPath, Path, Slack, SourceProfiles, advise
from serving.advice.confidence import confidence
from serving.advice.levers import levers_of, links_of
from serving.advice.person import person_of
from serving.advice.projection import project
from serving.advice.scenario import Scenario
from serving.advice.settings import packaged
from tests.serving.advice.toy import ACCOUNT, AS_OF, FEATURES, decide_by, tables

LATER = [datetime(2025, 8, 1), datetime(2025, 10, 1), datetime(2026, 1, 1), datetime(2026, 7, 1)]
SETS = ((), (Lever(LeverKind.IN_FULL),), (Lever(LeverKind.USE, 0.3), Lever(LeverKind.DEBT, 0.06)),
        (Lever(LeverKind.INQUIRIES), Lever(LeverKind.ON_TIME)))  # fmt: skip


def features_at(rows: Tables, account: int, moments: Sequence[datetime]) -> pl.DataFrame:
    schema = {"account_id": pl.Int64, "as_of": pl.Datetime("us")}
    observed = Observations(
        pl.DataFrame({"account_id": [account] * len(moments), "as_of": moments}, schema=schema)
    )
    return build(rows, observed, FEATURES).frame.drop("account_id")


def low_use(row: dict[str, float | None]) -> bool:
    return (row["utilisation_avg_3m"] or 0.0) <= 0.32


def at(room: float) -> Slack:
    """Every decision this far from turning, whatever it is."""
    return lambda matrix, _decisions, _above: [room] * matrix.frame.height


def never(_: dict[str, float | None]) -> bool:
    return False


@pytest.mark.parametrize("course", range(len(SETS)))
def test_features_of_a_projection_are_those_of_real_tables_with_the_same_rows(course: int) -> None:
    person = person_of(tables(bureau=True), ACCOUNT, AS_OF, packaged())
    made = project(person, SETS, packaged())
    real = dict(person.tables.frames)
    for name, coming in made.rows_to_come.items():
        mine = coming.filter(pl.col("course") == course).drop("course")
        real[name] = check(pl.concat([real[name], mine]), TABLES[name]).good
    real["macro"] = check(made.tables["macro"], TABLES["macro"]).good
    expected = features_at(Tables(real), ACCOUNT, LATER)
    assert features_at(made.tables, course, LATER).equals(expected, null_equal=True)


def test_the_past_of_a_projected_account_is_untouched() -> None:
    person = person_of(tables(bureau=True), ACCOUNT, AS_OF, packaged())
    made = project(person, SETS, packaged())
    now = features_at(person.tables, ACCOUNT, [AS_OF])
    for course in range(len(SETS)):
        assert features_at(made.tables, course, [AS_OF]).equals(now, null_equal=True)


def test_every_bill_to_come_is_the_bill_before_less_what_was_paid_plus_what_was_charged() -> None:
    person = person_of(tables(), ACCOUNT, AS_OF, packaged())
    ledger = project(person, SETS, packaged()).ledger
    assert ledger is not None
    assert person.habits is not None
    for course in range(len(SETS)):
        before = 6_000.0
        for month in range(packaged().longest):
            charged = ledger.bill[course, month] - before + ledger.paid[course, month]
            assert charged == pytest.approx(600.0 - ledger.moved[course, month], abs=0.02)
            before = ledger.bill[course, month]


def test_a_path_is_the_outcome_of_the_decision_made_anew_on_its_projection() -> None:
    decide = decide_by(low_use)
    advice = advise(tables(), ACCOUNT, AS_OF, decide, FEATURES)
    path = advice.answer
    assert isinstance(path, Path)
    assert path.steps
    person = person_of(tables(), ACCOUNT, AS_OF, packaged())
    again = project(person, [path.levers], packaged())
    schema = {"account_id": pl.Int64, "as_of": pl.Datetime("us")}
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
        tables(bureau=True), ACCOUNT, AS_OF, decide_by(never), FEATURES, slack=at(9.0), settings=bare
    )
    assert isinstance(advice.answer, NoPath)


def test_no_path_is_given_that_comes_true_too_rarely() -> None:
    sure = advise(tables(), ACCOUNT, AS_OF, decide_by(low_use), FEATURES, slack=at(3.0))
    hardly = advise(tables(), ACCOUNT, AS_OF, decide_by(low_use), FEATURES, slack=at(0.0))
    assert isinstance(sure.answer, Path)
    assert packaged().confidence.least <= sure.answer.confidence <= 1.0
    assert isinstance(hardly.answer, NoPath)
    assert hardly.answer.code == "not_sure"


def test_more_room_to_the_bar_is_never_less_sure() -> None:
    person = person_of(tables(bureau=True), ACCOUNT, AS_OF, packaged())
    outcome = advise(tables(), ACCOUNT, AS_OF, decide_by(never), FEATURES).before
    for levers in (*SETS, (Lever(LeverKind.LINK, 0.25, "bureau"),)):
        for months in (1, 3, 6, 12):
            sure = [
                confidence(Scenario(levers, months, outcome, room, 0.0), person, packaged().confidence)
                for room in (-math.inf, 0.0, 0.5, 1.0, 2.0, math.inf)
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
                assert path.after.new_limit_cny >= advice.unchanged[path.months].new_limit_cny
                assert path.after.better_than(path.before)


def test_no_path_ends_below_what_waiting_brings_however_sure_it_is() -> None:
    def heavy(row: dict[str, float | None]) -> bool:
        return (row["utilisation_avg_3m"] or 0.0) > 0.32

    def sure_when_light(matrix: FeatureMatrix, _decisions: object, _above: float) -> list[float]:
        return [0.0 if heavy(row) else 9.0 for row in matrix.frame.iter_rows(named=True)]

    def cooling(row: dict[str, float | None]) -> tuple[str, ...]:
        return ("H06",) if (row["months_since_raise"] or 99.0) < 6 else ()

    for heavy_step, found in ((0.1, Path), (0.5, NoPath)):
        decide = decide_by(lambda _: True, cooling, lambda row, s=heavy_step: s if heavy(row) else 0.2)
        advice = advise(
            tables(raised=date(2025, 4, 10)), ACCOUNT, AS_OF, decide, FEATURES, slack=sure_when_light
        )
        assert isinstance(advice.answer, found)


def test_what_time_alone_brings_is_told_beside_every_path() -> None:
    advice = advise(tables(), ACCOUNT, AS_OF, decide_by(low_use), FEATURES)
    assert list(advice.unchanged) == list(range(1, packaged().longest + 1))
    path = advice.answer
    assert isinstance(path, Path)
    assert path.unchanged == advice.unchanged[path.months]
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
    assert path.until == datetime(2025, 11, 1)
    assert path.before.rules == ("H06",)
    assert "2025-11-01" in path.zh
    assert "2025-11-01" in path.en


def test_levers_are_offered_only_on_facts_that_are_there() -> None:
    without = levers_of(person_of(tables(bureau=False), ACCOUNT, AS_OF, packaged()), packaged())
    withal = levers_of(person_of(tables(bureau=True), ACCOUNT, AS_OF, packaged()), packaged())
    outside = {LeverKind.DEBT, LeverKind.INQUIRIES}
    assert not outside & {lever.kind for lever in without}
    assert outside <= {lever.kind for lever in withal}


def test_withdrawn_consent_takes_its_levers_away() -> None:
    rows = tables(bureau=True)
    gone = rows["consents"].with_columns(revoked_at=pl.lit(datetime(2025, 6, 1)).cast(pl.Datetime("us")))
    person = person_of(rows.replace(consents=gone), ACCOUNT, AS_OF, packaged())
    assert {lever.kind for lever in levers_of(person, packaged())} <= {
        LeverKind.ON_TIME,
        LeverKind.IN_FULL,
        LeverKind.USE,
    }


def test_only_sources_that_are_not_linked_can_be_linked_and_only_on_a_condition() -> None:
    profiles = SourceProfiles({}, {"social_security": {0.25: {"contribution_base_cny": 5_110.0}}})
    person = person_of(tables(bureau=True), ACCOUNT, AS_OF, packaged())
    assert [lever.source for lever in links_of(person, profiles)] == ["social_security"]
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


def test_what_is_not_actionable_stands_still_whatever_the_levers() -> None:
    made = project(person_of(tables(bureau=True), ACCOUNT, AS_OF, packaged()), SETS, packaged())
    fixed = ["tenure_months", "other_oldest_months", "other_worst_dpd_24m", "current_limit", "pmi"]
    idle = features_at(made.tables, 0, LATER).select(fixed)
    for course in range(1, len(SETS)):
        assert features_at(made.tables, course, LATER).select(fixed).equals(idle, null_equal=True)


def test_what_became_known_later_does_not_change_the_advice() -> None:
    rows = tables()
    later = (
        rows["delinquency"]
        .tail(1)
        .with_columns(
            known_at=pl.lit(AS_OF).cast(pl.Datetime("us")), days_past_due=pl.lit(60, dtype=pl.Int32)
        )
    )
    told = rows.replace(delinquency=pl.concat([rows["delinquency"], later]))
    assert advise(told, ACCOUNT, AS_OF, decide_by(low_use), FEATURES) == advise(
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
    tight = packaged().model_copy(update={"max_plans": 60})
    advice = advise(tables(bureau=True), ACCOUNT, AS_OF, decide_by(never), FEATURES, settings=tight)
    assert advice.plans <= 60


def test_the_decision_sees_the_account_and_never_a_pseudo_account() -> None:
    decide = decide_by(low_use)
    advise(tables(), ACCOUNT, AS_OF, decide, FEATURES)
    seen: list[FeatureMatrix] = decide.seen
    assert {account for matrix in seen for account in matrix.frame["account_id"]} == {ACCOUNT}
    assert replace(seen[0]).catalogue == FEATURES.catalogue
