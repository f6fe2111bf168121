"""Sentences of the advice hold for the account: its own figures, its arrears, no unknown fact."""

import re
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from features.matrix import FeatureMatrix
from features.tables import Tables
from serving.advice import DecisionOutcome, Lever, NoPath, Path, SourceProfiles, advise
from serving.advice.types import PlannedPayment
from serving.decision.wording.figures import day
from tests.serving.advice.toy import ACCOUNT, AS_OF, FEATURES, Row, decide_by, tables

REPORT = {"total_balance_cny": 3_985.0, "inquiries_3m": 0.0, "max_dpd_24m": 0.0, "n_accounts": 2.0,
          "n_lenders": 2.0, "total_limit_cny": 20_000.0, "monthly_payment_cny": 220.0, "n_overdue_24m": 0.0,
          "inquiries_12m": 1.0, "new_accounts_12m": 0.0, "oldest_account_months": 65.0}  # fmt: skip
PROFILES = SourceProfiles({}, {"bureau": {0.5: REPORT}})


def low_use(row: Row) -> bool:
    return (row["utilisation_avg_3m"] or 0.0) <= 0.32


def path_for(rows: Tables) -> Path:
    answer = advise(rows, ACCOUNT, AS_OF, decide_by(low_use), FEATURES).answer
    assert isinstance(answer, Path)
    return answer


def test_arrears_are_to_be_settled_first() -> None:
    path = path_for(tables(late=20))
    assert path.en.startswith("First pay the ¥600 that is overdue since 15 Jun 2025; then before the bill of")
    assert path.zh.startswith("先还清2025-06-15到期、已逾期的¥600；此后2025-06-30的账单，")
    assert path.payments[0] == PlannedPayment(
        date(2025, 5, 31), date(2025, 6, 15), 600.0, in_full=False, issued=True, overdue=True
    )
    assert "overdue" not in path_for(tables()).en


def test_a_path_names_the_limits_its_date_and_each_bill_with_its_due_date() -> None:
    path = path_for(tables(bill=6_000.0, paid=600.0))
    for text in (path.zh, path.en):
        assert "¥10,000" in text
        assert "¥12,000" in text
    assert path.until.date().isoformat() in path.zh
    assert day(path.until.date(), "en") in path.en
    first, second = path.payments[:2]
    assert (first.statement_on, first.due_on) == (date(2025, 6, 30), date(2025, 7, 15))
    assert (second.statement_on, second.due_on) == (date(2025, 7, 31), date(2025, 8, 15))
    assert f"2025-06-30的账单，2025-07-15到期前至少还¥{first.at_least_cny:,.0f}" in path.zh
    assert (
        f"before the bill of 31 Jul 2025 is due (15 Aug 2025): at least about ¥{second.at_least_cny:,.0f}"
        in path.en
    )
    assert "¥0" not in path.zh


def test_a_condition_holds_no_figure_but_those_of_the_reference() -> None:
    decide = decide_by(
        lambda row: (row["other_balance"] if row["other_balance"] is not None else 9e9) < 4_000
    )
    answer = advise(tables(), ACCOUNT, AS_OF, decide, FEATURES, profiles=PROFILES).answer
    assert isinstance(answer, Path)
    assert answer.plan == (Lever("link", 0.5, "bureau"),)
    step = answer.steps[0]
    assert set(re.findall(r"¥\d+(?:,\d{3})*", step.en)) == {"¥3,985"}
    assert "no inquiry in 3 months" in step.en
    assert "0 inquiries" not in step.en
    assert "50% of comparable customers reach each of these" in step.en
    assert "近3个月无查询" in step.zh


@pytest.mark.parametrize(
    ("rules", "code", "word"),
    [(("H04",), "rule_binds", "H04"), ((), "too_far", "assessment")],
)
def test_no_path_says_what_stands_in_the_way(rules: tuple[str, ...], code: str, word: str) -> None:
    decide = decide_by(lambda _: False, lambda _: rules)
    answer = advise(tables(bureau=True), ACCOUNT, AS_OF, decide, FEATURES).answer
    assert isinstance(answer, NoPath)
    assert answer.code == code
    assert word in answer.en


