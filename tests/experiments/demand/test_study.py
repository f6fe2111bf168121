import numpy as np
import pytest

from experiments.demand.study import UserSample, with_earlier
from features.errors import DataError

NOW = UserSample(np.array([1, 2]), np.array([[1.0, 2.0], [3.0, 4.0]]), ("old", "new"), np.array([0.0, 5.0]))
PAST = UserSample(np.array([1, 2]), np.array([[9.0, 7.0], [9.0, 8.0]]), ("gone", "old"), np.array([4.0, 0.0]))


def test_earlier_rows_take_the_columns_of_the_later_ones_and_an_indicator() -> None:
    now, earlier = with_earlier(NOW, PAST, 0.5)
    assert now.x.tolist() == [[1, 2, 0], [3, 4, 0]]
    assert np.array_equal(earlier.x, [[7, np.nan, 1], [8, np.nan, 1]], equal_nan=True)
    assert [now.weight.tolist(), earlier.weight.tolist()] == [[1, 1], [0.5, 0.5]]
    assert [now.log_amount.tolist(), earlier.log_amount.tolist()] == [[0, 5], [4, 0]]


def test_moments_with_other_users_are_refused() -> None:
    other = UserSample(np.array([1, 3]), PAST.x, PAST.names, PAST.log_amount)
    with pytest.raises(DataError, match="2 users now, 2 earlier, not the same"):
        with_earlier(NOW, other, 0.5)
