"""Array types by what they hold; shapes stand in the docstrings of those who use them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Codes = NDArray[np.uint16]
Positions = NDArray[np.intp]
"""Positions of rows or columns, as numpy's own searches return them."""

NULL = np.iinfo(np.int64).min
"""The integer that stands for null in every integer column; it is numpy's NaT as well."""
