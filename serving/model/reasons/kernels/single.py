"""The values of a few accounts, one at a time: what a live decision waits for."""

import numpy as np

from serving.model.reasons.constants import (
    AT_GROUP,
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
from serving.model.reasons.kernels.signatures import C3, F1, LOOKUP, OUT2, Array, Arrays, inline, kernel
from serving.model.reasons.memory import eight, prefetch

AHEAD = 32
"""Groups between asking for a table entry and reading it: far enough that main memory (about 100 ns) has
answered, near enough that the entry (at most 12 values, 96 bytes) still stands in the first-level cache."""

PACK = np.uint64(0x0102040810204080)
"""Factor that gathers eight bytes of 0 or 1 into the top byte of their product.

Byte j of the word is bit 8j; the factor has the bits 7, 14, …, 56. Bit 8j meets the factor's bit 7(8 − j) at
bit 56 + j, so byte j arrives as bit j of the top byte. All other products fall below bit 56, each on a bit of
its own, so that nothing carries, or beyond bit 63, where they are lost.
"""


@inline
def _find_entries(left: Array, lookup: Arrays, masks: Array, at: Array) -> None:
    """Where each group's entry starts. Eight flags are packed into eight bits by one multiplication.

    `masks[0]` is the empty mask of the root; upper split i of a tree writes those of its left and right side
    to 1 + 2i and 2 + 2i, where the splits and groups below find them by their link. A set bit is a player
    that fails: the side to which the row does not go gets the bit of the split's player.
    """
    _, uppers, groups, starts, _ = lookup
    for tree in range(len(starts) - 1):
        first = starts[tree, AT_UPPER]
        for i in range(starts[tree + 1, AT_UPPER] - first):
            mask, went, pos = masks[uppers[first + i, LINK]], left[first + i], uppers[first + i, POS]
            masks[1 + 2 * i] = mask | ((went ^ 1) << pos)
            masks[2 + 2 * i] = mask | (went << pos)
        test, value = starts[tree, AT_TEST], starts[tree, AT_VALUE]
        for g in range(starts[tree, AT_GROUP], starts[tree + 1, AT_GROUP]):
            prefix, tests, slots = groups[g, G_PREFIX], groups[g, G_TESTS], groups[g, G_SLOTS]
            # The eight bytes may belong to the next group in part: only this one's `tests` bits are kept.
            own = ((eight(left, test) * PACK) >> np.uint64(56)) & np.uint64((1 << tests) - 1)
            # Low bits: players that fail above; high bits: the group's own splits. A row has `slots` values.
            at[g] = value + np.int64((masks[groups[g, G_LINK]] | (own << prefix)) * slots)
            test += np.int64(tests)
            value += np.int64(slots << (prefix + tests))


@inline
def _add_entries(lookup: Arrays, values: Array, at: Array, out: Array) -> None:
    groups, players = lookup[2], lookup[4]
    slot = np.uint64(0)
    for group in range(len(groups)):
        if group + AHEAD < len(groups):
            # Up to 8 values lie on two cache lines: the first one's and the last one's.
            prefetch(values, at[group + AHEAD])
            prefetch(values, at[group + AHEAD] + np.int64(groups[group + AHEAD, G_SLOTS]) - 1)
        here = np.uint64(at[group])
        for s in range(groups[group, G_SLOTS]):
            out[players[slot]] += values[here + np.uint64(s)]
            slot += np.uint64(1)


@kernel(C3, LOOKUP, F1, OUT2)
def explain_each(codes: Array, lookup: Arrays, values: Array, out: Array) -> None:
    """Adds each row's values to `out` (n, players), one row a block: the shortest way for a few rows.

    All addresses are found before any table is read, so that memory can be asked for ahead of need.
    """
    tests = lookup[0]
    # Eight bytes more than there are tests, because `eight` reads on from the last one.
    left, at = np.zeros(len(tests) + 8, np.uint8), np.empty(len(lookup[2]), np.int64)
    masks = np.zeros(1 + 2 * len(lookup[1]), np.uint32)
    for row in range(len(codes)):
        for i in range(len(tests)):
            left[i] = codes[row, tests[i, COLUMN], 0] <= tests[i, CUT]
        _find_entries(left, lookup, masks, at)
        _add_entries(lookup, values, at, out[row])
