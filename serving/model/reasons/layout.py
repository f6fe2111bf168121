"""Cuts trees into groups and lays out their tables: everything of the reasons that needs no reference."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from features.arrays import Codes, Floats, Ints, Ints32
from features.errors import BundleError
from serving.model.reasons.columns import Columns, code_columns
from serving.model.reasons.constants import G_SLOTS, MAX_BITS
from serving.model.reasons.program import Program
from serving.model.reasons.trees import TreeEnsemble

GROUP_BITS = 7
"""Bits to which a group is cut, players above and own splits together: 128 rows a table. One bit more halves
the reads of a decision at best and doubles the tables, which then fall out of the cache. A leaf deep below
many players may need more bits, up to `MAX_BITS`; own splits are never more than these 7, and a kernel reads
8 at a time."""

MAX_DEPTH = 64
"""Splits on a path, beyond which the recursion and the tables of a tree would have no bound in practice."""

MAX_VALUES = 1 << 27
"""Values of all tables: 1 GB of float64."""


@dataclass(frozen=True)
class Leaves:
    """What filling the tables needs to know of each leaf.

    Attributes:
        value: (l,) margin.
        group: (l,) its group.
        starts: (l + 1,) where its players start in `conditions`.
        conditions: (n, 3) slot, care, want: a player's conditions hold when `pattern & care == want`.
    """

    value: Floats
    group: Ints32
    starts: Ints
    conditions: Ints32

    def __post_init__(self) -> None:
        for array in self.filling:
            array.setflags(write=False)

    @property
    def filling(self) -> tuple[NDArray[np.generic], ...]:
        """What the filling kernel reads, in its order."""
        return (self.value, self.group, self.starts, self.conditions)


@dataclass(frozen=True)
class TableLayout:
    """A program and how to fill its tables for any reference.

    Attributes:
        program: what the kernels run.
        leaves: what the tables are filled from.
        layout: (g + 1,) where the patterns of each group start when counted, and where its table starts.
    """

    program: Program
    leaves: Leaves
    layout: tuple[Ints, Ints]

    def __post_init__(self) -> None:
        for array in self.layout:
            array.setflags(write=False)


def plan(ensemble: TreeEnsemble, groups: Sequence[int], n_players: int) -> TableLayout:
    """Lays out tables for `groups[feature] = player`.

    Raises:
        BundleError: `groups` does not fit the features or players, a tree is too deep or has more players on
            a path than a table can hold (the message names it), or the tables would be too large altogether.
    """
    _check(ensemble, groups, n_players)
    draft = _Draft(ensemble, groups, code_columns(ensemble))
    for tree in range(ensemble.n_trees):
        draft.add_tree(tree)
    return draft.finish(n_players)


def _check(ensemble: TreeEnsemble, groups: Sequence[int], n_players: int) -> None:
    if len(groups) != ensemble.n_features:
        raise BundleError(f"{len(groups)} features have a player, the model reads {ensemble.n_features}")
    deepest = int(np.argmax(ensemble.depths))
    if ensemble.depths[deepest] > MAX_DEPTH:
        depth = ensemble.depths[deepest]
        raise BundleError(f"tree {deepest}: {depth} splits deep, tables allow {MAX_DEPTH}; set max_depth")
    for feature, player in enumerate(groups):
        if not 0 <= player < n_players:
            raise BundleError(f"feature {feature}: player {player} is not one of 0 to {n_players - 1}")


@dataclass(frozen=True)
class _Above:
    """How a node is reached: the mask handed down to it, and the bit of each player on the way."""

    link: int = 0
    bits: dict[int, int] = field(default_factory=dict)


_Conditions = dict[int, tuple[int, int]]


class _Draft:
    """Lists that grow while the trees are walked once; `finish` freezes them."""

    def __init__(self, ensemble: TreeEnsemble, groups: Sequence[int], columns: Columns) -> None:
        self.ensemble, self.columns = ensemble, columns
        self.player = [int(groups[f]) for f in ensemble.feature]
        self.left, self.right = ensemble.left.tolist(), ensemble.right.tolist()
        self.upper_tests: list[tuple[int, int]] = []
        self.group_tests: list[tuple[int, int]] = []
        self.uppers: list[tuple[int, int]] = []
        self.groups: list[tuple[int, int, int, int]] = []
        self.players: list[int] = []
        self.trees: list[tuple[int, int]] = []
        self.leaf_value: list[float] = []
        self.leaf_group: list[int] = []
        self.leaf_players: list[int] = []
        self.conditions: list[tuple[int, int, int]] = []

    def add_tree(self, tree: int) -> None:
        """Cuts one tree."""
        self.tree, self.splits = tree, dict[int, int]()
        self.first_upper, first_group = len(self.uppers), len(self.groups)
        root = int(self.ensemble.starts[tree])
        self._count_splits(root)
        self._visit(root, _Above())
        self.trees.append((len(self.uppers) - self.first_upper, len(self.groups) - first_group))

    def _count_splits(self, node: int) -> int:
        if self.left[node] == node:
            self.splits[node] = 0
        else:
            below = self._count_splits(self.left[node]) + self._count_splits(self.right[node])
            self.splits[node] = below + 1
        return self.splits[node]

    def _visit(self, node: int, above: _Above) -> None:
        if self.splits[node] == 0 or len(above.bits) + self.splits[node] <= GROUP_BITS:
            self._add_group(node, above)
            return
        player, own = self.player[node], len(self.uppers) - self.first_upper
        pos = above.bits.get(player, len(above.bits))
        self.uppers.append((above.link, pos))
        self.upper_tests.append(self.columns.test(node))
        bits = {**above.bits, player: pos}
        self._visit(self.left[node], _Above(1 + 2 * own, bits))
        self._visit(self.right[node], _Above(2 + 2 * own, bits))

    def _add_group(self, root: int, above: _Above) -> None:
        prefix, n_tests = len(above.bits), self.splits[root]
        if prefix + n_tests == 0:
            return
        if prefix + n_tests > MAX_BITS:
            raise BundleError(
                f"tree {self.tree}: {prefix} players on a path, tables hold {MAX_BITS}; use shallower trees"
            )
        first_leaf, bit_zero = len(self.leaf_value), len(self.group_tests) - prefix
        conditions = {player: (1 << pos, 0) for player, pos in above.bits.items()}
        self._descend(root, conditions, bit_zero)
        self.groups.append((above.link, prefix, n_tests, self._slots(first_leaf)))

    def _descend(self, node: int, conditions: _Conditions, bit_zero: int) -> None:
        if self.left[node] == node:
            self.leaf_value.append(float(self.ensemble.value[node]))
            self.leaf_group.append(len(self.groups))
            self.leaf_players.append(len(conditions))
            self.conditions += [(player, care, want) for player, (care, want) in conditions.items()]
            return
        player, bit = self.player[node], 1 << (len(self.group_tests) - bit_zero)
        self.group_tests.append(self.columns.test(node))
        care, want = conditions.get(player, (0, 0))
        self._descend(self.left[node], {**conditions, player: (care | bit, want | bit)}, bit_zero)
        self._descend(self.right[node], {**conditions, player: (care | bit, want)}, bit_zero)

    def _slots(self, first_leaf: int) -> int:
        """Gives each player of the group's leaves a slot, and puts the slot in the player's place."""
        first = len(self.conditions) - sum(self.leaf_players[first_leaf:])
        slot: dict[int, int] = {}
        for i in range(first, len(self.conditions)):
            player, care, want = self.conditions[i]
            self.conditions[i] = (slot.setdefault(player, len(slot)), care, want)
        self.players += list(slot)
        return len(slot)

    def finish(self, n_players: int) -> TableLayout:
        """Freezes the lists."""
        program = Program(
            ensemble=self.ensemble,
            n_players=n_players,
            columns=self.columns.columns,
            cuts=self.columns.cuts,
            tests=_codes(self.upper_tests + self.group_tests, 2),
            uppers=_codes(self.uppers, 2),
            groups=_codes(self.groups, 4),
            trees=np.array(self.trees, dtype=np.int32),
            players=_codes([(player,) for player in self.players], 1).reshape(-1),
        )
        if program.n_values > MAX_VALUES:
            gigabytes = program.n_values * 8 / 1e9
            raise BundleError(f"tables of {gigabytes:.1f} GB; train fewer or shallower trees")
        leaves = Leaves(
            value=np.array(self.leaf_value),
            group=np.array(self.leaf_group, dtype=np.int32),
            starts=_starts(self.leaf_players),
            conditions=np.array(self.conditions, dtype=np.int32).reshape(-1, 3),
        )
        patterns = program.pattern_sizes
        layout = (_starts(patterns), _starts(patterns * program.groups[:, G_SLOTS].astype(np.int64)))
        return TableLayout(program, leaves, layout)


def _codes(rows: Sequence[tuple[int, ...]], width: int) -> Codes:
    found = np.array(rows, dtype=np.int64).reshape(-1, width)
    if found.size and found.max() > np.iinfo(np.uint16).max:
        raise BundleError(f"reason tables: {found.max()} does not fit 16 bits; the model is too large")
    return found.astype(np.uint16)


def _starts(sizes: Sequence[int] | Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
