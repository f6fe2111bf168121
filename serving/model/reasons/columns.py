"""Thresholds ranked by feature, so that a split is a comparison of two 16-bit numbers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from features.arrays import Floats, Ints32
from features.errors import BundleError
from serving.model.reasons.constants import MISSING_CODE, MISSING_NONE
from serving.model.reasons.trees import TreeEnsemble


@dataclass(frozen=True)
class Columns:
    """Coded columns: one for each feature, kind of missing value and side that a missing value takes.

    Attributes:
        columns: (c, 4) feature, kind, lift, number of cuts; see `Program.columns`.
        cuts: thresholds, ascending within a column.
        column: (nodes,) column of each split, −1 at a leaf.
        cut: (nodes,) rank of its threshold within the column, plus the column's lift.
    """

    columns: Ints32
    cuts: Floats
    column: Ints32
    cut: Ints32

    @cached_property
    def _tests(self) -> list[tuple[int, int]]:
        return list(zip(self.column.tolist(), self.cut.tolist(), strict=True))

    def test(self, node: int) -> tuple[int, int]:
        """Column and cut of a split: left when `code <= cut`."""
        return self._tests[node]


def code_columns(ensemble: TreeEnsemble) -> Columns:
    """Ranks the thresholds of every split.

    Raises:
        BundleError: a feature has more thresholds than 16 bits can rank.
    """
    splits = np.flatnonzero(ensemble.left != np.arange(len(ensemble.left)))
    lift = np.where(ensemble.missing != MISSING_NONE, ensemble.default_left, 0)
    keys = np.stack([ensemble.feature, ensemble.missing, lift], axis=1)[splits]
    columns, of_split = np.unique(keys, axis=0, return_inverse=True)
    column, cut = np.full((2, len(ensemble.left)), -1, dtype=np.int32)
    column[splits] = of_split.reshape(-1)
    cuts: list[Floats] = []
    for i, (feature, _, raised) in enumerate(columns):
        own = np.flatnonzero(column == i)
        values, rank = np.unique(ensemble.threshold[own], return_inverse=True)
        if len(values) >= MISSING_CODE:
            raise BundleError(f"feature {feature}: {len(values)} thresholds, 16 bits hold fewer")
        cut[own] = rank.reshape(-1) + raised
        cuts.append(values)
    sizes = np.array([len(values) for values in cuts], dtype=np.int64)
    described = np.concatenate([columns.reshape(-1, 3), sizes[:, None]], axis=1).astype(np.int32)
    return Columns(described, np.concatenate([np.empty(0), *cuts]), column, cut)
