from math import isnan, nan, sqrt

import numpy as np
import pytest

from features.arrays import NULL
from features.engine import interpreter
from features.engine.aggregate import Aggregate, Op
from features.engine.compiler import compile_plan
from features.engine.expressions import (
    MISSING,
    Expression,
    as_expression,
    if_else,
    largest,
    largest_known,
    mean_known,
    of,
    smallest_known,
)
from features.engine.filters import col
from features.errors import ConfigError

ORDERS = of(Aggregate("orders", Op.COUNT))


def compute(value: Expression, orders: int = 0, n: int = 1) -> float:
    """The value where the count of orders is `orders`, the last of n equal observations."""
    p = compile_plan([value, ORDERS]).instructions
    aggregates = np.full((1, n), orders, np.int64)
    return float(
        interpreter.evaluate(p.ops, p.x, p.y, p.z, p.constants, aggregates, np.zeros(n, np.int64), p.results)[
            0, -1
        ]
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (as_expression(7) / 2, 3.5),
        (1 - ORDERS, -3.0),
        (2 * ORDERS + 1, 9.0),
        (12 / ORDERS, 3.0),
        (ORDERS / 0, nan),
        (ORDERS / MISSING, nan),
        (MISSING.coalesce(5), 5.0),
        (ORDERS.coalesce(5), 4.0),
        (ORDERS.clip(0, 3), 3.0),
        (ORDERS.sqrt(), 2.0),
        (as_expression(-1).sqrt(), nan),
        (ORDERS > 3, 1.0),
        (ORDERS >= 4, 1.0),
        (ORDERS < 4, 0.0),
        (ORDERS <= 3, 0.0),
        (MISSING > 3, nan),
        (ORDERS.equals(4), 1.0),
        (if_else(ORDERS > 3, 10, 20), 10.0),
        (if_else(ORDERS > 4, 10, 20), 20.0),
        (if_else(MISSING > 4, 10, 20), nan),
        (largest(ORDERS, MISSING), nan),
        (largest_known([MISSING, ORDERS, as_expression(2), MISSING]), 4.0),
        (smallest_known([MISSING, ORDERS, as_expression(2), MISSING]), 2.0),
        (largest_known([MISSING, MISSING]), nan),
        (mean_known([MISSING, ORDERS, as_expression(2)]), 3.0),
        (mean_known([MISSING, MISSING]), nan),
    ],
    ids=str,
)
def test_arithmetic_with_null(value: Expression, expected: float) -> None:
    found = compute(value, orders=4)
    assert found == expected or (isnan(found) and isnan(expected))


def test_a_null_aggregate_is_null() -> None:
    assert isnan(compute(ORDERS + 1, orders=NULL))


def test_a_block_of_many_computes_what_one_computes() -> None:
    value = (ORDERS / 3).sqrt() * 7 - ORDERS / 11
    assert compute(value, orders=29, n=1000) == compute(value, orders=29) == sqrt(29 / 3) * 7 - 29 / 11


def test_equal_parts_are_computed_once() -> None:
    shared = ORDERS / 3
    plan = compile_plan([shared + 1, shared + 2, ORDERS / 3])
    assert len(plan.instructions.ops) == 7
    assert len(plan.aggregates) == 1


@pytest.mark.parametrize(
    ("aggregate", "message"),
    [
        (Aggregate("order", Op.COUNT), "no view 'order'; nearest: 'orders'"),
        (Aggregate("orders", Op.SUM, "amout"), "view orders has no column 'amout'; nearest: 'amount'"),
        (Aggregate("orders", Op.SUM), "names no column, and needs one; view orders has amount, yuan"),
        (Aggregate("orders", Op.COUNT, "amount"), "names a column, and looks at rows alone"),
        (Aggregate("orders", Op.COUNT, where=col("instalment") > 1), "nearest: 'instalments'"),
        (Aggregate("delinquency", Op.STREAK), "a run needs the condition"),
    ],
)
def test_an_aggregate_that_does_not_fit_its_view_is_refused_with_the_nearest_name(
    aggregate: Aggregate, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        compile_plan([of(aggregate)])
