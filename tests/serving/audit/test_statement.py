"""A figure must be the one that the rows give, in the value and in both texts."""

from dataclasses import replace
from datetime import datetime

import pytest

from serving.audit.account_rows import KnownRows
from serving.audit.shown import stands_in
from serving.audit.statement import Outcome, check
from serving.decision.types import Reason, StatedFigure

AS_OF = datetime(2026, 11, 20, 15)
PLACED = (datetime(2026, 11, 2), datetime(2026, 11, 9))
ROWS = KnownRows({"orders": tuple({"placed_at": at, "known_at": at} for at in PLACED)}, AS_OF)
TRUE = Reason(
    "R06", "spending", -3, "近30天订单数为2。", "orders in the last 30 days: 2.",
    (StatedFigure("orders_30d", 2.0, "count"),),
)  # fmt: skip


def outcome(reason: Reason) -> Outcome:
    """Of the only figure of a reason."""
    return check([reason], ROWS)[0].outcome


def test_a_figure_that_holds_is_true() -> None:
    assert outcome(TRUE) is Outcome.TRUE


@pytest.mark.parametrize(
    "wrong",
    [
        replace(TRUE, figures=(StatedFigure("orders_30d", 3.0, "count"),)),
        replace(TRUE, zh="近30天订单数为3。"),
        replace(TRUE, en="orders in the last 30 days: 20."),
        replace(TRUE, figures=(StatedFigure("third_party_score", 2.0, "score"),)),
    ],
)
def test_a_wrong_value_a_wrong_text_and_a_figure_without_rows_are_false(wrong: Reason) -> None:
    assert outcome(wrong) is Outcome.FALSE


def test_a_figure_that_nobody_recomputes_is_not_taken_for_true() -> None:
    assert outcome(replace(TRUE, figures=(StatedFigure("made_up", 2.0, "count"),))) is Outcome.UNCHECKED


@pytest.mark.parametrize(
    ("text", "unit", "value", "shown"),
    [
        ("¥12,346", "cny", 12345.6, True),
        ("¥12,346", "cny", 12347.0, False),
        ("¥8.67", "cny_fen", 8.67, True),
        ("¥8.67", "cny_fen", 8.68, False),
        ("87.3%", "ratio", 0.8731, True),
        ("87.3%", "ratio", 0.8742, False),
        ("about 15 months", "months", 15.3, True),
        ("about 15 months", "months", 15.6, False),
        ("less than a month", "months", 0.4, True),
        ("raised on 2 Oct 2026", "moment", 1_790_899_200_000_000.0, True),
        ("raised on 3 Oct 2026", "moment", 1_790_899_200_000_000.0, False),
    ],
)
def test_texts_are_read_back(text: str, unit: str, value: float, shown: bool) -> None:
    assert stands_in(text, "en", unit, value) is shown
