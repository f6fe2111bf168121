"""What is told: nothing that is done anyway, no decision that was not made, and who can help."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from features.matrix import FeatureMatrix
from serving.advice import Advice, NoPath, Path, SourceProfiles, advise
from serving.advice.levers.payment_text import bill_by_bill
from serving.advice.levers.registry import offered
from serving.advice.settings_file import packaged
from serving.advice.types import PlannedPayment
from serving.decision.types import Decision, Lapse, Reason, Reassessment
from serving.decision.wording.sentences import of_nothing_adverse
from tests.serving.advice.cycles import account_tables, always_in_full, bill_days, known
from tests.serving.advice.test_projection import AS_OF, LAST, in_arrears, purchases
from tests.serving.advice.toy import ACCOUNT, FEATURES, Row, decide_by

LAPSES = date(2025, 8, 20)
RAISED = Reason("H06", "", 0, "您的额度于2025-02-20提升过。", "Your limit was raised on 20 Feb 2025.")
FRAUD = Reason(
    "H23", "", 0, "我们正在核实您账户的一些信息。", "We are checking some details of your account."
)
THEME = Reason("T01", "utilisation", -30, "额度使用偏高。", "You use much of your limit.")


class Held:
    """Held by one rule until a day, for ever without one; without a rule by the theme."""

    def __init__(self, rule: Reason | None, lapses: date | None = None, theme: Reason = THEME) -> None:
        self.rule, self.lapses, self.theme = rule, lapses, theme

    def __call__(self, matrix: FeatureMatrix) -> list[Decision]:
        free = decide_by(lambda _: True)(matrix)
        return [self._held(one) if self._binds(one.as_of) else one for one in free]

    def _binds(self, at: datetime) -> bool:
        return self.lapses is None or at.date() < self.lapses

    def _held(self, one: Decision) -> Decision:
        held = replace(one, eligible=False, new_limit_cny=one.current_limit_cny)
        if self.rule is None:
            return replace(held, reasons=(self.theme,))
        again = Reassessment(self.lapses, all_else_in_order=True, zh="", en="")
        return replace(
            held, rules=(self.rule.code,), reasons=(self.rule,),
            lapses=(Lapse(self.rule.code, self.lapses),), reassessment=again,
        )  # fmt: skip


def advice_of(decide: Held, *, for_staff: frozenset[str] = frozenset()) -> Advice:
    rows = account_tables(always_in_full(LAST, 14), purchases=purchases(bill_days(LAST, 14)))
    return advise(rows, ACCOUNT, AS_OF, decide, FEATURES, for_staff=for_staff)


def test_a_rule_that_alone_holds_is_told_as_a_date_with_all_else_in_order() -> None:
    path = advice_of(Held(RAISED, LAPSES)).answer
    assert isinstance(path, Path)
    assert path.until == datetime(2025, 8, 20)
    assert path.as_usual
    assert path.zh.startswith(f"{RAISED.zh}目前其他条件均已满足；2025-08-20起可再次评估，")
    assert "All else is in order at present: assessed again from 20 Aug 2025 on," in path.en
    assert "before the bill" not in path.en


def test_nothing_is_recommended_that_is_done_anyway() -> None:
    def seasoned(row: Row) -> bool:
        return (row["tenure_months"] or 0.0) > 29

    rows = account_tables(always_in_full(LAST, 14), purchases=purchases(bill_days(LAST, 14)))
    path = advise(rows, ACCOUNT, AS_OF, decide_by(seasoned), FEATURES).answer
    assert isinstance(path, Path)
    assert path.as_usual
    assert "不必改变" in path.zh
    assert "Nothing has to change" in path.en
    assert "At least" not in path.en


def test_an_increase_that_is_possible_today_is_told_as_a_condition() -> None:
    rows = account_tables(always_in_full(LAST, 14), purchases=purchases(bill_days(LAST, 14)))
    decide = decide_by(lambda row: (row["months_since_raise"] or 99.0) > 6)
    advice = advise(rows, ACCOUNT, AS_OF, decide, FEATURES)
    assert advice.before.eligible
    assert not advice.before.binding
    assert advice.answer.zh.startswith("若今天申请，额度可由¥10,000提至¥12,000（仅为测算，尚未作出决定）")
    assert advice.answer.en.startswith("If you asked today, the limit could go from ¥10,000 to ¥12,000")


def test_an_account_that_staff_handle_gets_no_path_and_is_sent_to_them() -> None:
    advice = advice_of(Held(FRAUD), for_staff=frozenset({"H23"}))
    assert isinstance(advice.answer, NoPath)
    assert advice.answer.code == "staff"
    assert advice.answer.zh.startswith(FRAUD.zh)
    assert "客服" in advice.answer.zh
    assert "our staff handle it" in advice.answer.en
    assert advice.n_scenarios == 0


def test_no_path_names_the_themes_that_hold_and_the_search_as_it_is() -> None:
    answer = advice_of(Held(None)).answer
    assert isinstance(answer, NoPath)
    assert answer.code == "too_far"
    assert THEME.en in answer.en
    assert THEME.zh in answer.zh
    assert "different ways of paying" in answer.en
    assert "every change" not in answer.en


def test_no_path_says_so_where_no_theme_stands_in_the_way() -> None:
    none = of_nothing_adverse()
    answer = advice_of(Held(None, theme=none)).answer
    assert isinstance(answer, NoPath)
    assert answer.code == "too_far"
    assert answer.en.endswith(f"would not allow a raise. {none.en}")


def test_no_path_names_the_arrears_first() -> None:
    answer = advise(in_arrears(), ACCOUNT, AS_OF, Held(None), FEATURES).answer
    assert isinstance(answer, NoPath)
    assert answer.en.startswith("First pay the ¥60 of minimum payment that is past due.")
    assert answer.zh.startswith("请先还清已到期未还的最低还款额¥60。")


def test_a_source_that_is_withheld_since_its_feed_is_late_is_not_to_be_linked() -> None:
    rows = account_tables(always_in_full(LAST, 14))
    profiles = SourceProfiles({}, {"third_party": {0.5: {"score": 640.0}}})
    account = known(rows.replace(third_party_scores=rows["third_party_scores"]), AS_OF)
    account = replace(account, consented=frozenset())
    kinds = {lever.kind for lever in offered(account, packaged(), profiles)}
    late = replace(account, late=frozenset({"third_party"}))
    assert "link" in kinds
    assert "link" not in {lever.kind for lever in offered(late, packaged(), profiles)}


def payment(month: int, cny: float, *, in_full: bool = False, issued: bool = False) -> PlannedPayment:
    return PlannedPayment(date(2026, month, 12), date(2026, month + 1, 1), cny, in_full, issued)


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        (
            [payment(3, 1_239.2, issued=True)],
            "2026-03-12的账单，2026-04-01到期前至少还¥1,240",
            "before the bill of 12 Mar 2026 is due (1 Apr 2026): at least ¥1,240",
        ),
        (
            [payment(3, 88.05, in_full=True, issued=True)],
            "2026-03-12的账单，2026-04-01到期前还清¥88.05",
            "before the bill of 12 Mar 2026 is due (1 Apr 2026): ¥88.05, all of it",
        ),
        (
            [replace(payment(3, 88.05, in_full=True, issued=True), paid_cny=10.0)],
            "2026-03-12的账单，2026-04-01到期前还清余下的¥88.05",
            "before the bill of 12 Mar 2026 is due (1 Apr 2026): the remaining ¥88.05",
        ),
        (
            [replace(payment(3, 88.05, issued=True), paid_cny=10.0)],
            "2026-03-12的账单，2026-04-01到期前再还至少¥89",
            "before the bill of 12 Mar 2026 is due (1 Apr 2026): at least ¥89 more",
        ),
        (
            [replace(payment(3, 8.67, issued=True), overdue=True), payment(4, 950.0)],
            "先还清2026-04-01到期、已逾期的¥8.67；此后2026-04-12的账单，2026-05-01到期前至少还约¥950",
            "first pay the ¥8.67 that is overdue since 1 Apr 2026; then before the bill of 12 Apr 2026 is "
            "due (1 May 2026): at least about ¥950",
        ),
    ],
)
def test_payments_are_told_bill_by_bill_with_one_amount_each(
    given: list[PlannedPayment], zh: str, en: str
) -> None:
    assert bill_by_bill(given) == (zh, en)


def test_later_bills_are_summed_up_with_their_mean() -> None:
    zh, en = bill_by_bill([payment(month, 100.0 * month) for month in range(1, 9)])
    assert "其后至2026-08-12的5期账单，每期到期前至少还约¥600" in zh
    assert "each of the 5 bills after that, up to the one of 12 Aug 2026, by its due day" in en
