from datetime import datetime

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from features.arrays import NULL
from features.engine.window import ALL, Window, bounds, days, month_back, months, months_back


def span(window: Window, as_of: datetime) -> tuple[datetime, datetime]:
    low, high = bounds(np.array([as_of], "M8[us]").view(np.int64), [window])
    return low.view("M8[us]")[0, 0].item(), high.view("M8[us]")[0, 0].item()


def test_days_are_days_and_months_are_months() -> None:
    as_of = datetime(2024, 3, 15, 8)
    assert span(days(30), as_of) == (datetime(2024, 2, 14, 8), as_of)
    assert span(months(1), as_of) == (datetime(2024, 2, 15, 8), as_of)
    assert span(month_back(2), as_of) == (datetime(2024, 1, 15, 8), datetime(2024, 2, 15, 8))
    assert span(months_back(4, 6), as_of) == (datetime(2023, 9, 15, 8), datetime(2023, 12, 15, 8))


def test_the_day_is_capped_at_the_end_of_a_shorter_month() -> None:
    assert span(months(1), datetime(2024, 3, 31))[0] == datetime(2024, 2, 29)
    assert span(months(1), datetime(2023, 3, 31))[0] == datetime(2023, 2, 28)
    assert span(months(4), datetime(2023, 3, 31))[0] == datetime(2022, 11, 30)


def test_all_of_the_past_has_no_beginning() -> None:
    low, _ = bounds(np.array([0]), [ALL])
    assert low[0, 0] == NULL


@settings(max_examples=200, deadline=None, derandomize=True)
@given(as_of=st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)), n=st.integers(0, 60))
def test_months_agree_with_polars_on_any_moment(as_of: datetime, n: int) -> None:
    expected = pl.Series([as_of], dtype=pl.Datetime("us")).dt.offset_by(f"-{n}mo")[0]
    assert span(months(n), as_of)[0] == expected


def test_labels_tell_windows_apart() -> None:
    windows = [days(30), months(3), month_back(2), months_back(4, 6), ALL, Window(24, 0, 12)]
    assert [w.label for w in windows] == ["30d", "3m", "m2", "m4-6", "all", "m13-24"]
