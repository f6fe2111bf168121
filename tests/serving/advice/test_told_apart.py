"""What stands in the way at the last moment, and payments that need not be listed."""

from dataclasses import replace
from datetime import date

from serving.advice import DecisionOutcome, Lever, Scenario
from serving.advice.account import snapshot
from serving.advice.levers.context import PathContext
from serving.advice.levers.payment_text import bill_by_bill
from serving.advice.levers.registry import LEVERS
from serving.advice.settings_file import packaged
from serving.advice.types import PlannedPayment
from serving.advice.wording.no_path import no_path
from serving.decision.types import Reason
from tests.serving.advice.cycles import account_tables, always_in_full, bill_days
from tests.serving.advice.test_projection import AS_OF, LAST, purchases
from tests.serving.advice.test_told import RAISED, THEME
from tests.serving.advice.toy import ACCOUNT

TODAY = DecisionOutcome(AS_OF, 0.1, 600, "D", False, 8_000.0, 8_000.0, ())


def test_a_linked_source_beside_payments_that_are_made_anyway_lists_no_bills() -> None:
    rows = account_tables(always_in_full(LAST, 14), purchases=purchases(bill_days(LAST, 14)))
    context = PathContext(
        snapshot(rows, ACCOUNT, AS_OF, packaged()), scenario(as_usual=True), 0.0, 1.0, TODAY, TODAY, None
    )
    listed = replace(context, scenario=scenario(as_usual=False))
    for kind in ("on_time", "in_full"):
        assert LEVERS[kind].phrase(context, Lever(kind)) == (
            "像现在这样按时还款", "go on paying your bills by their due days as you do",
        )  # fmt: skip
        assert "before the bill of" in LEVERS[kind].phrase(listed, Lever(kind))[1]


def scenario(*, as_usual: bool) -> Scenario:
    one = PlannedPayment(date(2025, 6, 3), date(2025, 6, 23), 120.0, in_full=True, issued=True)
    return Scenario((), AS_OF, 1.0, TODAY, 0.0, 0.0, (one,), as_usual=as_usual)


def test_bills_too_small_to_name_are_to_be_paid_all_the_same() -> None:
    small = PlannedPayment(date(2025, 7, 3), date(2025, 7, 23), 6.0, in_full=True, issued=False)
    for payments in ([], [small]):
        zh, en = bill_by_bill(payments)
        assert zh == "今后每期账单都按期还款（预计金额很小）"
        assert en == "pay every bill to come by its due day (the amounts are expected to be small)"


def test_themes_are_named_beside_a_rule_that_binds_throughout() -> None:
    held = replace(TODAY, rules=(RAISED.code,), bound=(RAISED,), themes=(THEME,))
    then = Scenario((), AS_OF, 12.0, replace(held, themes=()), -1.0, 0.0)
    rows = account_tables(always_in_full(LAST, 14), purchases=purchases(bill_days(LAST, 14)))
    answer = no_path(snapshot(rows, ACCOUNT, AS_OF, packaged()), held, [then], AS_OF.date())
    assert answer.code == "rule_binds"
    assert answer.en.endswith(f"{RAISED.en} What weighs most today: {THEME.en}")
    assert answer.zh.endswith(f"{RAISED.zh}目前影响最大的是：{THEME.zh}")


def test_a_cap_that_would_bind_later_is_told_as_what_would_be_said_then() -> None:
    cap = Reason("L05", "", 0, "本次可提升的金额不足¥500。", "The raise that is possible now is small.")
    then = Scenario((), AS_OF, 12.0, replace(TODAY, bound=(cap,)), -1.0, 0.0)
    rows = account_tables(always_in_full(LAST, 14), purchases=purchases(bill_days(LAST, 14)))
    answer = no_path(snapshot(rows, ACCOUNT, AS_OF, packaged()), TODAY, [then], AS_OF.date())
    assert answer.code == "capped"
    assert f'the assessment would then say: "{cap.en}"' in answer.en
    assert f"评估结果会是：“{cap.zh}”" in answer.zh


def test_bills_without_an_amount_are_not_counted_among_those_after() -> None:
    def bills(months: list[int]) -> str:
        days = [date(2025, month, 3) for month in months]
        return bill_by_bill([PlannedPayment(d, d, 90.0, in_full=True, issued=False) for d in days])[1]

    assert "each of the 3 bills after that, up to the one of 3 Jun 2025" in bills([1, 2, 3, 4, 5, 6])
    assert "each of the 3 bills after that on which an amount is expected, up to" in bills([1, 2, 3, 4, 6, 9])
