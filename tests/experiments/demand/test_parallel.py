import threading

import pytest

from experiments.demand.parallel import parallel_map


def test_calls_run_at_once_and_answers_keep_the_order() -> None:
    meet = threading.Barrier(2, timeout=10)

    def call(n: int) -> int:
        meet.wait()
        return n * n

    assert parallel_map(call, range(4), 2) == [0, 1, 4, 9]


def test_an_error_is_not_lost() -> None:
    with pytest.raises(ZeroDivisionError):
        parallel_map(lambda n: 1 // n, [1, 0], 2)
