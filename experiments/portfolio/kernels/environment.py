"""The exogenous environment of all accounts, as compiled code reads it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints


class Environment(NamedTuple):
    """Exogenous series, the same for every account.

    T months run from the start of the burn-in to one year beyond the end.

    Attributes:
        stress: (T,) macroeconomic stress, 0 calm … 1 worst of the downturn.
        published: (T,) stress as the lender knew it in that month.
        industry: (I, T) stress by industry.
        distress: (E, T) state of each employer: 0 sound, 1 in distress, 2 closed.
        season: (T,) seasonal log factor on orders.
        festival: (T,) day of the month of a shopping festival, 0 = none.
        days: (T,) days of the month.
        first: (I,) first employer of each industry.
        firms: (I,) employers of each industry.
    """

    stress: Floats
    published: Floats
    industry: Floats
    distress: NDArray[np.int8]
    season: Floats
    festival: NDArray[np.int8]
    days: Ints
    first: Ints
    firms: Ints
