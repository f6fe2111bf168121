"""The compiled loops over sorted rows: one observation after another, from its own rows alone.

An observation is computed by the same sequence of integer operations whether it stands alone or among a
million: that is why history, nightly batch and live agree to the last byte.

Memory: the r rows of a view lie sorted by key, event time, knowledge time and columns, so an observation's
rows are one stretch `[start, stop)` and a window is a stretch `[a, b)` within it. Columns and masks lie one
after another ((c, r) and (1 + f, r), C order): an aggregate walks one column and one mask straight through
memory. The loops take arrays one by one because compiled functions are fastest without objects.

A row is *visible* at t when it was known before t and, in a view whose rows are revisable, no later version
of the same event was known before t. Versions of an event are neighbours in order of their knowledge time, so
looking at the next row is enough; of versions known at the same time the last in order of the columns counts.
"""

import numpy as np
from numba import njit

from features.arrays import NULL, Bools, Ints

SECOND = 1_000_000
COUNT, SUM, SUM_SQ, MIN, MAX, LAST, FIRST, LAST_EVENT, FIRST_EVENT = range(9)
STREAK, LONGEST, DISTINCT, CHANGES, TIME_MEAN = range(9, 14)


@njit(nogil=True, cache=True)
def _lower(values: Ints, low: int, high: int, target: int) -> int:
    """First position in `[low, high)` whose value is not below the target; `high` when there is none."""
    while low < high:
        middle = (low + high) // 2
        if values[middle] < target:
            low = middle + 1
        else:
            high = middle
    return low


@njit(nogil=True, cache=True)
def _visible(i: int, stop: int, event: Ints, known: Ints, t: int, revisable: bool) -> bool:
    """Whether row i is visible at t; `stop` is the end of its key, where there is no next version."""
    if known[i] >= t:
        return False
    return not (revisable and i + 1 < stop and event[i + 1] == event[i] and known[i + 1] < t)


@njit(nogil=True, cache=True)
def _total(
    op: int, a: int, b: int, stop: int, t: int, event: Ints, known: Ints, value: Ints, mask: Bools, rev: bool
) -> int:
    """COUNT, SUM and SUM_SQ; integers, so the order of addition does not matter."""
    total = 0
    for i in range(a, b):
        if mask[i] and _visible(i, stop, event, known, t, rev):
            if op == COUNT:
                total += 1
            elif value[i] != NULL:
                total += value[i] * value[i] if op == SUM_SQ else value[i]
    return total


@njit(nogil=True, cache=True)
def _extreme(
    op: int, a: int, b: int, stop: int, t: int, event: Ints, known: Ints, value: Ints, mask: Bools, rev: bool
) -> int:
    """MIN and MAX; `NULL` stands for "none yet" until a value is found."""
    best = NULL
    for i in range(a, b):
        v = value[i]
        better = best == NULL or (v > best if op == MAX else v < best)
        if v != NULL and better and mask[i] and _visible(i, stop, event, known, t, rev):
            best = v
    return best


@njit(nogil=True, cache=True)
def _edge(
    op: int, a: int, b: int, stop: int, t: int, event: Ints, known: Ints, value: Ints, mask: Bools, rev: bool
) -> int:
    """LAST, FIRST and their event times: the first row that counts, seen from one end of the stretch.

    Ties in event time are broken by the order of the rows: knowledge time, then the columns.
    """
    newest = op in (LAST, LAST_EVENT)
    for step in range(b - a):
        i = b - 1 - step if newest else a + step
        v = value[i] if op in (LAST, FIRST) else event[i]
        if mask[i] and v != NULL and _visible(i, stop, event, known, t, rev):
            return int(v)
    return NULL


@njit(nogil=True, cache=True)
def _run(op: int, a: int, b: int, stop: int, t: int, event: Ints, known: Ints, mask: Bools, rev: bool) -> int:
    """STREAK and LONGEST: the mask continues a run or breaks it, and leaves no row out."""
    current, longest = 0, 0
    for i in range(a, b):
        if _visible(i, stop, event, known, t, rev):
            current = current + 1 if mask[i] else 0
            longest = max(longest, current)
    return current if op == STREAK else longest


@njit(nogil=True, cache=True)
def _distinct(
    a: int, b: int, stop: int, t: int, event: Ints, known: Ints, value: Ints, mask: Bools, rev: bool,
    scratch: Ints,
) -> int:  # fmt: skip
    """DISTINCT by linear search in `scratch`: an account has few distinct months or categories."""
    found = 0
    for i in range(a, b):
        if mask[i] and value[i] != NULL and _visible(i, stop, event, known, t, rev):
            place = 0
            while place < found and scratch[place] != value[i]:
                place += 1
            if place == found:
                scratch[found] = value[i]
                found += 1
    return found


