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

from serving.reasons.prefetch import prefetch
from serving.reasons.program import (
    G_LINK,
    G_PREFIX,
    G_SLOT,
    G_SLOTS,
    G_TEST,
    G_TESTS,
    LINK,
    MISSING_CODE,
    POS,
)

Array = Any
Arrays = Any
ZERO_THRESHOLD = float(np.float32(1e-35))
BLOCK = 256
AHEAD = 32
ALL_ONES = np.uint16(65535)
PACK = np.uint64(0x0102040810204080)


def _given(kind: Any, ndim: int) -> Any:
    return types.Array(kind, ndim, "C", readonly=True)


def _tuple(*kinds: Any) -> Any:
    return types.Tuple(kinds)  # type: ignore[no-untyped-call]


F1, F2 = _given(types.float64, 1), _given(types.float64, 2)
I1, I2, L1 = _given(types.int32, 1), _given(types.int32, 2), _given(types.int64, 1)
C2 = _given(types.uint16, 2)
OUT1, OUT2 = types.float64[::1], types.float64[:, ::1]
TREES = _tuple(I1, I1, F1, I2, F1)
CODING = _tuple(I2, I1, F1)
LOOKUP = _tuple(C2, I2, I2, I2, L1, I1)
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


@_kernel(F2, TREES, OUT1)
def walk(rows: Array, trees: Arrays, out: Array) -> None:
    """Adds the margin of each row to `out`, tree by tree in LightGBM's order; a leaf is its own child."""
    starts, depths, threshold, splits, value = trees
    for tree in range(len(depths)):
        for row in range(rows.shape[0]):
            node = np.uint64(starts[tree])
            for _ in range(depths[tree]):
                x = rows[row, np.uint64(splits[node, 0])]
                flags = splits[node, 3]
                left = (x <= threshold[node]) | ((flags & 1) & np.isnan(x))
                if flags & 2 and abs(x) <= ZERO_THRESHOLD:
                    left = flags >> 2
                node = np.uint64(splits[node, np.uint64(1 + left)])
            out[row] += value[node]


@_kernel(F2, CODING, types.uint16[:, ::1])
def encode(rows: Array, coding: Arrays, codes: Array) -> None:
    """Fills `codes` (columns, n) with the number of cuts below each value, or `MISSING_CODE`."""
    columns, cut_starts, cuts = coding
    for first in range(0, rows.shape[0], BLOCK):
        for column in range(columns.shape[0]):
            feature, kind = np.uint64(columns[column, 0]), columns[column, 1]
            start, size = np.uint64(cut_starts[column]), cut_starts[column + 1] - cut_starts[column]
            for row in range(first, min(first + BLOCK, rows.shape[0])):
                x = rows[row, feature]
                nothing = np.isnan(x)
                absent = (nothing and kind == 2) or (kind == 1 and not abs(x) > ZERO_THRESHOLD)
                if nothing:
                    x = 0.0
                low, left = start, size
                while left > 1:
                    half = left >> 1
                    low += np.uint64(half * (cuts[low + np.uint64(half - 1)] < x))
                    left -= half
                low += np.uint64(cuts[low] < x)
                codes[column, row] = MISSING_CODE if absent else low - start


@_inline
def _find_entries(left: Array, lookup: Arrays, at: Array) -> None:
    """Where each group's entry starts. Eight flags are packed into eight bits by one multiplication."""
    uppers, groups, tree_starts, table_starts = lookup[1], lookup[2], lookup[3], lookup[4]
    masks = np.zeros(1 + 2 * len(uppers), np.uint32)
    for tree in range(len(tree_starts) - 1):
        base = tree_starts[tree, 0]
        for i in range(tree_starts[tree + 1, 0] - base):
            mask, went = masks[np.uint64(uppers[base + i, LINK])], left[base + i]
            pos = np.uint32(uppers[base + i, POS])
            masks[1 + 2 * i] = mask | ((went ^ 1) << pos)
            masks[2 + 2 * i] = mask | (went << pos)
        for g in range(tree_starts[tree, 1], tree_starts[tree + 1, 1]):
            first = groups[g, G_TEST]
            flags = left[first : first + 8].view(np.uint64)[0]
            own = ((flags * PACK) >> np.uint64(56)) & np.uint64((1 << groups[g, G_TESTS]) - 1)
            bits = masks[np.uint64(groups[g, G_LINK])] | (own << np.uint64(groups[g, G_PREFIX]))
            at[g] = table_starts[g] + np.int64(bits) * groups[g, G_SLOTS]


@_inline
def _add_entries(groups: Array, players: Array, values: Array, at: Array, out: Array) -> None:
    slot = np.uint64(0)
    for g in range(len(groups)):
        if g + AHEAD < len(groups):
            prefetch(values, at[g + AHEAD])  # type: ignore[call-arg]
            prefetch(values, at[g + AHEAD] + groups[g + AHEAD, G_SLOTS] - 1)
        here = np.uint64(at[g])
        for s in range(groups[g, G_SLOTS]):
            out[np.uint64(players[slot])] += values[here + np.uint64(s)]
            slot += np.uint64(1)


