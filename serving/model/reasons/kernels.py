"""The inner loops, compiled once and kept on disk. No `fastmath`: NaN is data here.

Importing this module compiles in the first process and loads from numba's cache in all later ones
(`NUMBA_CACHE_DIR`, by default `__pycache__`); where nothing can be written each process compiles for itself.
Every kernel releases the interpreter, so batches run on plain threads. What the tuples hold stands in
`TreeEnsemble.walked`, `Program.coding` and `Program.lookup`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, types

from serving.model.reasons.memory import eight, prefetch
from serving.model.reasons.program import (
    AT_GROUP,
    AT_PATTERN,
    AT_SLOT,
    AT_TEST,
    AT_UPPER,
    AT_VALUE,
    COLUMN,
    CUT,
    CUTS,
    FEATURE,
    G_LINK,
    G_PREFIX,
    G_SLOTS,
    G_TESTS,
    KIND,
    LIFT,
    LINK,
    MISSING_CODE,
    POS,
)
from serving.model.reasons.trees import ZERO_THRESHOLD

Array = Any
Arrays = Any
AHEAD = 32
ALL_ONES = np.uint16(65535)
PACK = np.uint64(0x0102040810204080)


def _given(kind: Any, ndim: int) -> Any:
    return types.Array(kind, ndim, "C", readonly=True)


def _tuple(*kinds: Any) -> Any:
    return types.Tuple(kinds)  # type: ignore[no-untyped-call]


F1, F2 = _given(types.float64, 1), _given(types.float64, 2)
I1, I2 = _given(types.int32, 1), _given(types.int32, 2)
L1, L2 = _given(types.int64, 1), _given(types.int64, 2)
C1, C2, C3 = (_given(types.uint16, ndim) for ndim in (1, 2, 3))
OUT1, OUT2, OUT3 = types.float64[::1], types.float64[:, ::1], types.float64[:, :, ::1]
TREES = _tuple(I1, I1, F1, I2, F1)
CODING = _tuple(I2, F1)
LOOKUP = _tuple(C2, C2, C2, L2, C1)
LEAVES = _tuple(F1, I1, L1, I2)
LAYOUT = _tuple(L1, L1)

_inline = njit(nogil=True, error_model="numpy", inline="always")


def _kernel(*arguments: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def compiled(function: Callable[..., None]) -> Any:
        signature = types.void(*arguments)
        try:
            return njit(signature, cache=True, nogil=True, error_model="numpy")(function)
        except RuntimeError:
            return njit(signature, nogil=True, error_model="numpy")(function)

    return compiled


@_inline
def _step(node: Any, x: float, threshold: Array, splits: Array) -> Any:
    """The child that a value takes; no jumps, so that the walks of several rows overlap."""
    flags = splits[node, 3]
    left = (x <= threshold[node]) | ((flags & 1) & np.isnan(x))
    if flags & 2 and abs(x) <= ZERO_THRESHOLD:
        left = flags >> 2
    return np.uint64(splits[node, np.uint64(1 + left)])


@_kernel(F2, TREES, OUT1)
def walk(rows: Array, trees: Arrays, out: Array) -> None:
    """Adds the margin of each row to `out`, tree by tree in LightGBM's order; a leaf is its own child."""
    starts, depths, threshold, splits, value = trees
    fours = len(rows) & ~3
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


@_kernel(F2, CODING, types.uint16[:, :, ::1])
def encode(rows: Array, coding: Arrays, codes: Array) -> None:
    """Fills `codes` (blocks, columns, width) with the number of cuts below a value, or missing."""
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
                absent = (kind == 2 and nothing) or (kind == 1 and not abs(x) > ZERO_THRESHOLD)
                x = 0.0 if nothing else x
                low, left = start, size
                while left > 1:
                    half = left >> 1
                    low += np.uint64(half * (cuts[low + np.uint64(half - 1)] < x))
                    left -= half
                low += np.uint64(cuts[low] < x)
                out[r] = missing if absent else lift + np.int64(low - start)
            start += np.uint64(size)


@_inline
def _find_entries(left: Array, lookup: Arrays, masks: Array, at: Array) -> None:
    """Where each group's entry starts. Eight flags are packed into eight bits by one multiplication."""
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
            own = ((eight(left, test) * PACK) >> np.uint64(56)) & np.uint64((1 << tests) - 1)
            at[g] = value + np.int64((masks[groups[g, G_LINK]] | (own << prefix)) * slots)
            test += np.int64(tests)
            value += np.int64(slots << (prefix + tests))


@_inline
def _add_entries(lookup: Arrays, values: Array, at: Array, out: Array) -> None:
    groups, players = lookup[2], lookup[4]
    slot = np.uint64(0)
    for group in range(len(groups)):
        if group + AHEAD < len(groups):
            prefetch(values, at[group + AHEAD])
            prefetch(values, at[group + AHEAD] + np.int64(groups[group + AHEAD, G_SLOTS]) - 1)
        here = np.uint64(at[group])
        for s in range(groups[group, G_SLOTS]):
            out[players[slot]] += values[here + np.uint64(s)]
            slot += np.uint64(1)


@_kernel(C3, LOOKUP, F1, OUT2)
def explain_each(codes: Array, lookup: Arrays, values: Array, out: Array) -> None:
    """Adds each row's values to `out` (n, players), one row a block: the shortest way for a few rows.

    All addresses are found before any table is read, so that memory can be asked for ahead of need.
    """
    tests = lookup[0]
    left, at = np.zeros(len(tests) + 8, np.uint8), np.empty(len(lookup[2]), np.int64)
    masks = np.zeros(1 + 2 * len(lookup[1]), np.uint32)
    for row in range(len(codes)):
        for i in range(len(tests)):
            left[i] = codes[row, tests[i, COLUMN], 0] <= tests[i, CUT]
        _find_entries(left, lookup, masks, at)
        _add_entries(lookup, values, at, out[row])


