"""Lever sets as arrays, and how life around them may vary."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from serving.advice.types import LeverKind, LeverSet

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Course:
    """A lever set in one variant of life.

    Attributes:
        levers: what is done; nothing for the continuation without change.
        charges: new charges, as a multiple of the usual.
        debt: debt elsewhere, as a multiple of the usual.
    """

    levers: LeverSet = ()
    charges: float = 1.0
    debt: float = 1.0


@dataclass(frozen=True)
class Behaviour:
    """n courses, each array (n,).

    Attributes:
        on_time: at least the minimum is paid by the due day.
        in_full: as much of the bill is paid as can be.
        use: highest bill as a share of the limit, infinite where it does not matter.
        no_inquiries: no credit is applied for.
        debt_rate: share of the debt elsewhere paid down a month.
        charges: multiple of the usual new charges.
        debt: multiple of the usual debt elsewhere.
        links: sources linked, by course.
    """

    on_time: Bools
    in_full: Bools
    use: Floats
    no_inquiries: Bools
    debt_rate: Floats
    charges: Floats
    debt: Floats
    links: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.use)


def behaviour_of(courses: Sequence[Course]) -> Behaviour:
    """The courses as arrays; paying in full includes paying on time."""
    sizes = [{lever.kind: lever.size for lever in course.levers} for course in courses]
    full = np.array([LeverKind.IN_FULL in size for size in sizes], np.bool_)
    return Behaviour(
        on_time=full | np.array([LeverKind.ON_TIME in size for size in sizes], np.bool_),
        in_full=full,
        use=np.array([size.get(LeverKind.USE, np.inf) for size in sizes]),
        no_inquiries=np.array([LeverKind.INQUIRIES in size for size in sizes], np.bool_),
        debt_rate=np.array([size.get(LeverKind.DEBT, 0.0) for size in sizes]),
        charges=np.array([course.charges for course in courses]),
        debt=np.array([course.debt for course in courses]),
        links=tuple(
            frozenset(lever.source for lever in course.levers if lever.kind == LeverKind.LINK)
            for course in courses
        ),
    )
