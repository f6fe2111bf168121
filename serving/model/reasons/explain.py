"""Explains rows by looking their bits up, and checks every answer against the trees."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats
from features.errors import BundleError
from serving.model.reasons.execution import encode
from serving.model.reasons.kernels.block import explain_block
from serving.model.reasons.kernels.single import explain_each
from serving.model.reasons.kernels.walk import walk
from serving.model.reasons.tables import ReasonTables
from serving.model.reasons.trees import as_rows

TOLERANCE = 1e-9
"""Log-odds by which values may miss the margin. Both are sums of some thousand float64, which round to about
1e-13; a table of other trees misses by far more."""

FEW = 32
"""Up to so many rows each is explained alone; from there on laying out a block pays."""

BLOCK = 256
"""Rows of a block: their codes (0.5 KB a column) stay in the nearest cache while a tree's tables are read."""

CHUNK = 8 * BLOCK
"""Rows that a thread takes at a time: enough to forget the cost of taking them, few enough to share out."""


@dataclass(frozen=True)
class Contributions:
    """Exact reasons of n rows: `base + values.sum(1) == margin` within `TOLERANCE`, checked.

    Attributes:
        base: mean margin of the reference, in log-odds.
        values: (n, n_players) log-odds added by each player.
        margin: (n,) log-odds margin by walking the trees.
    """

    base: float
    values: Floats
    margin: Floats


def explain(tables: ReasonTables, rows: Floats, threads: int = 1) -> Contributions:
    """Interventional Shapley values of (n, n_features) rows, NaN = absent.

    Args:
        tables: compiled reasons.
        rows: float64, NaN = absent.
        threads: how many threads share the rows; a few rows always take one.

    Raises:
        BundleError: rows of another width than the model reads, or values that do not sum to the margin: the
            tables are then not those of these trees, and no answer is given.
    """
    checked = as_rows(rows, tables.program.ensemble.n_features)
    n = len(checked)
    values, margin = np.zeros((n, tables.n_players)), np.zeros(n)
    if n <= FEW:
        _explain_few(tables, checked, values, margin)
    else:
        _explain_many(tables, checked, values, margin, threads)
    _assert_additive(tables.base, values, margin)
    return Contributions(tables.base, values, margin)


def warm(tables: ReasonTables) -> None:
    """Loads or compiles all kernels and runs both ways once, so that the first account does not wait."""
    explain(tables, np.full((1, tables.program.ensemble.n_features), np.nan))
    explain(tables, np.full((FEW + 1, tables.program.ensemble.n_features), np.nan))


def _explain_few(tables: ReasonTables, rows: Floats, values: Floats, margin: Floats) -> None:
    program = tables.program
    codes = encode(program, rows, width=1)
    explain_each(codes, program.lookup, tables.values, values)
    walk(rows, program.ensemble.walked, margin)


def _explain_many(tables: ReasonTables, rows: Floats, values: Floats, margin: Floats, threads: int) -> None:
    share = -(-len(rows) // (max(1, threads) * BLOCK)) * BLOCK
    chunk = min(CHUNK, share)
    spans = [slice(start, start + chunk) for start in range(0, len(rows), chunk)]

    def work(span: slice) -> None:
        _explain_chunk(tables, rows[span], values[span], margin[span])

    if threads <= 1 or len(spans) == 1:
        for span in spans:
            work(span)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, spans))


def _explain_chunk(tables: ReasonTables, rows: Floats, values: Floats, margin: Floats) -> None:
    program = tables.program
    width = min(BLOCK, len(rows))
    codes = encode(program, rows, width)
    by_player = np.zeros((len(codes), tables.n_players, width))
    explain_block(codes, program.lookup, tables.values, by_player)
    values[:] = by_player.transpose(0, 2, 1).reshape(-1, tables.n_players)[: len(rows)]
    walk(rows, program.ensemble.walked, margin)


def _assert_additive(base: float, values: Floats, margin: Floats) -> None:
    gap = np.abs(base + values.sum(axis=1) - margin)
    if not (gap <= TOLERANCE * (1.0 + np.abs(margin))).all():
        worst = int(np.argmax(gap))
        raise BundleError(
            f"reasons of row {worst} miss its margin {margin[worst]:.6f} by {gap[worst]:.2e}: "
            "the tables do not belong to these trees; rebuild the bundle"
        )
