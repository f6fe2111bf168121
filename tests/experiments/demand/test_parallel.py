import threading

import pytest

from experiments.demand.parallel import side_by_side


def test_calls_run_at_once_and_answers_keep_the_order() -> None:
    meet = threading.Barrier(2, timeout=10)

    def call(n: int) -> int:
        meet.wait()
        return n * n

    assert side_by_side(call, range(4), 2) == [0, 1, 4, 9]


def test_an_error_is_not_lost() -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda n: 1 // n, [1, 0], 2)