@_kernel(C2, LOOKUP, F1, OUT2)
def explain_each(codes: Array, lookup: Arrays, values: Array, out: Array) -> None:
    """Adds each row's values to `out` (n, players), one row at a time: the shortest way for a few rows.

    All addresses are found before any table is read, so that memory can be asked for ahead of need.
    """
    tests, players = lookup[0], lookup[5]
    left, at = np.zeros(len(tests) + 8, np.uint8), np.empty(len(lookup[2]), np.int64)
    for row in range(codes.shape[1]):
        for i in range(len(tests)):
            left[i] = np.uint16(codes[tests[i, 0], row] + tests[i, 2]) <= tests[i, 1]
        _find_entries(left, lookup, at)
        _add_entries(lookup[2], players, values, at, out[row])


@_inline
def _goes_left(codes: Array, test: Array, first: int, n: int, out: Array) -> None:
    cut, lift = test[1], test[2]
    code = codes[test[0], first : first + n]
    for r in range(n):
        out[r] = ALL_ONES if np.uint16(code[r] + lift) <= cut else np.uint16(0)


@_inline
def _upper_bits(codes: Array, lookup: Arrays, tree: int, span: Arrays, scratch: Arrays) -> None:
    """What each upper split of a tree hands down, for a block of rows."""
    tests, uppers, base = lookup[0], lookup[1], lookup[3][tree, 0]
    first, n = span
    masks, flag = scratch[0], scratch[1]
    for i in range(lookup[3][tree + 1, 0] - base):
        _goes_left(codes, tests[base + i], first, n, flag)
        above, to_left, to_right = masks[uppers[base + i, LINK]], masks[1 + 2 * i], masks[2 + 2 * i]
        bit = np.uint16(1 << uppers[base + i, POS])
        for r in range(n):
            to_left[r] = above[r] | (~flag[r] & bit)
            to_right[r] = above[r] | (flag[r] & bit)


@_inline
def _group_bits(codes: Array, lookup: Arrays, g: int, span: Arrays, scratch: Arrays) -> None:
    """The table row of a group, for a block of rows."""
    tests, group = lookup[0], lookup[2][g]
    first, n = span
    masks, flag, bits = scratch
    bits[:n] = masks[group[G_LINK], :n]
    for i in range(group[G_TESTS]):
        _goes_left(codes, tests[group[G_TEST] + i], first, n, flag)
        bit = np.uint16(1 << (group[G_PREFIX] + i))
        for r in range(n):
            bits[r] |= flag[r] & bit


@_inline
def _scratch(tree_starts: Array) -> Any:
    most = 0
    for tree in range(len(tree_starts) - 1):
        most = max(most, tree_starts[tree + 1, 0] - tree_starts[tree, 0])
    return np.zeros((1 + 2 * most, BLOCK), np.uint16), np.empty(BLOCK, np.uint16), np.empty(BLOCK, np.uint16)


@_kernel(C2, LOOKUP, F1, OUT2)
def explain_block(codes: Array, lookup: Arrays, values: Array, out: Array) -> None:
    """Adds the values of many rows to `out` (players, n): a group's table over a block of rows at a time."""
    groups, tree_starts, table_starts, players = lookup[2], lookup[3], lookup[4], lookup[5]
    scratch = _scratch(tree_starts)
    bits, at = scratch[2], np.empty(BLOCK, np.uint32)
    for tree in range(tree_starts.shape[0] - 1):
        for first in range(0, codes.shape[1], BLOCK):
            n = min(BLOCK, codes.shape[1] - first)
            _upper_bits(codes, lookup, tree, (first, n), scratch)
            for g in range(tree_starts[tree, 1], tree_starts[tree + 1, 1]):
                _group_bits(codes, lookup, g, (first, n), scratch)
                slots = np.uint32(groups[g, G_SLOTS])
                for r in range(n):
                    at[r] = bits[r] * slots
                for s in range(slots):
                    table = values[table_starts[g] + s :]
                    mine = out[players[groups[g, G_SLOT] + s], first : first + n]
                    for r in range(n):
                        mine[r] += table[at[r]]


@_kernel(C2, F1, LOOKUP, L1, OUT1)
def count_patterns(codes: Array, weights: Array, lookup: Arrays, starts: Array, out: Array) -> None:
    """Adds the weight of the rows with each pattern of bits to `out`, group after group from `starts`."""
    tree_starts = lookup[3]
    scratch = _scratch(tree_starts)
    bits = scratch[2]
    for tree in range(tree_starts.shape[0] - 1):
        for first in range(0, codes.shape[1], BLOCK):
            n = min(BLOCK, codes.shape[1] - first)
            _upper_bits(codes, lookup, tree, (first, n), scratch)
            for g in range(tree_starts[tree, 1], tree_starts[tree + 1, 1]):
                _group_bits(codes, lookup, g, (first, n), scratch)
                for r in range(n):
                    out[starts[g] + bits[r]] += weights[first + r]


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
    """Adds every leaf's Shapley values to its group's table; see `serving.reasons.compile`."""
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
