"""The shape of the compiled reasons: which conditions to test, which bits they make, which table they read.

It depends on the trees and on who plays, not on the reference, so tables against several references share it.

A tree is cut into *groups*: subtrees small enough for one table. Above the groups stand the *upper* splits.
Walking down the upper splits, each edge that the row does not meet sets the bit of its player; at a group
these bits say which players fail somewhere above it. The group's own splits add one bit each: 1 when the row
goes left. All bits together are the row of the group's table, and that row holds one value for each player
(a *slot*) that stands on the paths through the group. Two rows of data with the same bits have the same
values, whatever else they are, so the table is the whole function.

Conditions are tested on *codes*: the rank of a value among all thresholds of its feature, as 16 bits.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.errors import BundleError
from serving.reasons.trees import TreeEnsemble

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Codes = NDArray[np.uint16]

MISSING_CODE = 65535
TEST, PARENT, SIDE, POS = range(4)
UPPER_WIDTH = 4
G_PARENT, G_SIDE, G_POS, G_PREFIX, G_TEST, G_TESTS, G_SLOT, G_SLOTS = range(8)
GROUP_WIDTH = 8


@dataclass(frozen=True)
class Program:
    """Arrays the kernels read.

    Attributes:
        ensemble: the trees themselves, walked on every call as the check.
        n_players: number of players; each row gets one value for each.
        columns: (c, 2) feature and kind of missing value of each coded column.
        cut_starts: (c + 1,) where the thresholds of each column start in `cuts`.
        cuts: thresholds, ascending within a column.
        tests: (s, 3) column, cut, lift of each split: left when `uint16(code + lift) <= cut`. A lift of 1
            turns the missing code into 0, so that it goes left.
        uppers: (u, 4) test, parent (within its tree, −1 = root), side of the parent (1 = left), bit.
        groups: (g, 8) parent, side, bit as above; bits from above; first test, tests; first slot, slots.
        tree_starts: (t + 1, 2) where the uppers and the groups of each tree start.
        table_starts: (g + 1,) where the table of each group starts in the values.
        players: (slots,) the player of each slot.
    """

    ensemble: TreeEnsemble
    n_players: int
    columns: Ints
    cut_starts: Ints
    cuts: Floats
    tests: Codes
    uppers: Ints
    groups: Ints
    tree_starts: Ints
    table_starts: NDArray[np.int64]
    players: Ints

    def __post_init__(self) -> None:
        for field in fields(self):
            array = getattr(self, field.name)
            if isinstance(array, np.ndarray):
                array.setflags(write=False)
        for rule, holds in self._rules().items():
            if not holds:
                raise BundleError(f"reason tables: {rule} do not fit; the bundle is damaged, rebuild it")

    @property
    def n_values(self) -> int:
        """Length of the values of one reference."""
        return int(self.table_starts[-1])

    @cached_property
    def coding(self) -> tuple[NDArray[np.generic], ...]:
        """What turns rows into codes."""
        return (self.columns, self.cut_starts, self.cuts)

    @cached_property
    def lookup(self) -> tuple[NDArray[np.generic], ...]:
        """What turns codes into table rows."""
        return (self.tests, self.uppers, self.groups, self.tree_starts, self.table_starts, self.players)

    def _rules(self) -> dict[str, bool]:
        """What keeps the kernels, which do not check, inside their arrays."""
        n_tests, n_columns = len(self.tests), len(self.columns)
        ends = self.groups[-1] if len(self.groups) else np.zeros(GROUP_WIDTH, np.int32)
        bits = self.groups[:, G_PREFIX] + self.groups[:, G_TESTS]
        sizes = (np.int64(1) << bits.astype(np.int64)) * self.groups[:, G_SLOTS]
        upper_ends, group_ends = self.tree_starts[-1]
        return {
            "features within the row": _below(self.columns[:, 0], self.ensemble.n_features),
            "cuts in order": _ascends(self.cut_starts) and int(self.cut_starts[-1]) == len(self.cuts),
            "columns of tests": _below(self.tests[:, 0], n_columns),
            "tests of splits": _below(self.uppers[:, TEST], n_tests),
            "tests of groups": int(ends[G_TEST] + ends[G_TESTS]) <= n_tests,
            "order of groups": _ascends(self.groups[:, G_TEST]) and _ascends(self.groups[:, G_SLOT]),
            "slots": int(ends[G_SLOT] + ends[G_SLOTS]) == len(self.players),
            "players": _below(self.players, self.n_players),
            "trees": int(upper_ends) == len(self.uppers) and int(group_ends) == len(self.groups),
            "table sizes": bool(np.array_equal(np.diff(self.table_starts), sizes)),
            "parents": self._parents_hold(),
        }

    def _parents_hold(self) -> bool:
        counts = np.diff(self.tree_starts[:, 0])
        of_uppers = np.repeat(counts, counts)
        of_groups = np.repeat(counts, np.diff(self.tree_starts[:, 1]))
        above = self.uppers[:, PARENT] < of_uppers
        return bool(above.all() and (self.groups[:, G_PARENT] < of_groups).all())


def _below(array: NDArray[np.integer], end: int) -> bool:
    return len(array) == 0 or (int(array.min()) >= 0 and int(array.max()) < end)


def _ascends(array: NDArray[np.integer]) -> bool:
    return bool((np.diff(array) >= 0).all())
