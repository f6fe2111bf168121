"""Thresholds ranked by feature, so that a split is a comparison of two 16-bit numbers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.errors import BundleError
from serving.reasons.program import MISSING_CODE
from serving.reasons.trees import TreeEnsemble

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Columns:
    """Coded columns: one for each feature and kind of missing value that a split uses.

    Attributes:
        columns: (c, 2) feature and kind of missing value.
        cut_starts: (c + 1,) where a column's thresholds start.
        cuts: thresholds, ascending within a column.
        column: (nodes,) column of each split, −1 at a leaf.
        cut: (nodes,) rank of its threshold plus its lift.
        lift: (nodes,) 1 when a missing value goes left.
    """

    columns: Ints
    cut_starts: Ints
    cuts: Floats
    column: Ints
    cut: Ints
    lift: Ints

    @cached_property
    def _rows(self) -> list[tuple[int, int, int]]:
        return list(zip(self.column.tolist(), self.cut.tolist(), self.lift.tolist(), strict=True))

    def test(self, node: int) -> tuple[int, int, int]:
        """Column, cut and lift of a split: left when `uint16(code + lift) <= cut`."""
        return self._rows[node]


def code_columns(ensemble: TreeEnsemble) -> Columns:
    """Ranks the thresholds of every split.

    Raises:
        BundleError: a feature has more thresholds than 16 bits can rank.
    """
    splits = np.flatnonzero(ensemble.left != np.arange(len(ensemble.left)))
    keys = np.stack([ensemble.feature[splits], ensemble.missing[splits]], axis=1)
    columns, of_split = np.unique(keys, axis=0, return_inverse=True)
    column = np.full(len(ensemble.left), -1, dtype=np.int32)
    column[splits] = of_split.reshape(-1)
    lift = np.where(ensemble.missing != 0, ensemble.default_left, 0).astype(np.int32)
    cut = np.zeros(len(ensemble.left), dtype=np.int32)
    cuts: list[Floats] = []
    for i in range(len(columns)):
        own = np.flatnonzero(column == i)
        values, rank = np.unique(ensemble.threshold[own], return_inverse=True)
        if len(values) >= MISSING_CODE:
            raise BundleError(
                f"feature {columns[i, 0]}: {len(values)} thresholds, at most {MISSING_CODE - 1}"
            )
        cut[own] = rank.reshape(-1) + lift[own]
        cuts.append(values)
    starts = np.concatenate([[0], np.cumsum([len(values) for values in cuts])]).astype(np.int32)
    joined = np.concatenate([np.empty(0), *cuts])
    return Columns(columns.astype(np.int32).reshape(-1, 2), starts, joined, column, cut, lift)
