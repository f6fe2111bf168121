"""The trees of a LightGBM model as flat arrays, and the margin by walking them.

Both the compiled tables and the check on them start here. The walk follows LightGBM's own
`Tree::NumericalDecision` (include/LightGBM/tree.h): a NaN at a node that does not treat NaN as missing is
read as 0; a missing value takes the node's default side; otherwise `value <= threshold`, in float64, goes
left. Before that the predictor drops values within `ZERO_THRESHOLD` of 0, so they are read as 0: thresholds
that lie so near are moved to the end of that range.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints32
from features.errors import BundleError
from serving.model.reasons import modeltext
from serving.model.reasons.constants import MISSING_NONE, MISSING_ZERO, ZERO_THRESHOLD

_DTYPES = {
    "starts": np.int32,
    "depths": np.int32,
    "feature": np.int32,
    "threshold": np.float64,
    "missing": np.int32,
    "default_left": np.int32,
    "left": np.int32,
    "right": np.int32,
    "value": np.float64,
}


@dataclass(frozen=True)
class TreeEnsemble:
    """All nodes of all trees, one after the other; a leaf is a node whose children are itself.

    Attributes:
        n_features: width of the rows that the model reads.
        starts: (t + 1,) first node of each tree, which is its root, and the end.
        depths: (t,) longest path of each tree, in splits.
        feature: (nodes,) feature of the split; 0 at a leaf.
        threshold: (nodes,) `value <= threshold` goes left; 0 at a leaf.
        missing: (nodes,) which values are missing at this node: `MISSING_NONE`, `_ZERO` or `_NAN`.
        default_left: (nodes,) 1 when a missing value goes left.
        left: (nodes,) left child.
        right: (nodes,) right child.
        value: (nodes,) margin added at a leaf, in log-odds; 0 at a split.
    """

    n_features: int
    starts: Ints32
    depths: Ints32
    feature: Ints32
    threshold: Floats
    missing: Ints32
    default_left: Ints32
    left: Ints32
    right: Ints32
    value: Floats

    def __post_init__(self) -> None:
        for name in _DTYPES:
            getattr(self, name).setflags(write=False)
        for rule, holds in self._rules().items():
            if not holds:
                raise BundleError(f"trees: {rule} do not fit; the bundle is damaged, rebuild it")

    def _rules(self) -> dict[str, bool]:
        """The conditions under which the walk stays inside the arrays."""
        n = len(self.value)
        of_nodes = [name for name in _DTYPES if name not in ("starts", "depths")]
        return {
            "types": all(getattr(self, name).dtype == kind for name, kind in _DTYPES.items()),
            "lengths": all(len(getattr(self, name)) == n for name in of_nodes),
            "starts": len(self.starts) == self.n_trees + 1 and _within(self.starts, n + 1),
            "features": _within(self.feature, self.n_features),
            "children": _within(self.left, n) and _within(self.right, n),
        }

    @property
    def n_trees(self) -> int:
        """Number of trees."""
        return len(self.depths)

    @cached_property
    def walked(self) -> tuple[NDArray[np.generic], ...]:
        """What the walking kernel reads: roots, depths, thresholds, splits, values.

        Splits are (nodes, 4): feature, right child, left child, flags. A NaN compares as false, so the flags
        need only say where it goes left (1): where it is missing and the default is left, or where it is read
        as 0 and 0 is not above the threshold; and where values near 0 are missing too (2, 4 = to the left).
        """
        missing, default = self.missing != MISSING_NONE, self.default_left == 1
        nan_left = np.where(missing, default, self.threshold >= 0.0)
        zero = self.missing == MISSING_ZERO
        flags = nan_left + 2 * zero + 4 * (zero & default)
        # Four int32 a node, 16 bytes: a step of the walk reads one cache line, and 1 + left is a column.
        splits = np.stack([self.feature, self.right, self.left, flags], axis=1).astype(np.int32)
        splits.setflags(write=False)
        return (self.starts, self.depths, self.threshold, splits, self.value)

    def is_leaf(self, node: int) -> bool:
        """Whether this node is a leaf."""
        return int(self.left[node]) == node


def parse(booster_text: str) -> TreeEnsemble:
    """Reads `Booster.model_to_string()`.

    Raises:
        BundleError: the text is not a one-output model, or a tree has a native categorical split or linear
            leaves, for which theme tables would be wrong. The message names the tree.
    """
    model = modeltext.read(booster_text)
    parts = [_tree(block) for block in model.trees]
    sizes = [len(part.value) for part in parts]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)

    def joined(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in parts])

    def shifted(name: str) -> Ints32:
        arrays = [getattr(part, name) + start for part, start in zip(parts, starts, strict=False)]
        return np.concatenate(arrays).astype(np.int32)

    return TreeEnsemble(
        n_features=model.n_features,
        starts=starts,
        depths=np.array([part.depth for part in parts], dtype=np.int32),
        feature=joined("feature"),
        threshold=joined("threshold"),
        missing=joined("missing"),
        default_left=joined("default_left"),
        left=shifted("left"),
        right=shifted("right"),
        value=joined("value"),
    )


def as_rows(rows: Floats, n_features: int) -> Floats:
    """The rows as contiguous float64.

    Raises:
        BundleError: not two-dimensional, or of another width than the model reads.
    """
    checked = np.ascontiguousarray(rows, dtype=np.float64)
    if checked.ndim != 2 or checked.shape[1] != n_features:
        raise BundleError(
            f"rows of shape {checked.shape}; the model reads {n_features} features, so (n, {n_features})"
        )
    return checked


@dataclass(frozen=True)
class _Tree:
    feature: Ints32
    threshold: Floats
    missing: Ints32
    default_left: Ints32
    left: Ints32
    right: Ints32
    value: Floats
    depth: int


def _tree(block: modeltext.TreeText) -> _Tree:
    """Splits first, then leaves, as LightGBM numbers them; child `~i` is leaf i."""
    splits, leaves = len(block.split_feature), len(block.leaf_value)
    own = np.arange(splits, splits + leaves)
    pad = np.zeros(leaves)
    left, right = (np.where(child < 0, splits + ~child, child) for child in (block.left, block.right))
    whole_left = np.concatenate([left, own]).astype(np.int32)
    whole_right = np.concatenate([right, own]).astype(np.int32)
    return _Tree(
        feature=np.concatenate([block.split_feature, pad]).astype(np.int32),
        threshold=np.concatenate([_clear_of_zero(block.threshold), pad]),
        missing=np.concatenate([(block.decision_type >> 2) & 3, pad]).astype(np.int32),
        default_left=np.concatenate([(block.decision_type >> 1) & 1, pad]).astype(np.int32),
        left=whole_left,
        right=whole_right,
        value=np.concatenate([np.zeros(splits), block.leaf_value]),
        depth=_depth(whole_left, whole_right),
    )


def _clear_of_zero(threshold: Floats) -> Floats:
    """Splits values within `ZERO_THRESHOLD` of 0 as 0 is split, and all other values as before."""
    below = (threshold >= -ZERO_THRESHOLD) & (threshold < 0.0)
    above = (threshold >= 0.0) & (threshold < ZERO_THRESHOLD)
    return np.where(below, np.nextafter(-ZERO_THRESHOLD, -1.0), np.where(above, ZERO_THRESHOLD, threshold))


def _depth(left: Ints32, right: Ints32) -> int:
    deepest, level = 0, [0]
    while level := [int(c) for n in level if left[n] != n for c in (left[n], right[n])]:
        deepest += 1
    return deepest


def _within(array: Ints32, end: int) -> bool:
    return len(array) == 0 or (int(array.min()) >= 0 and int(array.max()) < end)
