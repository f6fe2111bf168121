"""Plans as arrays: which plans contain each lever, and in which size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from features.arrays import Bools, Floats, Ints
from serving.advice.levers.base import LeverDefinition
from serving.advice.levers.registry import LEVERS, governs_payment
from serving.advice.types import Lever, Plan


@dataclass(frozen=True)
class PlanArrays:
    """n plans evaluated together.

    Attributes:
        plans: the plans.
    """

    plans: tuple[Plan, ...]

    def __len__(self) -> int:
        return len(self.plans)

    @cached_property
    def selections(self) -> Sequence[tuple[LeverDefinition, Ints, Floats]]:
        """By lever in use, in order of the registry: (p,) plans that contain it, (p,) its size in each."""
        found = []
        for key, definition in LEVERS.items():
            sizes = [
                (i, lever.size) for i, plan in enumerate(self.plans) for lever in plan if lever.kind == key
            ]
            if sizes:
                at, size = zip(*sizes, strict=True)
                found.append((definition, np.array(at, np.int64), np.array(size, np.float64)))
        return tuple(found)

    @cached_property
    def governs_payment(self) -> Bools:
        """(n,) whether the plan governs how bills are paid."""
        return np.array([governs_payment(plan) for plan in self.plans], np.bool_)

    def levers(self) -> Iterator[tuple[LeverDefinition, Lever, Ints]]:
        """Every distinct lever in use, with its definition and the plans that contain it."""
        for lever in sorted(set().union(*self.plans)):
            at = [i for i, plan in enumerate(self.plans) if lever in plan]
            yield LEVERS[lever.kind], lever, np.array(at, np.int64)