BASES = {0.1: 2_000.0, 0.25: 4_000.0, 0.5: 5_110.0, 0.9: 9_000.0}
SECURITY = SourceProfiles(
    {}, {"social_security": {level: {"contribution_base_cny": base} for level, base in BASES.items()}}
)


def linked_path(step: Callable[[Row], float], *, least: float = 0.0, unsure: float = 0.0) -> Path:
    """The path of an account that a contribution base raises, less surely up to the base `unsure`."""

    def slack(matrix: FeatureMatrix, outcomes: Sequence[DecisionOutcome], above_cny: float) -> list[float]:
        return [
            -3.0 if (row["ss_base"] or 0.0) <= unsure else 12.0 for row in matrix.frame.iter_rows(named=True)
        ]

    decide = decide_by(lambda row: (row["ss_base"] or -1.0) >= least, step=step)
    path = advise(tables(), ACCOUNT, AS_OF, decide, FEATURES, profiles=SECURITY, slack=slack).answer
    assert isinstance(path, Path)
    assert [lever.source for lever in path.plan] == ["social_security"]
    return path


def test_linking_is_told_with_its_likely_best_and_worst_effect() -> None:
    path = linked_path(lambda row: 0.5 if row["ss_base"] == 9_000 else 0.2, least=5_000)
    assert path.plan == (Lever("link", 0.5, "social_security"),)
    limits = {effect.case: effect.outcome.new_limit_cny for effect in path.effects}
    assert limits == {"likely": 12_000.0, "best": 15_000.0, "worst": 10_000.0}
    assert (
        "(the limit could then rise: likely to ¥12,000, in a good case to ¥15,000, in a poor case not at all)"
        in path.en
    )
    assert "（届时额度：较可能可提至¥12,000，较好时可提至¥15,000，较差时不提升）" in path.zh
    assert "it helps if it shows 24 consecutive months" in path.en
    assert "if it does not, do not count on this way" in path.en


def test_no_condition_is_stated_where_the_worst_case_reaches_the_goal() -> None:
    path = linked_path(lambda _: 0.2)
    assert "(whether it shows much or little, the limit could then rise to ¥12,000)" in path.en
    assert "（内容较多或较少，届时额度都可提至¥12,000）" in path.zh
    for word in ("if it shows", "helps", "condition", "count on", "likely"):
        assert word not in path.en
    for word in ("若", "条件"):
        assert word not in path.zh.split("测算假定")[0]


def test_a_condition_of_a_larger_rise_says_what_less_would_bring() -> None:
    path = linked_path(lambda row: 0.1 if row["ss_base"] == 2_000 else 0.2)
    assert "the limit could rise to ¥12,000 if it shows" in path.en
    assert "if it does not, in a poor case to ¥11,000" in path.en
    assert "若达不到，较差时可提至¥11,000" in path.zh
    assert "do not count on" not in path.en


def test_a_rise_in_the_worst_case_that_is_less_sure_is_told_so() -> None:
    path = linked_path(lambda _: 0.2, unsure=2_000)
    assert "in a poor case to ¥12,000, but that is less sure" in path.en
    assert "较差时可提至¥12,000，但把握较小" in path.zh
    assert "it helps if it shows" in path.en


def test_a_goal_that_the_worst_case_reaches_and_others_pass_is_the_least() -> None:
    path = linked_path(lambda row: 0.3 if row["ss_base"] == 9_000 else 0.2)
    assert "likely to ¥12,000, in a good case to ¥13,000, in a poor case to ¥12,000" in path.en
    assert "could rise from ¥10,000 to at least ¥12,000" in path.en
    assert "额度至少可由¥10,000提至¥12,000" in path.zh
