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

from serving.reasons.program import (
    G_PARENT,
    G_POS,
    G_PREFIX,
    G_SIDE,
    G_SLOT,
    G_SLOTS,
    G_TEST,
    G_TESTS,
    MISSING_CODE,
    PARENT,
    POS,
    SIDE,
    TEST,
)

Array = Any
Arrays = Any
ZERO_THRESHOLD = float(np.float32(1e-35))
BLOCK = 256
ALL_ONES = np.uint16(65535)


def _given(kind: Any, ndim: int) -> Any:
    return types.Array(kind, ndim, "C", readonly=True)


def _tuple(*kinds: Any) -> Any:
    return types.Tuple(kinds)  # type: ignore[no-untyped-call]


F1, F2 = _given(types.float64, 1), _given(types.float64, 2)
I1, I2, L1 = _given(types.int32, 1), _given(types.int32, 2), _given(types.int64, 1)
C2 = _given(types.uint16, 2)
OUT1, OUT2 = types.float64[::1], types.float64[:, ::1]
TREES = _tuple(I1, I1, I1, F1, I1, I1, I1, I1, F1)
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
    """Adds the margin of each row to `out`, tree by tree in LightGBM's order."""
    starts, depths, feature, threshold, missing, default_left, left, right, value = trees
    for tree in range(len(depths)):
        for row in range(rows.shape[0]):
            node = starts[tree]
            for _ in range(depths[tree]):
                x = rows[row, feature[node]]
                kind = missing[node]
                if np.isnan(x) and kind != 2:
                    x = 0.0
                absent = (kind == 2 and np.isnan(x)) or (kind == 1 and abs(x) <= ZERO_THRESHOLD)
                go_left = default_left[node] == 1 if absent else x <= threshold[node]
                node = left[node] if go_left else right[node]
            out[row] += value[node]


@_kernel(F2, CODING, types.uint16[:, ::1])
def encode(rows: Array, coding: Arrays, codes: Array) -> None:
    """Fills `codes` (columns, n) with the number of cuts below each value, or `MISSING_CODE`."""
    columns, cut_starts, cuts = coding
    for column in range(columns.shape[0]):
        feature, kind = columns[column, 0], columns[column, 1]
        start, end = cut_starts[column], cut_starts[column + 1]
        for row in range(rows.shape[0]):
            x = rows[row, feature]
            if np.isnan(x) and kind != 2:
                x = 0.0
            if np.isnan(x) or (kind == 1 and abs(x) <= ZERO_THRESHOLD):
                codes[column, row] = MISSING_CODE
                continue
            low, size = start, end - start
            while size > 0:
                half = size >> 1
                if cuts[low + half] < x:
                    low += half + 1
                    size -= half + 1
                else:
                    size = half
            codes[column, row] = low - start


@_kernel(C2, LOOKUP, F1, OUT2)
def explain_each(codes: Array, lookup: Arrays, values: Array, out: Array) -> None:
    """Adds each row's values to `out` (n, players), one row at a time: the shortest way for a few rows.

    All addresses are found before any table is read, so that the reads wait for memory side by side.
    """
    tests, uppers, groups, tree_starts, table_starts, players = lookup
    n_groups = groups.shape[0]
    left = np.empty(tests.shape[0], np.uint8)
    fails = np.empty(uppers.shape[0], np.int32)
    at = np.empty(n_groups, np.int64)
    for row in range(codes.shape[1]):
        for i in range(tests.shape[0]):
            left[i] = np.uint16(codes[tests[i, 0], row] + tests[i, 2]) <= tests[i, 1]
        for tree in range(tree_starts.shape[0] - 1):
            base = tree_starts[tree, 0]
            for u in range(base, tree_starts[tree + 1, 0]):
                fails[u] = 0
                if uppers[u, PARENT] >= 0:
                    p = base + uppers[u, PARENT]
                    fails[u] = fails[p] | ((left[uppers[p, TEST]] ^ uppers[u, SIDE]) << uppers[u, POS])
            for g in range(tree_starts[tree, 1], tree_starts[tree + 1, 1]):
                bits = 0
                if groups[g, G_PARENT] >= 0:
                    p = base + groups[g, G_PARENT]
                    bits = fails[p] | ((left[uppers[p, TEST]] ^ groups[g, G_SIDE]) << groups[g, G_POS])
                shift = groups[g, G_PREFIX]
                for i in range(groups[g, G_TESTS]):
                    bits |= left[groups[g, G_TEST] + i] << (shift + i)
                at[g] = table_starts[g] + bits * groups[g, G_SLOTS]
        for g in range(n_groups):
            slot, here = groups[g, G_SLOT], at[g]
            for s in range(groups[g, G_SLOTS]):
                out[row, players[slot + s]] += values[here + s]


