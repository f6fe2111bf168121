"""Rows of a view, sorted so that an account's rows lie together in the order things happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Ints
from features.engine.kernels import nearly_sorted_order

MOVES_PER_ROW = 64
"""Insertion sort gives way to a general sort beyond so many moves a row."""


@dataclass(frozen=True)
class SortedRows:
    """r rows of a view.

    Attributes:
        key: (r,) whose rows they are, rising.
        event: (r,) when it happened, microseconds.
        known: (r,) when the lender learned it, microseconds.
        values: (c, r) integer columns in the view's order.
        masks: (1 + f, r) flags in the view's order after a row that is True everywhere.
    """

    key: Ints
    event: Ints
    known: Ints
    values: Ints
    masks: Bools

    def ranges(self, keys: Ints) -> tuple[Ints, Ints]:
        """First row and one past the last of each key, both (n,)."""
        start = np.searchsorted(self.key, keys, side="left").astype(np.int64)
        return start, np.searchsorted(self.key, keys, side="right").astype(np.int64)


@dataclass(frozen=True)
class UnsortedRows:
    """Rows as a view's maker leaves them, in any order; null events and keys are dropped on sorting."""

    key: Ints
    event: Ints
    known: Ints
    values: Mapping[str, Ints]
    flags: Mapping[str, Bools]


def arrange(raw: UnsortedRows, columns: Sequence[str], flags: Sequence[str]) -> SortedRows:
    """Stacks the columns and sorts by key, event, knowledge date, values and flags."""
    n = len(raw.key)
    values = np.empty((max(len(columns), 1), n), np.int64)
    values[0] = 0
    for place, name in enumerate(columns):
        values[place] = raw.values[name]
    masks = np.ones((1 + len(flags), n), np.bool_)
    for place, name in enumerate(flags):
        masks[1 + place] = raw.flags[name]
    rows = SortedRows(_fresh(raw.key), _fresh(raw.event), _fresh(raw.known), values, masks)
    order = _order(rows)
    return rows if order is None else _take(rows, order)


def _fresh(column: Ints) -> Ints:
    return np.require(column, np.int64, ["C", "W"])


def _order(rows: SortedRows) -> Ints | None:
    n = len(rows.key)
    if n < 2:
        return None
    if not bool((rows.key[1:] >= rows.key[:-1]).all()):
        return _general(rows)
    order = np.arange(n)
    moves = nearly_sorted_order(
        rows.key, rows.event, rows.known, rows.values, rows.masks, order, MOVES_PER_ROW * n
    )
    if moves < 0:
        return _general(rows)
    return order if moves else None


def _general(rows: SortedRows) -> Ints:
    return np.lexsort((*rows.masks[::-1], *rows.values[::-1], rows.known, rows.event, rows.key))


def _take(rows: SortedRows, order: Ints) -> SortedRows:
    return SortedRows(
        rows.key[order], rows.event[order], rows.known[order], rows.values[:, order], rows.masks[:, order]
    )
