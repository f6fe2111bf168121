"""The values of many accounts, a block of rows at a time, and the counting of the reference's patterns.

A block is `width` rows whose codes stand side by side. The loops over `r` that find table rows have no branch
and run through contiguous 16-bit numbers, so that the compiler makes vector instructions of them: many rows a
step.
"""

from typing import Any

import numpy as np

from serving.model.reasons.constants import (
    AT_GROUP,
    AT_PATTERN,
    AT_SLOT,
    AT_TEST,
    AT_UPPER,
    AT_VALUE,
    COLUMN,
    CUT,
    G_LINK,
    G_PREFIX,
    G_SLOTS,
    G_TESTS,
    LINK,
    POS,
)
from serving.model.reasons.kernels.signatures import (
    C3,
    F1,
    LOOKUP,
    OUT1,
    OUT3,
    Array,
    Arrays,
    inline,
    kernel,
)

ALL_ONES = np.uint16(65535)
"""True as a mask: `flag & bit` is the bit, `~flag & bit` is nothing. A choice without a branch."""


@inline
def _scratch(starts: Array, width: int) -> Any:
    """For a block of rows: the masks of a tree, the outcome of a test, the table rows of a tree."""
    uppers, groups = 0, 0
    for tree in range(len(starts) - 1):
        uppers = max(uppers, starts[tree + 1, AT_UPPER] - starts[tree, AT_UPPER])
        groups = max(groups, starts[tree + 1, AT_GROUP] - starts[tree, AT_GROUP])
    masks = np.zeros((1 + 2 * uppers, width), np.uint16)  # row 0, the root's, stays empty
    return masks, np.empty(width, np.uint16), np.empty((groups, width), np.uint16)


@inline
def _goes_left(codes: Array, test: Array, out: Array) -> None:
    code, cut = codes[test[COLUMN]], test[CUT]
    for r in range(len(code)):
        out[r] = ALL_ONES if code[r] <= cut else np.uint16(0)


@inline
def _hand_down(codes: Array, lookup: Arrays, first: int, end: int, scratch: Arrays) -> None:
    """What the upper splits of a tree hand down: the bit of a split's player on the side not taken."""
    masks, flag = scratch[0], scratch[1]
    for i in range(end - first):
        upper = lookup[1][first + i]
        _goes_left(codes, lookup[0][first + i], flag)
        above, to_left, to_right = masks[upper[LINK]], masks[1 + 2 * i], masks[2 + 2 * i]
        bit = np.uint16(1 << upper[POS])
        for r in range(codes.shape[1]):
            to_left[r] = above[r] | (~flag[r] & bit)
            to_right[r] = above[r] | (flag[r] & bit)


@inline
def _find_rows(codes: Array, lookup: Arrays, tree: int, scratch: Arrays) -> None:
    """The table rows of a tree's groups for a block of (columns, width) codes."""
    masks, flag, rows = scratch
    _hand_down(codes, lookup, lookup[3][tree, AT_UPPER], lookup[3][tree + 1, AT_UPPER], scratch)
    test, first = lookup[3][tree, AT_TEST], lookup[3][tree, AT_GROUP]
    for i in range(lookup[3][tree + 1, AT_GROUP] - first):
        group, bits = lookup[2][first + i], rows[i]
        bits[:] = masks[group[G_LINK]]
        for j in range(group[G_TESTS]):
            _goes_left(codes, lookup[0][test], flag)
            bit = np.uint16(1 << (group[G_PREFIX] + j))
            for r in range(codes.shape[1]):
                bits[r] |= flag[r] & bit
            test += 1


@inline
def _add_tables(lookup: Arrays, tree: int, rows: Array, values: Array, out: Array) -> None:
    """Adds the table rows of a tree's groups to a block of `out` (players, width)."""
    starts, players = lookup[3], lookup[4]
    first, slot, value = starts[tree, AT_GROUP], starts[tree, AT_SLOT], starts[tree, AT_VALUE]
    for i in range(starts[tree + 1, AT_GROUP] - first):
        group, bits = lookup[2][first + i], rows[i]
        slots = np.uint64(group[G_SLOTS])
        for s in range(slots):
            mine, table = out[players[slot]], values[value + np.int64(s) :]
            # A table row has `slots` values side by side: this player's value of row b stands at b * slots.
            for r in range(len(mine)):
                mine[r] += table[np.uint64(bits[r]) * slots]
            slot += 1
        value += np.int64(slots << np.uint64(group[G_PREFIX] + group[G_TESTS]))


@kernel(C3, LOOKUP, F1, OUT3)
def explain_block(codes: Array, lookup: Arrays, values: Array, out: Array) -> None:
    """Adds the values of many rows to `out` (blocks, players, width), tree by tree: its tables stay near."""
    scratch = _scratch(lookup[3], codes.shape[2])
    for tree in range(len(lookup[3]) - 1):
        for block in range(len(codes)):
            _find_rows(codes[block], lookup, tree, scratch)
            _add_tables(lookup, tree, scratch[2], values, out[block])


@kernel(C3, F1, LOOKUP, OUT1)
def count_patterns(codes: Array, weights: Array, lookup: Arrays, out: Array) -> None:
    """Adds the weight of the rows with each pattern of bits to `out`, group after group."""
    groups, starts, width = lookup[2], lookup[3], codes.shape[2]
    scratch = _scratch(starts, width)
    for tree in range(len(starts) - 1):
        for block in range(len(codes)):
            _find_rows(codes[block], lookup, tree, scratch)
            pattern, first = starts[tree, AT_PATTERN], starts[tree, AT_GROUP]
            own = weights[block * width : (block + 1) * width]
            for i in range(starts[tree + 1, AT_GROUP] - first):
                for r in range(len(own)):
                    out[pattern + scratch[2][i, r]] += own[r]
                pattern += 1 << np.int64(groups[first + i, G_PREFIX] + groups[first + i, G_TESTS])