@njit(nogil=True, cache=True)
def _changes(
    a: int, b: int, stop: int, t: int, event: Ints, known: Ints, value: Ints, mask: Bools, rev: bool
) -> int:
    """CHANGES between neighbouring non-null values; the first value is no change."""
    changes, before = 0, NULL
    for i in range(a, b):
        if mask[i] and value[i] != NULL and _visible(i, stop, event, known, t, rev):
            changes += before not in (NULL, value[i])
            before = value[i]
    return changes


@njit(nogil=True, cache=True)
def _time_mean(
    start: int, b: int, stop: int, t: int, low: int, high: int,
    event: Ints, known: Ints, value: Ints, mask: Bools, rev: bool,
) -> int:  # fmt: skip
    """TIME_MEAN over `[low, high)`, weighted by whole seconds, rounded down to a whole number.

    It walks from the key's first row, because the level in force at `low` was set before it: a step that
    begins earlier counts from `low` on. Without any step at all it is null; with steps that lasted less than
    a second it is the last level.
    """
    area, covered, level, since = 0, 0, NULL, 0
    for i in range(start, b):
        if mask[i] and value[i] != NULL and _visible(i, stop, event, known, t, rev):
            if level != NULL:
                seconds = (max(event[i], low) - since) // SECOND
                area, covered = area + level * seconds, covered + seconds
            level, since = value[i], max(event[i], low)
    if level == NULL:
        return NULL
    seconds = (high - since) // SECOND
    area, covered = area + level * seconds, covered + seconds
    return area // covered if covered > 0 else level


@njit(nogil=True, cache=True)
def _one(
    op: int, start: int, a: int, b: int, stop: int, t: int, low: int, high: int,
    event: Ints, known: Ints, value: Ints, mask: Bools, rev: bool, scratch: Ints,
) -> int:  # fmt: skip
    """One aggregate of one observation; the operations are numbered so that ranges tell the loops apart."""
    if op <= SUM_SQ:
        return _total(op, a, b, stop, t, event, known, value, mask, rev)
    if op <= MAX:
        return _extreme(op, a, b, stop, t, event, known, value, mask, rev)
    if op <= FIRST_EVENT:
        return _edge(op, a, b, stop, t, event, known, value, mask, rev)
    if op <= LONGEST:
        return _run(op, a, b, stop, t, event, known, mask, rev)
    if op == DISTINCT:
        return _distinct(a, b, stop, t, event, known, value, mask, rev, scratch)
    if op == CHANGES:
        return _changes(a, b, stop, t, event, known, value, mask, rev)
    return _time_mean(start, b, stop, t, low, high, event, known, value, mask, rev)


@njit(nogil=True, cache=True)
def _without_rows(op: int) -> int:
    """What an operation gives over no rows at all; TIME_MEAN reads the level that was set before."""
    return 0 if op <= SUM_SQ or op >= STREAK else NULL


@njit(nogil=True, cache=True)
def _any_known(a: int, b: int, known: Ints, t: int) -> bool:
    for i in range(a, b):
        if known[i] < t:
            return True
    return False


