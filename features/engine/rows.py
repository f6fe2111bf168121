"""Rows of a view, sorted so that an account's rows lie together in the order of event time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Ints
from features.engine.kernels import nearly_sorted_order
from features.engine.masks import Predicate

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
        masks: (1 + f, r) which rows meet each filter, after a row that is True everywhere.
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
    """Rows as a view makes them, in any order.

    Attributes:
        key: (r,) whose rows they are.
        event: (r,) when it happened, microseconds.
        known: (r,) when the lender learned it, microseconds.
        columns: (r,) integers by column name.
    """

    key: Ints
    event: Ints
    known: Ints
    columns: Mapping[str, Ints]


def arrange(rows: UnsortedRows, columns: Sequence[str], filters: Sequence[Predicate]) -> SortedRows:
    """Sorts by key, event time, knowledge time and columns, then evaluates each filter once.

    Args:
        rows: r rows.
        columns: the view's columns in its order, which breaks ties.
        filters: distinct filters, compiled for these columns.
    """
    n = len(rows.key)
    values = np.empty((max(len(columns), 1), n), np.int64)
    values[0] = 0
    for place, name in enumerate(columns):
        values[place] = rows.columns[name]
    key, event, known = _own(rows.key), _own(rows.event), _own(rows.known)
    order = _order(key, event, known, values)
    if order is not None:
        key, event, known, values = key[order], event[order], known[order], values[:, order]
    return SortedRows(key, event, known, values, _masks(values, filters))


def _masks(values: Ints, filters: Sequence[Predicate]) -> Bools:
    masks = np.ones((1 + len(filters), values.shape[1]), np.bool_)
    for place, predicate in enumerate(filters, start=1):
        masks[place] = predicate(values)
    return masks


def _own(column: Ints) -> Ints:
    """The column as the compiled loops take it: contiguous, writable int64."""
    return np.require(column, np.int64, ["C", "W"])


def _order(key: Ints, event: Ints, known: Ints, values: Ints) -> Ints | None:
    """Positions of the rows in sorted order, None when they lie in it already."""
    n = len(key)
    if n < 2:
        return None
    if not bool((key[1:] >= key[:-1]).all()):
        return _general_order(key, event, known, values)
    order = np.arange(n)
    moves = nearly_sorted_order(key, event, known, values, order, MOVES_PER_ROW * n)
    if moves < 0:
        return _general_order(key, event, known, values)
    return order if moves else None


def _general_order(key: Ints, event: Ints, known: Ints, values: Ints) -> Ints:
    return np.lexsort((*values[::-1], known, event, key))
