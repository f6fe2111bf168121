"""Walking the trees: the margin that every explanation is checked against."""

from typing import Any

import numpy as np

from serving.model.reasons.constants import ZERO_THRESHOLD
from serving.model.reasons.kernels.signatures import F2, OUT1, TREES, Array, Arrays, inline, kernel


@inline
def _step(node: Any, x: float, threshold: Array, splits: Array) -> Any:
    """The child that a value takes; no jumps, so that the walks of several rows overlap.

    `splits` holds feature, right child, left child, flags: column 1 + left is the child. Flag 1 sends a NaN
    left (it compares as false with every threshold), 2 says that values near 0 are missing, 4 that they go
    left.
    """
    flags = splits[node, 3]
    left = (x <= threshold[node]) | ((flags & 1) & np.isnan(x))
    if flags & 2 and abs(x) <= ZERO_THRESHOLD:
        left = flags >> 2
    return np.uint64(splits[node, np.uint64(1 + left)])


@kernel(F2, TREES, OUT1)
def walk(rows: Array, trees: Arrays, out: Array) -> None:
    """Adds the margin of each row to `out`, tree by tree in LightGBM's order; a leaf is its own child.

    Every row takes as many steps as its tree is deep, those at a leaf staying where they are: the loop has a
    fixed length, and four rows at a time keep the processor busy while it waits for each other's memory.
    """
    starts, depths, threshold, splits, value = trees
    fours = len(rows) & ~3  # the rows that make whole fours
    for tree in range(len(depths)):
        root = np.uint64(starts[tree])
        for row in range(0, fours, 4):
            a = b = c = d = root
            for _ in range(depths[tree]):
                xa, xb = rows[row, np.uint64(splits[a, 0])], rows[row + 1, np.uint64(splits[b, 0])]
                xc, xd = rows[row + 2, np.uint64(splits[c, 0])], rows[row + 3, np.uint64(splits[d, 0])]
                a, b = _step(a, xa, threshold, splits), _step(b, xb, threshold, splits)
                c, d = _step(c, xc, threshold, splits), _step(d, xd, threshold, splits)
            out[row] += value[a]
            out[row + 1] += value[b]
            out[row + 2] += value[c]
            out[row + 3] += value[d]
        for row in range(fours, len(rows)):
            node = root
            for _ in range(depths[tree]):
                node = _step(node, rows[row, np.uint64(splits[node, 0])], threshold, splits)
            out[row] += value[node]
