"""The exogenous environment of all accounts, as compiled code reads it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints


class Environment(NamedTuple):
    """Calendar and exogenous series, the same for every account.

    D days and T months run from the start of the burn-in to `config.LOOKAHEAD` months beyond the end.

    Attributes:
        month: (D,) month of each day.
        dom: (D,) day of the month, from 1.
        length: (T,) days of each month.
        stress: (T,) macroeconomic stress, 0 calm … 1 worst of the downturn.
        published: (T,) stress as the lender knew it in that month.
        industry: (I, T) stress by industry.
        distress: (E, T) state of each employer: 0 sound, 1 in distress, 2 closed.
        season: (T,) seasonal factor on orders.
        first: (I,) first employer of each industry.
        firms: (I,) employers of each industry.
    """

    month: Ints
    dom: Ints
    length: Ints
    stress: Floats
    published: Floats
    industry: Floats
    distress: NDArray[np.int8]
    season: Floats
    first: Ints
    firms: Ints
