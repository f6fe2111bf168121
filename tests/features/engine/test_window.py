"""Windows in days and in cycles, found by the engine, against the plainest statement of what they mean."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.arrays import NULL
from features.engine import kernels, ticks
from features.engine.aggregate import Aggregate, Op
from features.engine.compiler import compile_plan
from features.engine.cycles import Cycles, due, issued, known
from features.engine.expressions import of
from features.engine.window import ALL, Window, days, days_back
from features.errors import ConfigError

Row = tuple[int, int]
"""Event, known."""
rows_of_one_key = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 12)), max_size=10)


def newest(rows: list[Row], t: int, depth: int) -> list[int]:
    """The ticks that the engine finds."""
    event, known_at = (np.array([row[i] for row in sorted(rows)], np.int64) for i in (0, 1))
    moments = np.full((1, 2 + depth), NULL)
    moments[0, 0] = t
    ends = np.array([0]), np.array([len(rows)])
    kernels.newest_events(*ends, event, known_at, 2, depth, moments)
    found: list[int] = moments[0, 2:].tolist()
    return found


@settings(max_examples=300, deadline=None, derandomize=True)
@given(rows=rows_of_one_key, t=st.integers(0, 13), depth=st.integers(1, 4))
def test_ticks_are_the_distinct_events_before_the_moment_that_are_known_newest_first(
    rows: list[Row], t: int, depth: int
) -> None:
    seen = sorted({event for event, known_at in rows if event < t and known_at < t}, reverse=True)
    assert newest(rows, t, depth) == (seen + [NULL] * depth)[:depth]


def span(window: Window | Cycles, moments: list[int]) -> tuple[int, int, bool]:
    """Lower end, upper end and whether the window holds anything."""
    low, before_low, high, before_high, needed = ticks.ends([window], ticks.clocks_of([window]))[:, 0]
    return moments[low] - int(before_low), moments[high] - int(before_high), moments[needed] != NULL


def test_days_end_at_the_moment_or_days_before_it() -> None:
    as_of = int(np.datetime64(datetime(2024, 3, 15, 8), "us").astype(np.int64))
    day = 86_400_000_000
    assert span(days(30), [as_of, NULL]) == (as_of - 30 * day, as_of, True)
    assert span(days_back(91, 180), [as_of, NULL]) == (as_of - 180 * day, as_of - 90 * day, True)
    assert span(ALL, [as_of, NULL]) == (NULL, as_of, True)
    assert span(Window(None, 90), [as_of, NULL]) == (NULL, as_of - 90 * day, True)


@pytest.mark.parametrize(
    ("window", "events", "expected"),
    [
        (issued(1), [50], (50, 100, True)),
        (issued(1, 2), [50, 30], (30, 100, True)),
        (issued(2, 3), [50, 30, 10], (10, 50, True)),
        (issued(2, 3), [50, 30, NULL], (NULL, 50, True)),
        (issued(2), [50, NULL], (NULL, 50, False)),
        (issued(1), [NULL], (NULL, 100, False)),
    ],
)
def test_cycles_begin_at_their_oldest_tick_and_end_before_the_one_newer_than_their_newest(
    window: Cycles, events: list[int], expected: tuple[int, int, bool]
) -> None:
    assert span(window, [100, NULL, *events]) == expected


def test_each_clock_is_as_deep_as_its_deepest_window() -> None:
    clocks = ticks.clocks_of([days(3), issued(1, 3), due(2), issued(6), ALL])
    assert clocks == {
        "statements": ticks.Clock("statements", 2, 6), "due_bills": ticks.Clock("due_bills", 8, 2),
    }  # fmt: skip
    assert ticks.n_moments(clocks) == 10


@pytest.mark.parametrize(
    ("aggregate", "message"),
    [
        (Aggregate("orders", Op.COUNT, window=known("bills", 1)), "no clock 'bills'"),
        (Aggregate("macro", Op.COUNT, window=issued(1)), "clock issued has another key or source than view"),
        (Aggregate("statements", Op.COUNT, window=known("bureau", 1)), "another key or source"),
        (Aggregate("bureau", Op.COUNT, window=known("third_party", 1)), "another key or source"),
        (
            Aggregate("statements", Op.COUNT, window=issued(3, 2)),
            "the newest comes first",
        ),
        (Aggregate("statements", Op.COUNT, window=Cycles("due", 0, 2)), "counted from 1"),
    ],
)
def test_a_clock_that_does_not_fit_the_view_is_refused(aggregate: Aggregate, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        compile_plan([of(aggregate)])


def test_labels_tell_windows_apart() -> None:
    windows: list[Window | Cycles] = [
        days(30),
        days_back(91, 180),
        ALL,
        Window(None, 90),
        issued(2),
        issued(1, 2),
        due(3),
    ]
    assert [w.label for w in windows] == [
        "30d", "d91-180", "all", "before-90d", "issued:2", "issued:1-2", "due:3",
    ]  # fmt: skip
