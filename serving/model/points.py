"""Whole points: the scaled score, allocated to themes so that base + themes = score exactly."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Floats, Ints
from serving.model.reasons.explain import Contributions
from serving.model.types import Calibration, Scaling


@dataclass(frozen=True)
class Shares:
    """Whole points of n accounts.

    Attributes:
        score: (n,) rounded score.
        base: (n,) points of the reference, and of what is absent.
        themes: (n, t) points by theme; `base + themes.sum(1) == score`.
    """

    score: Ints
    base: Ints
    themes: Ints


def points_of(calibration: Calibration, scaling: Scaling, found: Contributions, absent: Bools) -> Shares:
    """Whole points of explained accounts: their contributions calibrated, scaled and allocated.

    What the themes of a source add that is absent as a whole is no merit and no fault of the person: it is
    part of the base of that answer, so that base and themes still sum to the score.

    Args:
        calibration: margin to log-odds.
        scaling: log-odds to points.
        found: contributions to the margin.
        absent: (n, t) whether the theme's source is absent (`LinkedSources.absent_themes`).
    """
    margin = found.base + np.where(absent, found.values, 0.0).sum(axis=1)
    own = calibration.slope * np.where(absent, 0.0, found.values)
    return share_out(scaling, calibration.log_odds(margin), own)


def share_out(scaling: Scaling, base_log_odds: Floats, contributions: Floats) -> Shares:
    """Turns log-odds into points; themes are rounded by largest remainder (Hamilton's method).

    A theme that contributes nothing gets no point, and no theme is more than one point from its exact value.

    Args:
        scaling: log-odds to points.
        base_log_odds: (n,) calibrated log-odds of the reference.
        contributions: (n, t) calibrated log-odds by theme.

    Example:
        >>> shares = share_out(Scaling(), np.array([-3.5]), np.array([[0.7, 0.0, -0.25]]))
        >>> shares.base.tolist(), shares.themes.tolist(), shares.score.tolist()
        ([603], [[-20, 0, 7]], [590])
    """
    exact = -scaling.factor * contributions
    start = scaling.score(base_log_odds)
    score = np.rint(start + exact.sum(axis=1)).astype(np.int64)
    base = np.rint(start).astype(np.int64)
    return Shares(score, base, _largest_remainder(exact, score - base))


def _largest_remainder(exact: Floats, total: Ints) -> Ints:
    """(n, t) whole numbers near `exact` with row sums `total`, which lie within 1 of the exact sums."""
    # Every theme gets its floor. What is `left` of the total goes, a point each, to the largest remainders;
    # where rounding score and base apart makes it negative, the smallest remainders give a point up. Themes
    # that contribute nothing rank last (`touched` counts the others) and take no part in either.
    floor = np.floor(exact)
    left = total - floor.sum(axis=1).astype(np.int64)
    remainder = np.where(exact == 0.0, -1.0, exact - floor)
    rank = _rank(-remainder)
    touched = (exact != 0.0).sum(axis=1)
    up = rank < left[:, None]
    down = rank >= (touched + left)[:, None]
    whole: Ints = floor.astype(np.int64) + up - (down & (rank < touched[:, None]))
    return whole


def _rank(keys: Floats) -> Ints:
    """(n, t) place of each key within its row, ties in column order."""
    order = np.argsort(keys, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(keys.shape[1])[None, :].repeat(len(keys), axis=0), axis=1)
    return places.astype(np.int64)
