"""Lever sets as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Floats
from serving.advice.types import Lever, LeverKind, LeverSet


@dataclass(frozen=True)
class Behaviour:
    """n courses, a lever set each; each array (n,).

    Attributes:
        on_time: at least the minimum is paid by the due day.
        in_full: as much of the bill is paid as can be.
        use: highest bill as a share of the limit, infinite where it does not matter.
        no_inquiries: no credit is applied for.
        debt_rate: share of the debt elsewhere paid down a month.
        links: levers that link a source, by course.
    """

    on_time: Bools
    in_full: Bools
    use: Floats
    no_inquiries: Bools
    debt_rate: Floats
    links: tuple[frozenset[Lever], ...]

    def __len__(self) -> int:
        return len(self.use)


def behaviour_of(courses: Sequence[LeverSet]) -> Behaviour:
    """Lever sets as arrays; paying in full and paying down include paying on time."""
    sizes = [{lever.kind: lever.size for lever in course} for course in courses]
    full = np.array([LeverKind.IN_FULL in size for size in sizes], np.bool_)
    paying = (LeverKind.ON_TIME, LeverKind.USE)
    timely = np.array([any(kind in size for kind in paying) for size in sizes], np.bool_)
    return Behaviour(
        on_time=full | timely,
        in_full=full,
        use=np.array([size.get(LeverKind.USE, np.inf) for size in sizes]),
        no_inquiries=np.array([LeverKind.INQUIRIES in size for size in sizes], np.bool_),
        debt_rate=np.array([size.get(LeverKind.DEBT, 0.0) for size in sizes]),
        links=tuple(
            frozenset(lever for lever in course if lever.kind == LeverKind.LINK) for course in courses
        ),
    )
