"""What happens to everyone, as compiled code reads it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class World(NamedTuple):
    """What happens to everyone: months from the start of the burn-in, one year beyond the end.

    Attributes:
        stress: (T,) 0 calm … 1 worst of the downturn.
        published: (T,) stress as the lender knew it in that month.
        industry: (I, T) stress by industry.
        distress: (E, T) employers: 0 sound, 1 in distress, 2 gone.
        season: (T,) log factor on orders.
        festival: (T,) 1 in the months of temporary limits.
        days: (T,) days of the month.
        first: (I,) first employer of each industry.
        firms: (I,) employers of each industry.
    """

    stress: NDArray[np.float64]
    published: NDArray[np.float64]
    industry: NDArray[np.float64]
    distress: NDArray[np.int8]
    season: NDArray[np.float64]
    festival: NDArray[np.int8]
    days: NDArray[np.int64]
    first: NDArray[np.int64]
    firms: NDArray[np.int64]
