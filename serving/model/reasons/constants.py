"""Numbers that the layout of the tables and the kernels that read them must agree on.

Numba compiles them into the kernels as literals, and its cache knows the file of a kernel only, not this one:
after a change here remove `serving/model/reasons/kernels/__pycache__`.
"""

import numpy as np

# ---- LightGBM's own (include/LightGBM/meta.h, tree.h) ------------------------------------------------------

MISSING_NONE, MISSING_ZERO, MISSING_NAN = 0, 1, 2
"""Kinds of missing value of a split: none (NaN is read as 0), zero or NaN, NaN."""

ZERO_THRESHOLD = float(np.float32(1e-35))
"""`kZeroThreshold`: LightGBM's predictor reads values this near 0 as 0. A C float, hence not 1e-35 itself."""

# ---- sizes -------------------------------------------------------------------------------------------------

MISSING_CODE = 65535
"""Code of a missing value that goes right: the largest of 16 bits, above the rank of every threshold."""

MAX_BITS = 12
"""Bits of a table row at most: masks and patterns fit 16 bits, and a table has no more than 4,096 rows."""

MAX_PATTERNS = 1 << MAX_BITS

# ---- what stands in which column of the arrays that a kernel reads -----------------------------------------

FEATURE, KIND, LIFT, CUTS = range(4)
"""`Program.columns`: feature read, kind of missing value, lift, number of thresholds."""

COLUMN, CUT = range(2)
"""`Program.tests`: coded column, and the largest code that goes left."""

LINK, POS = range(2)
"""`Program.uppers`: the mask it receives, and the bit of its player."""

G_LINK, G_PREFIX, G_TESTS, G_SLOTS = range(4)
"""`Program.groups`: the mask it receives, bits of that mask, splits of its own, players with a value."""

AT_UPPER, AT_GROUP, AT_TEST, AT_SLOT, AT_VALUE, AT_PATTERN = range(6)
"""`Program.starts`: where each tree's upper splits, groups, group tests, slots, values and patterns start."""
