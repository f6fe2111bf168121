"""Columns that rise and fall together: one matter seen several times, and so one theme of the reasons.

Columns that carry the same message share its effect by chance, so that as themes of their own each would be
stated as a reason beside the others, and none would be the reason (Aas, Jullum, Løland 2021, "Explaining
individual predictions when features are dependent", group them likewise).
"""

from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from scipy.stats import rankdata

from features.adapters.flat.values import Values
from features.arrays import Floats

ALIKE = 0.6
"""Least mean rank correlation of two columns, or groups, that are put together."""
SHARED = 0.5
"""Least share of the rows in which two columns must both be present."""
ROWS = 10_000
"""Rows at even distances that are looked at."""


def alike(columns: Sequence[Values]) -> tuple[tuple[str, ...], ...]:
    """Groups of two or more number columns that are alike on average (average linkage), in file order."""
    numbers = [column for column in columns if column.kind == "number"]
    if len(numbers) < 2:
        return ()
    distance = 1.0 - _correlations(numbers)
    found = fcluster(linkage(squareform(distance, checks=False), "average"), 1.0 - ALIKE, "distance")
    groups = [[numbers[i].name for i in np.flatnonzero(found == label)] for label in dict.fromkeys(found)]
    return tuple(tuple(group) for group in groups if len(group) > 1)


def _correlations(numbers: Sequence[Values]) -> Floats:
    """(f, f) absolute rank correlations over the rows that have both columns."""
    rows = np.linspace(0, len(numbers[0].series) - 1, min(ROWS, len(numbers[0].series))).astype(np.intp)
    values = [column.series.to_numpy()[rows] for column in numbers]
    found = np.eye(len(values))
    for i, first in enumerate(values):
        for j in range(i):
            found[i, j] = found[j, i] = _correlation(first, values[j])
    return found


def _correlation(first: Floats, second: Floats) -> float:
    both = ~np.isnan(first) & ~np.isnan(second)
    if both.sum() < max(3, SHARED * len(both)):
        return 0.0
    ranks = rankdata(first[both]), rankdata(second[both])
    if min(np.ptp(rank) for rank in ranks) == 0:
        return 0.0
    return abs(float(np.corrcoef(*ranks)[0, 1]))