@_inline
def _goes_left(codes: Array, test: Array, first: int, n: int, out: Array) -> None:
    cut, lift = test[1], test[2]
    code = codes[test[0], first : first + n]
    for r in range(n):
        out[r] = ALL_ONES if np.uint16(code[r] + lift) <= cut else np.uint16(0)


@_inline
def _fail_bits(above: Array, went: Array, edge: Arrays, n: int, out: Array) -> None:
    wanted, bit = ALL_ONES if edge[0] == 1 else np.uint16(0), np.uint16(1 << edge[1])
    for r in range(n):
        out[r] = above[r] | ((went[r] ^ wanted) & bit)


@_inline
def _upper_bits(codes: Array, lookup: Arrays, tree: int, span: Arrays, scratch: Arrays) -> None:
    tests, uppers, tree_starts = lookup[0], lookup[1], lookup[3]
    first, n = span
    left, fails = scratch[0], scratch[1]
    base = tree_starts[tree, 0]
    for u in range(tree_starts[tree + 1, 0] - base):
        upper = uppers[base + u]
        _goes_left(codes, tests[upper[TEST]], first, n, left[u])
        if upper[PARENT] < 0:
            fails[u, :n] = 0
        else:
            parent = upper[PARENT]
            _fail_bits(fails[parent], left[parent], (upper[SIDE], upper[POS]), n, fails[u])


@_inline
def _group_bits(codes: Array, lookup: Arrays, g: int, span: Arrays, scratch: Arrays) -> None:
    tests, group = lookup[0], lookup[2][g]
    first, n = span
    left, fails, flag, bits = scratch
    if group[G_PARENT] < 0:
        bits[:n] = 0
    else:
        parent = group[G_PARENT]
        _fail_bits(fails[parent], left[parent], (group[G_SIDE], group[G_POS]), n, bits)
    for i in range(group[G_TESTS]):
        _goes_left(codes, tests[group[G_TEST] + i], first, n, flag)
        bit = np.uint16(1 << (group[G_PREFIX] + i))
        for r in range(n):
            bits[r] |= flag[r] & bit


@_inline
def _scratch(tree_starts: Array) -> Any:
    most = 1
    for tree in range(tree_starts.shape[0] - 1):
        most = max(most, tree_starts[tree + 1, 0] - tree_starts[tree, 0])
    left, fails = np.empty((most, BLOCK), np.uint16), np.empty((most, BLOCK), np.uint16)
    return left, fails, np.empty(BLOCK, np.uint16), np.empty(BLOCK, np.uint16)


@_kernel(C2, LOOKUP, F1, OUT2)
def explain_block(codes: Array, lookup: Arrays, values: Array, out: Array) -> None:
    """Adds the values of many rows to `out` (players, n): a group's table over a block of rows at a time."""
    groups, tree_starts, table_starts, players = lookup[2], lookup[3], lookup[4], lookup[5]
    scratch = _scratch(tree_starts)
    bits = scratch[3]
    for tree in range(tree_starts.shape[0] - 1):
        for first in range(0, codes.shape[1], BLOCK):
            n = min(BLOCK, codes.shape[1] - first)
            _upper_bits(codes, lookup, tree, (first, n), scratch)
            for g in range(tree_starts[tree, 1], tree_starts[tree + 1, 1]):
                _group_bits(codes, lookup, g, (first, n), scratch)
                slots = groups[g, G_SLOTS]
                for s in range(slots):
                    table = values[table_starts[g] + s :]
                    mine = out[players[groups[g, G_SLOT] + s], first : first + n]
                    for r in range(n):
                        mine[r] += table[np.int64(bits[r]) * slots]


@_kernel(C2, F1, LOOKUP, L1, OUT1)
def count_patterns(codes: Array, weights: Array, lookup: Arrays, starts: Array, out: Array) -> None:
    """Adds the weight of the rows with each pattern of bits to `out`, group after group from `starts`."""
    tree_starts = lookup[3]
    scratch = _scratch(tree_starts)
    bits = scratch[3]
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
