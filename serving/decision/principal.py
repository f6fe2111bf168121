"""Principal reasons: which themes are stated. Decisions and the fidelity suite both call this.

Everything is chosen on whole points, as `serving.model.points` allocates them: what a person can add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Floats, Ints, Positions
from features.themes import Theme
from serving.model.reasons.sources import LinkedSources

MAX_REASONS = 4
"""Reg B's commentary (12 CFR 1002 Supp. I, 9(b)(2)-1) calls more than four reasons unhelpful."""

PRINCIPAL_SHARE = 0.1
"""A theme is stated against a person when it takes at least this share of all points that themes take from
them: Reg B (12 CFR 1002.9) asks for principal reasons, and a theme that hardly counted is none."""

INQUIRIES = "inquiries"
"""The theme that the FCRA (15 USC 1681g(f)(9)) adds as a fifth reason where it counts against a person."""

NONE = -1


@dataclass(frozen=True)
class PrincipalReasons:
    """What is stated against n accounts.

    Attributes:
        points: (n, t) whole points by theme; those of an absent source's themes are summed on its lead theme.
        themes: (n, MAX_REASONS) positions of the stated themes, the most points first, −1 = none.
        inquiries: (n,) position of the theme of inquiries where it is stated beside them, −1 = not stated.
    """

    points: Ints
    themes: Positions
    inquiries: Positions


def principal_reasons(
    points: Ints, rows: Floats, sources: LinkedSources, inquiries: int, room: int = MAX_REASONS
) -> PrincipalReasons:
    """Chooses the themes that are stated against each account.

    Args:
        points: (n, t) whole points by theme, negative where a theme counts against the account.
        rows: (n, f) encoded values; they say which sources are absent as a whole.
        sources: the linked sources of the model.
        inquiries: position of the theme of inquiries (`position_of`), −1 where the model has none.
        room: how many themes may be stated at most; rules and caps take the places of others.

    Ties stand in the catalogue's order.

    Example:
        One account, four themes, no linked source; the third takes less than a tenth of all points taken:

        >>> points = np.array([[-12, 30, -1, -9]])
        >>> reasons = principal_reasons(points, np.zeros((1, 4)), LinkedSources({}, {}), inquiries=2)
        >>> reasons.themes.tolist(), reasons.inquiries.tolist()
        ([[0, 3, -1, -1]], [2])
    """
    merged = sources.joined(points, rows)
    stated = np.full((len(merged), MAX_REASONS), NONE, dtype=np.intp)
    order = np.argsort(merged, axis=1, kind="stable")[:, : max(0, min(room, MAX_REASONS))]
    taken = merged[np.arange(len(merged))[:, None], order]
    least = PRINCIPAL_SHARE * np.minimum(merged, 0).sum(axis=1, keepdims=True)
    stated[:, : order.shape[1]] = np.where((taken < 0) & (taken <= least), order, NONE)
    return PrincipalReasons(merged, stated, _fifth(merged, rows, sources, inquiries, stated))


def favourable_themes(points: Ints, absent: Bools) -> Positions:
    """(n, MAX_REASONS) positions of the themes that earned most points, −1 = none; absence is never a merit.

    Ties stand in the catalogue's reverse order.

    Args:
        points: (n, t) whole points by theme.
        absent: (n, t) whether nothing is known of a theme.
    """
    earned = np.where(absent, 0, points)
    order = np.argsort(earned, axis=1, kind="stable")[:, ::-1][:, :MAX_REASONS]
    stated = np.full((len(points), MAX_REASONS), NONE, dtype=np.intp)
    positive = earned[np.arange(len(points))[:, None], order] > 0
    stated[:, : order.shape[1]] = np.where(positive, order, NONE)
    return stated


def position_of(key: str, themes: Sequence[Theme]) -> int:
    """Position of a theme, −1 where it is not among them."""
    return next((i for i, theme in enumerate(themes) if theme.key == key), NONE)


def _fifth(
    merged: Ints, rows: Floats, sources: LinkedSources, inquiries: int, stated: Positions
) -> Positions:
    """(n,) inquiries where they count against the account, are known, and are not among the stated themes."""
    if inquiries == NONE:
        return np.full(len(merged), NONE, dtype=np.intp)
    counts = (merged[:, inquiries] < 0) & ~(stated == inquiries).any(axis=1)
    source = sources.leads.get(inquiries)
    if source is not None and counts.any():
        counts &= ~sources.absent(rows)[:, sources.names.index(source)]
    return np.where(counts, inquiries, NONE).astype(np.intp)
