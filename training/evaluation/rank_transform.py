"""Rank transform of a tree ensemble, so that `shap` reads its thresholds exactly in single precision.

`shap` holds thresholds in single precision (`Node.thres` in its tree_shap.h), so of two values that
a threshold separates it may see one; and a missing value where training saw none it sends to the
default side, where LightGBM reads 0. A tree depends on a value only through which of the feature's
thresholds lie below it. With that count in place of the value and half-integers in place of the
thresholds the cooperative game is the same, every number is exact in single precision, and a value
that is read as 0 gets the rank of 0.
"""

from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Floats
from serving.model.reasons.constants import MISSING_NONE
from serving.model.reasons.trees import TreeEnsemble, parse


@dataclass(frozen=True)
class RankTransform:
    """A model on ranks, and the transform of its rows.

    Attributes:
        booster_text: the trees, with thresholds k + 0.5 for the k-th threshold of a feature.
        cuts: for each feature its thresholds, rising.
        zero_when_absent: (f,) features whose absent values the trees read as 0.
    """

    booster_text: str
    cuts: tuple[Floats, ...]
    zero_when_absent: Bools

    def rows(self, codes: Floats) -> Floats:
        """(n, f) ranks of (n, f) values; NaN stays where the trees treat missing values as such."""
        ranks = np.empty_like(codes)
        for feature, cuts in enumerate(self.cuts):
            values = codes[:, feature]
            absent = np.isnan(values)
            ranks[:, feature] = np.searchsorted(cuts, np.where(absent, 0.0, values), side="left")
            if not self.zero_when_absent[feature]:
                ranks[absent, feature] = np.nan
        return ranks


def rank_transform(booster_text: str) -> RankTransform:
    """The model with thresholds on ranks.

    Raises:
        BundleError: not a model of numeric splits and constant leaves.
    """
    trees = parse(booster_text)
    splits = trees.left != np.arange(len(trees.left))
    features, thresholds = trees.feature[splits], trees.threshold[splits]
    cuts = tuple(np.unique(thresholds[features == feature]) for feature in range(trees.n_features))
    zero = np.zeros(trees.n_features, np.bool_)
    zero[features[trees.missing[splits] == MISSING_NONE]] = True
    return RankTransform(_rewritten(booster_text, trees, cuts), cuts, zero)


def _rewritten(text: str, trees: TreeEnsemble, cuts: tuple[Floats, ...]) -> str:
    """The text with new thresholds, without the sizes of its trees, which change and are optional."""
    lines, tree = [], 0
    for line in text.splitlines():
        if line.startswith("tree_sizes="):
            continue
        if line.startswith("threshold="):
            own = slice(int(trees.starts[tree]), int(trees.starts[tree + 1]))
            lines.append("threshold=" + _half_integers(trees, own, cuts))
            tree += 1
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _half_integers(trees: TreeEnsemble, own: slice, cuts: tuple[Floats, ...]) -> str:
    splits = trees.left[own] != np.arange(own.start, own.stop)
    features, thresholds = trees.feature[own][splits], trees.threshold[own][splits]
    ranks = (np.searchsorted(cuts[f], t) for f, t in zip(features, thresholds, strict=True))
    return " ".join(f"{rank}.5" for rank in ranks)
