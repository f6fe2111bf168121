"""Checks of the columns of a flat file: identifiers, target leaks, undeclared special codes."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from features.adapters.flat.config import FlatConfig
from features.adapters.flat.values import ColumnFinding, Values
from features.arrays import Bools, Floats, Positions
from features.errors import DataError

LEAK_AUC = 0.98
SUSPECT_AUC = 0.95
LEAK_ROWS = 10
"""Rows of either outcome below which perfect separation may be chance."""
IDENTIFIER_ROWS = 50
MANY_LEVELS = 50
BINS = 20
GAP = 5.0


def refuse_identifiers_and_leaks(columns: Sequence[Values], bad: Bools, config: FlatConfig) -> None:
    """Refuses columns that identify cases or leak the target.

    A column with `checked = true` in the configuration is accepted.

    Raises:
        DataError: every such column, and what to do.
    """
    faults = []
    for column in columns:
        if config.about(column.name).checked:
            continue
        if is_identifier(column):
            faults.append(
                f"column {column.name} looks like an identifier: {column.series.n_unique()} different values "
                f'in {column.series.len()} rows. Name it as id (id = "{column.name}"), or leave it '
                "out with the reason"
            )
        elif (reached := univariate_auc(column, bad)) > LEAK_AUC:
            faults.append(
                f"column {column.name} alone separates bad from good with an AUC of {reached:.3f}: it is "
                "probably derived from the outcome (target leakage). Leave it out with the reason"
            )
    if faults:
        raise DataError(
            "; ".join(faults) + ". To accept a column after review: [data.columns.<name>] checked = true"
        )


def is_identifier(column: Values) -> bool:
    """Whether nearly all values differ: text that identifies cases, or consecutive whole numbers."""
    known = column.series.drop_nulls()
    if known.len() < IDENTIFIER_ROWS:
        return False
    if column.kind == "category":
        return known.n_unique() > known.len() / 2
    if known.n_unique() < known.len() or bool((known != known.round()).any()):
        return False
    span = float(known.max()) - float(known.min())  # type: ignore[arg-type]
    return known.is_sorted() or known.is_sorted(descending=True) or span < 2 * known.len()


def univariate_auc(column: Values, bad: Bools) -> float:
    """AUC of one column alone, from the bad rates of its bins estimated on the other half of the rows.

    Numbers are binned at their quantiles and null is a bin of its own, so that a leak through missing values
    or a middle range is found too. Rates are estimated out of sample, or a column of many levels would look
    like a leak.
    """
    if min(int(bad.sum()), int((~bad).sum())) < LEAK_ROWS:
        return 0.5
    levels = _levels(column)
    even = np.arange(len(bad)) % 2 == 0
    rates = np.empty(len(bad))
    for half in (even, ~even):
        rates[half] = _rates(levels, bad, ~half)[levels[half]]
    return max(auc(rates, bad), *_raw(column, bad))


def _levels(column: Values) -> Positions:
    if column.kind == "category":
        coded = column.series.cast(pl.Categorical).to_physical().fill_null(column.series.n_unique())
        return coded.rank("dense").to_numpy().astype(np.intp) - 1
    values = column.series.to_numpy()
    known = values[~np.isnan(values)]
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.array([])
    return np.where(np.isnan(values), 0, 1 + np.searchsorted(cuts, values, side="left")).astype(np.intp)


def _rates(levels: Positions, bad: Bools, rows: Bools) -> Floats:
    size = int(levels.max()) + 1
    n = np.bincount(levels[rows], minlength=size)
    n_bad = np.bincount(levels[rows], weights=bad[rows].astype(float), minlength=size)
    prior = bad[rows].mean() if rows.any() else 0.0
    return np.asarray((n_bad + prior) / (n + 1.0))


def _raw(column: Values, bad: Bools) -> tuple[float, ...]:
    if column.kind == "category":
        return (0.5,)
    known = column.series.is_not_null().to_numpy()
    value = auc(column.series.to_numpy()[known], bad[known])
    return (max(value, 1.0 - value),) if known.mean() > 0.5 else (0.5,)


def auc(score: Floats, bad: Bools) -> float:
    """Area under the ROC curve by ranks, ties counted half (Mann and Whitney 1947); 0.5 with one class."""
    n_bad, n_good = int(bad.sum()), int((~bad).sum())
    if not n_bad or not n_good:
        return 0.5
    ranks = pl.Series(score).rank("average").to_numpy()
    return float((ranks[bad].sum() - n_bad * (n_bad + 1) / 2) / (n_bad * n_good))


def findings(columns: Sequence[Values], bad: Bools, config: FlatConfig) -> Iterator[ColumnFinding]:
    """Warnings and notes on columns that are accepted."""
    for column in columns:
        yield from _about(column)
        checked = config.about(column.name).checked
        if not checked and SUSPECT_AUC < (value := univariate_auc(column, bad)) <= LEAK_AUC:
            yield ColumnFinding(
                "warning",
                column.name,
                f"alone reaches an AUC of {value:.3f}: check that it is known before the outcome",
            )
    if config.id is None and config.group is None:
        yield ColumnFinding("note", "", "no id and no group column: every row counts as another person")


def _about(column: Values) -> Iterator[ColumnFinding]:
    known = column.series.drop_nulls()
    for code in column.unseen:
        yield ColumnFinding("warning", column.name, f"special code {code!r} never occurs: check its spelling")
    if column.kind == "category" and known.n_unique() > MANY_LEVELS:
        yield ColumnFinding(
            "warning", column.name, f"{known.n_unique()} levels: rare ones carry little information"
        )
    if column.kind == "number" and (text := _undeclared(known)) is not None:
        yield ColumnFinding("warning", column.name, text)


def _undeclared(known: pl.Series) -> str | None:
    """A repeated value that is probably a special code: an outlying number of nines, or a single negative."""
    counts = known.value_counts().sort(known.name)
    if counts.height < 3:
        return None
    values, n = counts[known.name].to_list(), counts["count"].to_list()
    top, below, bottom = values[-1], values[-2], values[0]
    if n[-1] > 1 and set(f"{top:g}") == {"9"} and top >= GAP * max(abs(below), 1.0):
        return f"{n[-1]} rows hold {top:g}, far above the next, {below:g}: a special code? List it in missing"
    if n[0] > 1 and bottom < 0 <= values[1] and set(f"{-bottom:g}") <= {"1", "9"}:
        return f"{n[0]} rows hold {bottom:g}, the only value below 0: a special code? List it in missing"
    return None
