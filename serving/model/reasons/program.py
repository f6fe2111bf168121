"""The shape of the compiled reasons: which conditions to test, which bits they make, which table they read.

It depends on the trees and on the players, not on the reference, so tables of several references share it.

A tree is cut into *groups*: subtrees small enough for one table. Above the groups stand the *upper* splits.
Each upper split hands a mask down to either side: the mask it got, and the bit of its player on the side to
which the row does not go. At a group the mask so says which players fail somewhere above it. The group's own
splits add one bit each: 1 when the row goes left. All bits together are the row of the group's table, and
that row holds one value for each player (a *slot*) that stands on the paths through the group. Two accounts
with the same bits have the same values, whatever else they are, so the table is the whole function.

Conditions are tested on *codes*: the rank of a value among all thresholds of its column, as 16 bits.
Everything stands in the order in which it is read, so sizes suffice where starts would be redundant.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.arrays import Codes, Floats, Ints, Ints32
from features.errors import BundleError
from serving.model.reasons.constants import (
    AT_TEST,
    COLUMN,
    CUTS,
    FEATURE,
    G_LINK,
    G_PREFIX,
    G_SLOTS,
    G_TESTS,
    LINK,
    MAX_BITS,
    MAX_PATTERNS,
    POS,
)
from serving.model.reasons.trees import TreeEnsemble

_DTYPES = {
    "columns": np.int32,
    "cuts": np.float64,
    "tests": np.uint16,
    "uppers": np.uint16,
    "groups": np.uint16,
    "trees": np.int32,
    "players": np.uint16,
}


@dataclass(frozen=True)
class Program:
    """Arrays the kernels read.

    Attributes:
        ensemble: the trees themselves, walked on every call as the check.
        n_players: number of players; each row gets one value for each.
        columns: (c, 4) of each coded column: feature, kind of missing value, lift, number of cuts. A missing
            value has code 65535, or 0 where it goes left; there the lift of 1 makes room for it.
        cuts: thresholds, ascending within a column.
        tests: (s, 2) column and cut of each split: left when `code <= cut`. First those of all upper splits,
            then those of the groups.
        uppers: (u, 2) link, bit of its player. Links count within a tree: 0 is the empty mask of the root,
            1 + 2i and 2 + 2i are what upper split i hands to its left and right.
        groups: (g, 4) link, bits of the mask, tests, slots.
        trees: (t, 2) upper splits and groups of each tree.
        players: (slots,) the player of each slot.
    """

    ensemble: TreeEnsemble
    n_players: int
    columns: Ints32
    cuts: Floats
    tests: Codes
    uppers: Codes
    groups: Codes
    trees: Ints32
    players: Codes

    def __post_init__(self) -> None:
        for name in _DTYPES:
            getattr(self, name).setflags(write=False)
        for rule, holds in self._rules().items():
            if not holds:
                raise BundleError(f"reason tables: {rule} do not fit; the bundle is damaged, rebuild it")

    @property
    def pattern_sizes(self) -> Ints:
        """(g,) patterns of bits of each group: the rows of its table."""
        bits = self.groups[:, G_PREFIX].astype(np.int64) + self.groups[:, G_TESTS]
        return np.int64(1) << bits

    @cached_property
    def n_values(self) -> int:
        """Length of the values of one reference."""
        return int(self.pattern_sizes @ self.groups[:, G_SLOTS].astype(np.int64))

    @cached_property
    def coding(self) -> tuple[NDArray[np.generic], ...]:
        """What turns rows into codes."""
        return (self.columns, self.cuts)

    @cached_property
    def lookup(self) -> tuple[NDArray[np.generic], ...]:
        """What turns codes into table rows."""
        return (self.tests, self.uppers, self.groups, self.starts, self.players)

    @cached_property
    def starts(self) -> Ints:
        """(t + 1, 6) where each tree's upper splits, groups, group tests, slots, values, patterns start."""
        uppers, groups = _starts(self.trees[:, 0]), _starts(self.trees[:, 1])
        tests, slots = self.groups[:, G_TESTS].astype(np.int64), self.groups[:, G_SLOTS].astype(np.int64)
        patterns = self.pattern_sizes
        of_groups = [_starts(sizes)[groups] for sizes in (tests, slots, patterns * slots, patterns)]
        starts = np.stack([uppers, groups, *of_groups], axis=1)
        starts[:, AT_TEST] += len(self.uppers)
        starts.setflags(write=False)
        return starts

    def _rules(self) -> dict[str, bool]:
        """The conditions under which the kernels, which do not check, stay inside their arrays."""
        sizes = self.groups.astype(np.int64).sum(axis=0)
        return {
            "types": all(getattr(self, name).dtype == kind for name, kind in _DTYPES.items()),
            "features": _below(self.columns[:, FEATURE], self.ensemble.n_features),
            "cuts": int(self.columns[:, CUTS].sum()) == len(self.cuts) and bool((self.columns > -1).all()),
            "columns": _below(self.tests[:, COLUMN], len(self.columns)),
            "tests": len(self.uppers) + int(sizes[G_TESTS]) == len(self.tests),
            "slots": int(sizes[G_SLOTS]) == len(self.players),
            "players": _below(self.players, self.n_players),
            "trees": self.trees.sum(axis=0).tolist() == [len(self.uppers), len(self.groups)],
            "bits": _below(self.pattern_sizes, MAX_PATTERNS + 1) and _below(self.uppers[:, POS], MAX_BITS),
            "links": self._links_hold(),
        }

    def _links_hold(self) -> bool:
        uppers, groups = self.trees.T
        own = np.arange(len(self.uppers)) - np.repeat(np.cumsum(uppers) - uppers, uppers)
        from_above = self.uppers[:, LINK] <= 2 * own
        known = self.groups[:, G_LINK] <= 2 * np.repeat(uppers, groups)
        return bool(from_above.all() and known.all() and (self.trees >= 0).all())


def _starts(sizes: NDArray[np.integer]) -> Ints:
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])


def _below(array: NDArray[np.integer], end: int) -> bool:
    return len(array) == 0 or (int(array.min()) >= 0 and int(array.max()) < end)
