from math import isnan, nan, sqrt

import numpy as np
import pytest

from features.engine import interpreter
from features.engine.aggregate import Aggregate, Op
from features.engine.compiler import compile_plan
from features.engine.expressions import (
    NOTHING,
    Expression,
    as_value,
    largest,
    largest_known,
    mean_known,
    of,
    smallest_known,
    where,
)
from features.engine.window import NULL
from features.errors import ConfigError

ORDERS = of(Aggregate("orders", Op.COUNT))


def compute(value: Expression, orders: int = 0, n: int = 1) -> float:
    """The value where the count of orders is `orders`, the last of n equal observations."""
    p = compile_plan([value, ORDERS]).program
    aggregates = np.full((1, n), orders, np.int64)
    return float(
        interpreter.evaluate(p.ops, p.x, p.y, p.z, p.constants, aggregates, np.zeros(n, np.int64), p.results)[
            0, -1
        ]
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (as_value(7) / 2, 3.5),
        (1 - ORDERS, -3.0),
        (2 * ORDERS + 1, 9.0),
        (12 / ORDERS, 3.0),
        (ORDERS / 0, nan),
        (ORDERS / NOTHING, nan),
        (NOTHING.or_else(5), 5.0),
        (ORDERS.or_else(5), 4.0),
        (ORDERS.clip(0, 3), 3.0),
        (ORDERS.sqrt(), 2.0),
        (as_value(-1).sqrt(), nan),
        (ORDERS > 3, 1.0),
        (ORDERS >= 4, 1.0),
        (ORDERS < 4, 0.0),
        (ORDERS <= 3, 0.0),
        (NOTHING > 3, nan),
        (ORDERS.equals(4), 1.0),
        (where(ORDERS > 3, 10, 20), 10.0),
        (where(ORDERS > 4, 10, 20), 20.0),
        (where(NOTHING > 4, 10, 20), nan),
        (largest(ORDERS, NOTHING), nan),
        (largest_known([NOTHING, ORDERS, as_value(2), NOTHING]), 4.0),
        (smallest_known([NOTHING, ORDERS, as_value(2), NOTHING]), 2.0),
        (largest_known([NOTHING, NOTHING]), nan),
        (mean_known([NOTHING, ORDERS, as_value(2)]), 3.0),
        (mean_known([NOTHING, NOTHING]), nan),
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
    assert len(plan.program.ops) == 7
    assert len(plan.aggregates) == 1


@pytest.mark.parametrize(
    ("aggregate", "message"),
    [
        (Aggregate("order", Op.COUNT), "no view 'order'"),
        (Aggregate("orders", Op.SUM, "amout"), "has the columns"),
        (Aggregate("orders", Op.SUM), "has the columns"),
        (Aggregate("orders", Op.COUNT, "amount"), "has the columns"),
        (Aggregate("orders", Op.COUNT, where="late"), "has the flags"),
    ],
)
def test_a_misspelt_aggregate_is_refused_by_name(aggregate: Aggregate, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        compile_plan([of(aggregate)])
