"""Several trainings at once, one thread each.

The threads of one LightGBM training meet many times a round, and where the cores are busy each meeting waits
for the slower one. Trainings side by side never meet, and one thread each sums in one order everywhere.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def side_by_side(call: Callable[[In], Out], inputs: Iterable[In], workers: int) -> list[Out]:
    """What `call` gives for each input, in their order; the first error is raised."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(call, inputs))
