"""Every operation against the plainest Python that could be written for it."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.arrays import NULL
from features.engine import kernels
from features.engine.aggregate import Op
from features.engine.filters import as_filter, col
from features.engine.masks import compile_filter
from features.engine.rows import SortedRows, UnsortedRows, arrange
from features.engine.views.column_types import FLAG, NUMBER

COLUMNS = {"v": NUMBER, "f": FLAG}
FLAGGED = compile_filter(as_filter(col("f")), COLUMNS)
Row = tuple[int, int, int, bool]
"""Event, known, value, flag."""
rows_of_one_key = st.lists(
    st.tuples(
        st.integers(0, 12), st.integers(0, 14), st.one_of(st.just(NULL), st.integers(-3, 3)), st.booleans()
    ),
    max_size=12,
)


def arranged(rows: list[Row], key: int = 1) -> SortedRows:
    event, known, value, flag = (np.array(c, dtype=np.int64) for c in zip(*rows, strict=True)) if rows else (
        np.empty(0, np.int64) for _ in range(4)
    )  # fmt: skip
    return arrange(
        UnsortedRows(np.full(len(rows), key), event, known, {"v": value, "f": flag}),
        ["v", "f"],
        [FLAGGED],
    )


def run(rows: SortedRows, op: Op, t: int, low: int, high: int, *, flagged: bool, revisable: bool) -> int:
    one = np.array([0], np.int64)
    start, stop = rows.ranges(np.array([1], np.int64))
    out, scratch = np.empty((1, 1), np.int64), np.empty(max(len(rows.event), 1), np.int64)
    moments = np.array([[t, low, high]])
    ends = np.array([[1], [0], [2], [0], [0]], np.int64)
    kernels.aggregate(
        start, stop, moments, np.array([False]), ends,
        rows.event, rows.known, rows.values, rows.masks, revisable, False,
        np.array([int(op)]), one, np.array([int(flagged)]), one, one, out, scratch,
    )  # fmt: skip
    return int(out[0, 0])


def visible(rows: list[Row], t: int, revisable: bool) -> list[Row]:
    """What is known, in order; of a revisable view the latest known version of each event."""
    known = sorted(row for row in rows if row[1] < t)
    if not revisable:
        return known
    latest: dict[int, Row] = {}
    for row in known:
        latest[row[0]] = row
    return [latest[event] for event in sorted(latest)]


def runs(flags: list[bool]) -> list[int]:
    lengths, current = [0], 0
    for flag in flags:
        current = current + 1 if flag else 0
        lengths.append(current)
    return lengths


def time_mean(rows: list[Row], low: int, high: int) -> int:
    """Second by second."""
    steps = [row for row in rows if row[0] < high and row[2] != NULL]
    if not steps:
        return NULL
    begin = max(low, steps[0][0])
    levels = [[s[2] for s in steps if s[0] <= second][-1] for second in range(begin, high)]
    return sum(levels) // len(levels) if levels else steps[-1][2]


PLAIN: dict[Op, Callable[[list[Row]], int]] = {
    Op.COUNT: len,
    Op.SUM: lambda rows: sum(r[2] for r in rows if r[2] != NULL),
    Op.SUM_SQ: lambda rows: sum(r[2] ** 2 for r in rows if r[2] != NULL),
    Op.MIN: lambda rows: min((r[2] for r in rows if r[2] != NULL), default=NULL),
    Op.MAX: lambda rows: max((r[2] for r in rows if r[2] != NULL), default=NULL),
    Op.LAST: lambda rows: next((r[2] for r in reversed(rows) if r[2] != NULL), NULL),
    Op.FIRST: lambda rows: next((r[2] for r in rows if r[2] != NULL), NULL),
    Op.LAST_EVENT: lambda rows: rows[-1][0] if rows else NULL,
    Op.FIRST_EVENT: lambda rows: rows[0][0] if rows else NULL,
    Op.DISTINCT: lambda rows: len({r[2] for r in rows if r[2] != NULL}),
    Op.CHANGES: lambda rows: sum(a != b for a, b in _pairs([r[2] for r in rows if r[2] != NULL])),
}


def _pairs(values: list[int]) -> list[tuple[int, int]]:
    return list(pairwise(values))


@pytest.mark.parametrize("revisable", [False, True])
@settings(max_examples=150, deadline=None, derandomize=True)
@given(rows=rows_of_one_key, t=st.integers(0, 15), low=st.integers(0, 8), width=st.integers(0, 8))
def test_operations_agree_with_plain_python(
    rows: list[Row], t: int, low: int, width: int, revisable: bool
) -> None:
    table, high = arranged(rows), low + width
    within = [row for row in visible(rows, t, revisable) if low <= row[0] < high]
    for op, plain in PLAIN.items():
        assert run(table, op, t, low, high, flagged=False, revisable=revisable) == plain(within), op
        chosen = plain([row for row in within if row[3]])
        assert run(table, op, t, low, high, flagged=True, revisable=revisable) == chosen, op
    lengths = runs([row[3] for row in within])
    assert run(table, Op.STREAK, t, low, high, flagged=True, revisable=revisable) == lengths[-1]
    assert run(table, Op.LONGEST, t, low, high, flagged=True, revisable=revisable) == max(lengths)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rows=rows_of_one_key, t=st.integers(0, 15), low=st.integers(0, 8), width=st.integers(0, 8))
def test_the_mean_over_time_agrees_with_a_count_of_seconds(
    rows: list[Row], t: int, low: int, width: int
) -> None:
    second = kernels.SECOND
    scaled = arranged([(event * second, known, value, flag) for event, known, value, flag in rows])
    found = run(scaled, Op.TIME_MEAN, t, low * second, (low + width) * second, flagged=False, revisable=False)
    assert found == time_mean(visible(rows, t, revisable=False), low, low + width)


def test_the_general_sort_and_the_insertion_sort_give_the_same_order() -> None:
    rng = np.random.default_rng(3)
    n = 4000
    columns = {"v": rng.integers(0, 5, n), "f": rng.integers(0, 2, n)}
    unsorted = UnsortedRows(rng.integers(0, 3, n), rng.integers(0, 50, n), rng.integers(0, 4, n), columns)
    by_key = np.argsort(unsorted.key, kind="stable")
    grouped = UnsortedRows(
        unsorted.key[by_key], unsorted.event[by_key], unsorted.known[by_key],
        {name: column[by_key] for name, column in columns.items()},
    )  # fmt: skip
    general, insertion = (
        arrange(rows, ["v", "f"], [compile_filter(col("v") > 2, COLUMNS)]) for rows in (unsorted, grouped)
    )
    for a, b in zip(vars(general).values(), vars(insertion).values(), strict=True):
        assert np.array_equal(a, b)
    order, values = np.arange(n), np.stack([grouped.columns["v"], grouped.columns["f"]])
    moves = kernels.nearly_sorted_order(grouped.key, grouped.event, grouped.known, values, order, 10**9)
    assert moves > 0
    assert np.array_equal(grouped.event[order], general.event)