@_inline
def _scratch(starts: Array, width: int) -> Any:
    """For a block of rows: the masks of a tree, the outcome of a test, the table rows of a tree."""
    uppers, groups = 0, 0
    for tree in range(len(starts) - 1):
        uppers = max(uppers, starts[tree + 1, AT_UPPER] - starts[tree, AT_UPPER])
        groups = max(groups, starts[tree + 1, AT_GROUP] - starts[tree, AT_GROUP])
    masks = np.zeros((1 + 2 * uppers, width), np.uint16)
    return masks, np.empty(width, np.uint16), np.empty((groups, width), np.uint16)


@_inline
def _goes_left(codes: Array, test: Array, out: Array) -> None:
    code, cut = codes[test[COLUMN]], test[CUT]
    for r in range(len(code)):
        out[r] = ALL_ONES if code[r] <= cut else np.uint16(0)


@_inline
def _hand_down(codes: Array, lookup: Arrays, first: int, end: int, scratch: Arrays) -> None:
    """What the upper splits of a tree hand down."""
    masks, flag = scratch[0], scratch[1]
    for i in range(end - first):
        upper = lookup[1][first + i]
        _goes_left(codes, lookup[0][first + i], flag)
        above, to_left, to_right = masks[upper[LINK]], masks[1 + 2 * i], masks[2 + 2 * i]
        bit = np.uint16(1 << upper[POS])
        for r in range(codes.shape[1]):
            to_left[r] = above[r] | (~flag[r] & bit)
            to_right[r] = above[r] | (flag[r] & bit)


@_inline
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


@_inline
def _add_tables(lookup: Arrays, tree: int, rows: Array, values: Array, out: Array) -> None:
    """Adds the table rows of a tree's groups to a block of `out` (players, width)."""
    starts, players = lookup[3], lookup[4]
    first, slot, value = starts[tree, AT_GROUP], starts[tree, AT_SLOT], starts[tree, AT_VALUE]
    for i in range(starts[tree + 1, AT_GROUP] - first):
        group, bits = lookup[2][first + i], rows[i]
        slots = np.uint64(group[G_SLOTS])
        for s in range(slots):
            mine, table = out[players[slot]], values[value + np.int64(s) :]
            for r in range(len(mine)):
                mine[r] += table[np.uint64(bits[r]) * slots]
            slot += 1
        value += np.int64(slots << np.uint64(group[G_PREFIX] + group[G_TESTS]))


@_kernel(C3, LOOKUP, F1, OUT3)
def explain_block(codes: Array, lookup: Arrays, values: Array, out: Array) -> None:
    """Adds the values of many rows to `out` (blocks, players, width), tree by tree: its tables stay near."""
    scratch = _scratch(lookup[3], codes.shape[2])
    for tree in range(len(lookup[3]) - 1):
        for block in range(len(codes)):
            _find_rows(codes[block], lookup, tree, scratch)
            _add_tables(lookup, tree, scratch[2], values, out[block])


@_kernel(C3, F1, LOOKUP, OUT1)
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


@_inline
def _count_bits(pattern: int, k: int) -> int:
    count = 0
    for i in range(k):
        count += (pattern >> i) & 1
    return count


@_inline
def _leaf_table(often: Array, k: int, weight: Array) -> Any:
    """The 3^k pairs of patterns of a leaf: `both` runs over all subsets of the bits that x has."""
    full = (1 << k) - 1
    table = np.zeros((full + 1, k))
    for x in range(full + 1):
        only_z, both = full & ~x, x
        b = _count_bits(only_z, k)
        while both >= 0:
            share = often[only_z | both]
            a = _count_bits(x & ~both, k)
            for i in range(k):
                if (only_z >> i) & 1:
                    table[x, i] -= share * weight[b, a]
                elif not (both >> i) & 1:
                    table[x, i] += share * weight[a, b]
            both = ((both - 1) & x) if both else -1
    return table


@_kernel(F1, F2, LEAVES, LAYOUT, OUT1)
def fill_tables(counts: Array, weight: Array, leaves: Arrays, layout: Arrays, values: Array) -> None:
    """Adds every leaf's Shapley values to its group's table; see `serving.model.reasons.compile`."""
    leaf_value, leaf_group, leaf_starts, conditions = leaves
    starts, table_starts = layout
    for leaf in range(len(leaf_value)):
        first, k, g = leaf_starts[leaf], leaf_starts[leaf + 1] - leaf_starts[leaf], leaf_group[leaf]
        n_patterns = starts[g + 1] - starts[g]
        slots = (table_starts[g + 1] - table_starts[g]) // n_patterns
        met = np.zeros(n_patterns, np.int64)
        often = np.zeros(1 << k)
        for pattern in range(n_patterns):
            for i in range(k):
                if (pattern & conditions[first + i, 1]) == conditions[first + i, 2]:
                    met[pattern] |= 1 << i
            often[met[pattern]] += counts[starts[g] + pattern]
        table = _leaf_table(often, k, weight)
        for pattern in range(n_patterns):
            here = table_starts[g] + pattern * slots
            for i in range(k):
                values[here + conditions[first + i, 0]] += leaf_value[leaf] * table[met[pattern], i]
