"""Filling the tables: each leaf's Shapley values, added into its group's table."""

from typing import Any

import numpy as np

from serving.model.reasons.kernels.signatures import (
    F1,
    F2,
    LAYOUT,
    LEAVES,
    OUT1,
    Array,
    Arrays,
    inline,
    kernel,
)


@inline
def _count_bits(pattern: int, k: int) -> int:
    count = 0
    for i in range(k):
        count += (pattern >> i) & 1
    return count


@inline
def _leaf_table(often: Array, k: int, weight: Array) -> Any:
    """(2^k, k) Shapley values of a leaf of value 1 by pattern of x; `often`: share of each pattern of z.

    Only pairs count in which every player meets its conditions in x or in z. So z has all bits that x lacks
    (`only_z`), and of those that x has any subset (`both`): 3^k pairs in all.
    """
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
            both = ((both - 1) & x) if both else -1  # the next smaller subset of x's bits; after 0, the end
    return table


@kernel(F1, F2, LEAVES, LAYOUT, OUT1)
def fill_tables(counts: Array, weight: Array, leaves: Arrays, layout: Arrays, values: Array) -> None:
    """Adds every leaf's Shapley values to its group's table; see `serving.model.reasons.compile`."""
    leaf_value, leaf_group, leaf_starts, conditions = leaves
    starts, table_starts = layout
    for leaf in range(len(leaf_value)):
        first, k, g = leaf_starts[leaf], leaf_starts[leaf + 1] - leaf_starts[leaf], leaf_group[leaf]
        n_patterns = starts[g + 1] - starts[g]
        slots = (table_starts[g + 1] - table_starts[g]) // n_patterns
        met = np.zeros(n_patterns, np.int64)  # by the group's bits: which of the leaf's players meet theirs
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
