"""The label of a window is what the aggregates read, taken together."""

import pytest

from features.definitions.dsl import ALL, LIMITS, MACRO, ORDERS, Window, col, days, months, months_back
from features.engine.aggregate import Aggregate
from features.engine.expressions import AS_OF, Expression, aggregates_of, as_expression
from features.engine.lookback import lookback, window_label

RECENT, OLDER = ORDERS.count(months(3)), ORDERS.count(months_back(4, 6))
NOW = LIMITS.last("limit")


@pytest.mark.parametrize(
    ("expression", "label"),
    [
        (RECENT, "3m"),
        (OLDER, "m4-6"),
        (RECENT / OLDER, "6m"),
        (ORDERS.count(days(30)) / RECENT, "3m"),
        (ORDERS.count(days(95)) / RECENT, "95d"),
        (ORDERS.count(months_back(2, 2)) + ORDERS.count(months_back(5, 5)), "m2-5"),
        (NOW, "latest"),
        (NOW / LIMITS.first("limit"), "all"),
        (NOW / LIMITS.time_mean("limit", months(12)), "12m"),
        (MACRO.last("pmi") - MACRO.last("pmi", months_back(13, 24)), "24m"),
        (NOW + OLDER, "6m"),
        (LIMITS.last("limit", where=col("limit") > 0), "all"),
        (ORDERS.days_since_last(), "all"),
        (ORDERS.count() + RECENT, "all"),
        (ORDERS.count(Window(None, 0, 6)), "before-6m"),
        (ORDERS.count(Window(None, 0, 6)) + RECENT, "all"),
        (RECENT.coalesce(0) * 2 + AS_OF, "3m"),
        (as_expression(1) + AS_OF, ""),
    ],
    ids=str,
)
def test_a_label_spans_all_that_is_read(expression: Expression, label: str) -> None:
    assert window_label(aggregates_of(expression)) == label


def test_what_is_in_force_reads_nothing_before_the_moment() -> None:
    def read(expression: Expression) -> Window:
        found: frozenset[Aggregate] = aggregates_of(expression)
        return lookback(found)

    assert read(NOW) == Window(0)
    assert read(NOW + ORDERS.count(ALL)) == ALL