@njit(nogil=True, cache=True)
def aggregate(
    start: Ints, stop: Ints, moments: Ints, withheld: Bools, ends: Ints,
    event: Ints, known: Ints, values: Ints, masks: Bools, revisable: bool, null_when_empty: bool,
    ops: Ints, columns: Ints, filters: Ints, windows: Ints, places: Ints, out: Ints, scratch: Ints,
) -> None:  # fmt: skip
    """Fills `out[places[k], i]` with aggregate k of observation i.

    Args:
        start: (n,) first row of each observation's key.
        stop: (n,) one past its last row.
        moments: (n, d) the moment of observation, then those that windows are measured from.
        withheld: (n,) True where the source is not consented to: every aggregate is null.
        ends: (5, w) where each window finds its ends among the moments, see `ticks.ends`.
        event: (r,) when each row happened.
        known: (r,) when the lender learned it.
        values: (c, r) integer columns, `NULL` for null.
        masks: (1 + f, r) which rows meet each filter; row 0 is True everywhere.
        revisable: whether a row replaces earlier known rows of the same event.
        null_when_empty: whether no known row at all means null, even for counts.
        ops: (k,) operation of each aggregate.
        columns: (k,) its row of `values`.
        filters: (k,) its row of `masks`.
        windows: (k,) its column of `ends`.
        places: (k,) its row of `out`.
        out: (q, n) result.
        scratch: at least as long as the longest run of rows of one key.
    """
    n_windows = ends.shape[1]
    low, high = np.empty(n_windows, np.int64), np.empty(n_windows, np.int64)
    first, last = np.empty(n_windows, np.int64), np.empty(n_windows, np.int64)
    for i in range(len(start)):
        a, b, t = start[i], stop[i], moments[i, 0]
        now = _lower(event, a, b, t)
        if withheld[i] or (null_when_empty and not _any_known(a, now, known, t)):
            for k in range(len(ops)):
                out[places[k], i] = NULL
            continue
        # The rows of each window are found once by bisection and shared by all aggregates that read it.
        for w in range(n_windows):
            low[w], high[w] = moments[i, ends[0, w]] - ends[1, w], moments[i, ends[2, w]] - ends[3, w]
            if moments[i, ends[4, w]] == NULL:
                high[w] = NULL
            first[w] = a if low[w] == NULL else _lower(event, a, b, low[w])
            last[w] = now if high[w] == t else _lower(event, first[w], b, high[w])
        for k in range(len(ops)):
            w = windows[k]
            if first[w] == last[w] and ops[k] != TIME_MEAN:
                out[places[k], i] = _without_rows(ops[k])
                continue
            out[places[k], i] = _one(
                ops[k], a, first[w], last[w], b, t, low[w], high[w],
                event, known, values[columns[k]], masks[filters[k]], revisable, scratch,
            )  # fmt: skip


@njit(nogil=True, cache=True)
def newest_events(
    start: Ints, stop: Ints, event: Ints, known: Ints, place: int, depth: int, moments: Ints
) -> None:  # fmt: skip
    """Fills the ticks of one clock: `moments[i, place : place + depth]`, `NULL` where there are fewer.

    A row whose later version is known has an event that is known all the same, so versions need no care.

    Args:
        start: (n,) first row of each observation's key.
        stop: (n,) one past its last row.
        event: (r,) when each row happened, rising within a key.
        known: (r,) when the lender learned it.
        place: column of the newest tick.
        depth: how many ticks.
        moments: (n, d), the moment of observation in column 0.
    """
    for i in range(len(start)):
        t, found = moments[i, 0], 0
        moments[i, place : place + depth] = NULL
        row = _lower(event, start[i], stop[i], t) - 1
        while row >= start[i] and found < depth:
            if known[row] < t and (found == 0 or event[row] != moments[i, place + found - 1]):
                moments[i, place + found] = event[row]
                found += 1
            row -= 1


@njit(nogil=True, cache=True)
def consented(
    start: Ints, stop: Ints, as_of: Ints, source: int, sources: Ints, granted: Ints, known: Ints,
    revoked: Ints,
) -> Bools:  # fmt: skip
    """Whether a consent for the source is known, given and not withdrawn at each observation, (n,).

    A withdrawal is learned at its own time, so one at or after the observation is not visible.
    """
    given = np.zeros(len(start), np.bool_)
    for i in range(len(start)):
        t = as_of[i]
        for row in range(start[i], stop[i]):
            withdrawn = revoked[row] != NULL and revoked[row] < t
            if sources[row] == source and known[row] < t and granted[row] < t and not withdrawn:
                given[i] = True
                break
    return given


@njit(nogil=True, cache=True)
def _precedes(i: int, j: int, event: Ints, known: Ints, values: Ints) -> bool:
    """Whether row i sorts strictly before row j of the same key: the one order in which ties are broken."""
    if event[i] != event[j]:
        return bool(event[i] < event[j])
    if known[i] != known[j]:
        return bool(known[i] < known[j])
    for c in range(values.shape[0]):
        if values[c, i] != values[c, j]:
            return bool(values[c, i] < values[c, j])
    return False


@njit(nogil=True, cache=True)
def nearly_sorted_order(key: Ints, event: Ints, known: Ints, values: Ints, order: Ints, budget: int) -> int:
    """Sorts `order` in place by insertion within runs of equal key; keys must be rising.

    Files of a lender are nearly in order, where insertion is linear.

    Returns:
        How many moves it took, −1 when `budget` did not suffice and `order` is unfinished.
    """
    moves = 0
    for i in range(1, len(order)):
        row, place = order[i], i
        while place > 0 and key[order[place - 1]] == key[row]:
            if not _precedes(row, order[place - 1], event, known, values):
                break
            order[place] = order[place - 1]
            place -= 1
            moves += 1
        order[place] = row
        if moves > budget:
            return -1
    return moves
