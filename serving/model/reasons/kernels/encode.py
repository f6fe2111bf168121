"""From values to codes: the rank of a value among the thresholds of its column."""

import numpy as np

from serving.model.reasons.constants import (
    CUTS,
    FEATURE,
    KIND,
    LIFT,
    MISSING_CODE,
    MISSING_NAN,
    MISSING_ZERO,
    ZERO_THRESHOLD,
)
from serving.model.reasons.kernels.signatures import CODES_OUT, CODING, F2, Array, Arrays, kernel


@kernel(F2, CODING, CODES_OUT)
def encode(rows: Array, coding: Arrays, codes: Array) -> None:
    """Fills `codes` (blocks, columns, width) with the number of cuts below a value, or missing.

    A column's codes stand side by side for the rows of a block, so that later loops over a block run through
    contiguous memory. Where missing values go left their code is 0, and `lift` moves all others up by 1.
    """
    columns, cuts = coding
    width = codes.shape[2]
    for first in range(0, len(rows), width):
        n, start = min(width, len(rows) - first), np.uint64(0)
        for column in range(len(columns)):
            feature, kind = np.uint64(columns[column, FEATURE]), columns[column, KIND]
            lift, size = columns[column, LIFT], columns[column, CUTS]
            missing, out = 0 if lift else MISSING_CODE, codes[first // width, column]
            for r in range(n):
                x = rows[first + r, feature]
                nothing = np.isnan(x)
                absent = (kind == MISSING_NAN and nothing) or (
                    kind == MISSING_ZERO and not abs(x) > ZERO_THRESHOLD
                )
                x = 0.0 if nothing else x
                # Binary search without a branch: a comparison is 0 or 1, and multiplies the step.
                low, left = start, size
                while left > 1:
                    half = left >> 1
                    low += np.uint64(half * (cuts[low + np.uint64(half - 1)] < x))
                    left -= half
                low += np.uint64(cuts[low] < x)
                out[r] = missing if absent else lift + np.int64(low - start)
            start += np.uint64(size)
