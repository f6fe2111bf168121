"""Shares and their confidence intervals."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

Metric = float | int | str | bool | None
"""A value of a flat report."""
Z95 = 1.959964
"""Two-sided 95 % quantile of the standard normal distribution."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % score interval of a share; the whole of [0, 1] for n = 0."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, Z95 * Z95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def share(flags: Sequence[bool]) -> float | None:
    """Share of true ones, None of none."""
    return float(np.mean(flags)) if flags else None
