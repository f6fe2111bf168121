"""Several trainings in parallel, one thread each.

The threads of one LightGBM training synchronise many times a round, and on busy cores each barrier waits for
the slowest. Parallel trainings need no barrier, and a single thread sums in the same order on every machine.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def parallel_map(call: Callable[[In], Out], inputs: Iterable[In], workers: int) -> list[Out]:
    """Results of `call` for each input, in their order; the first error is raised."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(call, inputs))
