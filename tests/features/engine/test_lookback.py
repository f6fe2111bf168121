"""The label of a window is what the aggregates read, taken together."""

import pytest

from features.definitions.dsl import (
    ALL,
    LIMITS,
    MACRO,
    ORDERS,
    SETTLEMENTS,
    STATEMENTS,
    Window,
    col,
    days,
    days_back,
    due,
    issued,
    known,
)
from features.engine.cycles import Cycles
from features.engine.expressions import AS_OF, Expression, aggregates_of, as_expression
from features.engine.lookback import lookback, window_label

RECENT, OLDER = ORDERS.count(days(90)), ORDERS.count(days_back(91, 180))
NOW = LIMITS.last("limit")
BILL = STATEMENTS.last("balance", issued(2))


@pytest.mark.parametrize(
    ("expression", "label"),
    [
        (RECENT, "90d"),
        (OLDER, "d91-180"),
        (RECENT / OLDER, "180d"),
        (ORDERS.count(days(30)) / RECENT, "90d"),
        (ORDERS.count(days_back(2, 2)) + ORDERS.count(days_back(5, 5)), "d2-5"),
        (NOW, "latest"),
        (NOW / LIMITS.first("limit"), "all"),
        (NOW / LIMITS.time_mean("limit", days(365)), "365d"),
        (MACRO.last("pmi") - MACRO.last("pmi", known("macro", 13)), "macro:13"),
        (NOW + OLDER, "180d"),
        (LIMITS.last("limit", where=col("limit") > 0), "all"),
        (ORDERS.days_since_last(), "all"),
        (ORDERS.count() + RECENT, "all"),
        (ORDERS.count(Window(None, 180)), "before-180d"),
        (ORDERS.count(Window(None, 180)) + RECENT, "all"),
        (RECENT.coalesce(0) * 2 + AS_OF, "90d"),
        (BILL, "issued:2"),
        (BILL + STATEMENTS.count(issued(4, 6)), "issued:2-6"),
        (BILL / NOW, "issued:2"),
        (SETTLEMENTS.count(due(1, 3)) / BILL + RECENT, "due:1-3+issued:2+90d"),
        (as_expression(1) + AS_OF, ""),
    ],
    ids=str,
)
def test_a_label_spans_all_that_is_read(expression: Expression, label: str) -> None:
    assert window_label(aggregates_of(expression)) == label


def test_what_is_in_force_reads_nothing_before_the_moment() -> None:
    def read(expression: Expression) -> tuple[Window | Cycles, ...]:
        return lookback(aggregates_of(expression))

    assert read(NOW) == (Window(0),)
    assert read(NOW + ORDERS.count(ALL)) == (ALL,)
    assert read(NOW + BILL) == (issued(2),)
