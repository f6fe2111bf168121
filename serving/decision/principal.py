"""Principal reasons: which themes are stated. Decisions and the fidelity suite both call this.

Everything is chosen on whole points, as `serving.model.points` allocates them: what a person can add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Ints, Positions
from features.themes import Theme

MAX_REASONS = 4
"""Reg B's commentary (12 CFR 1002 Supp. I, 9(b)(2)-1) calls more than four reasons unhelpful."""

PRINCIPAL_SHARE = 0.1
"""A theme is stated against a person when it takes at least this share of all points that themes take from
them: Reg B (12 CFR 1002.9) asks for principal reasons, and a theme that hardly counted is none."""

INQUIRIES = "inquiries"
"""The theme that the FCRA (15 USC 1681g(f)(9)) adds as a fifth reason where it counts against a person."""

NONE = -1


@dataclass(frozen=True)
class Stateable:
    """Which themes of a model may be stated.

    Attributes:
        attributable: (t,) whether a theme is a person's own doing or situation; no other is ever stated.
        inquiries: position of the theme of inquiries, −1 where the model has none.
        least_points: fewest points that a theme must give or take to be stated; what lies below may be noise.
    """

    attributable: Bools
    inquiries: int
    least_points: int = 1

    @staticmethod
    def of(themes: Sequence[Theme], least_points: int = 1) -> "Stateable":
        """Those of a catalogue's themes."""
        attributable = np.array([theme.attributable for theme in themes], dtype=np.bool_)
        place = next((i for i, theme in enumerate(themes) if theme.key == INQUIRIES), NONE)
        return Stateable(attributable, place, least_points)


@dataclass(frozen=True)
class PrincipalReasons:
    """What is stated against n accounts.

    Attributes:
        points: (n, t) whole points by theme.
        themes: (n, MAX_REASONS) positions of the stated themes, the most points first, −1 = none.
        inquiries: (n,) position of the theme of inquiries where it is stated beside them, −1 = not stated.
    """

    points: Ints
    themes: Positions
    inquiries: Positions


def principal_reasons(points: Ints, stateable: Stateable, room: int = MAX_REASONS) -> PrincipalReasons:
    """Chooses the themes that are stated against each account.

    Args:
        points: (n, t) whole points by theme, negative where a theme counts against the account; 0 for the
            themes of an absent source (`serving.model.points`), so that absence is never stated.
        stateable: which themes may be stated.
        room: how many themes may be stated at most; rules and caps take the places of others.

    Ties stand in the catalogue's order.

    Example:
        One account, four themes; the third takes less than a tenth of all points taken:

        >>> every = Stateable(np.ones(4, dtype=np.bool_), inquiries=2)
        >>> reasons = principal_reasons(np.array([[-12, 30, -1, -9]]), every)
        >>> reasons.themes.tolist(), reasons.inquiries.tolist()
        ([[0, 3, -1, -1]], [2])
    """
    own = np.where(stateable.attributable, points, 0)
    stated = np.full((len(own), MAX_REASONS), NONE, dtype=np.intp)
    order = np.argsort(own, axis=1, kind="stable")[:, : max(0, min(room, MAX_REASONS))]
    taken = own[np.arange(len(own))[:, None], order]
    least = PRINCIPAL_SHARE * np.minimum(own, 0).sum(axis=1, keepdims=True)
    enough = (taken <= -max(1, stateable.least_points)) & (taken <= least)
    stated[:, : order.shape[1]] = np.where(enough, order, NONE)
    return PrincipalReasons(points, stated, _fifth(own, stateable.inquiries, stated))


def favourable_themes(points: Ints, absent: Bools, stateable: Stateable) -> Positions:
    """(n, MAX_REASONS) positions of the themes that earned most points, −1 = none; absence is never a merit.

    Ties stand in the catalogue's reverse order.

    Args:
        points: (n, t) whole points by theme.
        absent: (n, t) whether nothing is known of a theme.
        stateable: which themes may be stated.
    """
    earned = np.where(absent | ~stateable.attributable, 0, points)
    order = np.argsort(earned, axis=1, kind="stable")[:, ::-1][:, :MAX_REASONS]
    stated = np.full((len(points), MAX_REASONS), NONE, dtype=np.intp)
    enough = earned[np.arange(len(points))[:, None], order] >= max(1, stateable.least_points)
    stated[:, : order.shape[1]] = np.where(enough, order, NONE)
    return stated


def _fifth(points: Ints, inquiries: int, stated: Positions) -> Positions:
    """(n,) inquiries where they count against the account and are not among the stated themes."""
    if inquiries == NONE:
        return np.full(len(points), NONE, dtype=np.intp)
    counts = (points[:, inquiries] < 0) & ~(stated == inquiries).any(axis=1)
    return np.where(counts, inquiries, NONE).astype(np.intp)
