"""The shape of the compiled reasons: which conditions to test, which bits they make, which table they read.

It depends on the trees and on who plays, not on the reference, so tables against several references share it.

A tree is cut into *groups*: subtrees small enough for one table. Above the groups stand the *upper* splits.
Each upper split hands a mask down to either side: the mask it got, and the bit of its player on the side to
which the row does not go. At a group the mask so says which players fail somewhere above it. The group's own
splits add one bit each: 1 when the row goes left. All bits together are the row of the group's table, and
that row holds one value for each player (a *slot*) that stands on the paths through the group. Two accounts
with the same bits have the same values, whatever else they are, so the table is the whole function.

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
LINK, POS = range(2)
UPPER_WIDTH = 2
G_LINK, G_PREFIX, G_TEST, G_TESTS, G_SLOT, G_SLOTS = range(6)
GROUP_WIDTH = 6


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
            turns the missing code into 0, so that it goes left. First the upper splits, then the groups'.
        uppers: (u, 2) link, bit of its player. Links count within a tree: 0 is the empty mask of the root,
            1 + 2i and 2 + 2i are what upper split i hands to its left and right.
        groups: (g, 6) link, bits of the mask; first test, tests; first slot, slots.
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
        bits = self.groups[:, G_PREFIX] + self.groups[:, G_TESTS]
        sizes = (np.int64(1) << bits.astype(np.int64)) * self.groups[:, G_SLOTS]
        upper_ends, group_ends = self.tree_starts[-1]
        return {
            "features within the row": _below(self.columns[:, 0], self.ensemble.n_features),
            "cuts in order": _ascends(self.cut_starts) and int(self.cut_starts[-1]) == len(self.cuts),
            "columns of tests": _below(self.tests[:, 0], n_columns),
            "tests": len(self.uppers) + int(self.groups[:, G_TESTS].sum()) == n_tests,
            "first tests": _follows(self.groups[:, G_TEST], self.groups[:, G_TESTS], len(self.uppers)),
            "first slots": _follows(self.groups[:, G_SLOT], self.groups[:, G_SLOTS], 0),
            "slots": int(self.groups[:, G_SLOTS].sum()) == len(self.players),
            "players": _below(self.players, self.n_players),
            "trees": int(upper_ends) == len(self.uppers) and int(group_ends) == len(self.groups),
            "table sizes": bool(np.array_equal(np.diff(self.table_starts), sizes)),
            "links": self._links_hold(),
        }

    def _links_hold(self) -> bool:
        uppers, groups = np.diff(self.tree_starts, axis=0).T
        own = np.arange(len(self.uppers)) - np.repeat(self.tree_starts[:-1, 0], uppers)
        from_above = self.uppers[:, LINK] <= 2 * own
        known = self.groups[:, G_LINK] <= 2 * np.repeat(uppers, groups)
        links = np.concatenate([self.uppers[:, LINK], self.groups[:, G_LINK]])
        return bool(from_above.all() and known.all() and (links >= 0).all())


def _below(array: NDArray[np.integer], end: int) -> bool:
    return len(array) == 0 or (int(array.min()) >= 0 and int(array.max()) < end)


def _ascends(array: NDArray[np.integer]) -> bool:
    return bool((np.diff(array) >= 0).all())


def _follows(firsts: Ints, sizes: Ints, start: int) -> bool:
    return bool(np.array_equal(firsts, start + np.cumsum(sizes) - sizes))
