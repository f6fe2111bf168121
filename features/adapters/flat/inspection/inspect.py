"""The whole inspection of a file: every finding and every problem in one run."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from features.adapters.flat.alike import alike
from features.adapters.flat.cases import stating
from features.adapters.flat.checks import LEAK_AUC, LEAK_ROWS, SUSPECT_AUC, univariate_auc
from features.adapters.flat.dates import parsed_dates
from features.adapters.flat.inspection.columns import TypedColumn, typed
from features.adapters.flat.inspection.directions import likely_direction
from features.adapters.flat.inspection.findings import InspectedColumn, Inspection, InspectionFinding, Roles
from features.adapters.flat.inspection.layout import read_raw
from features.adapters.flat.inspection.roles import role_findings, roles_of
from features.adapters.flat.inspection.target import TargetValues, target_values
from features.adapters.flat.read import located
from features.arrays import Bools
from features.spelling import nearest

TRAIN_SHARE = 0.7
"""Share of the cases that train, where the latest test."""


@dataclass(frozen=True)
class _Outcome:
    values: TargetValues | None
    known: Bools
    bad: Bools
    problem: str


def inspect(path: str, target: str, bad: tuple[str, ...] = (), good: tuple[str, ...] = ()) -> Inspection:
    """Looks at a file with one row a case and a target column.

    Args:
        path: CSV or Parquet; a relative one is looked up like the setting `path`.
        target: name of the target column, or its position from 1, or from the end as -1.
        bad: values of the target that mean bad; guessed when empty.
        good: values that mean good; the others when empty.

    Raises:
        DataError: the file is missing, no text, no table, or has no row. Whatever else is wrong is among the
            problems of the result.
    """
    file = located(path)
    written = read_raw(file, target)
    frame, name = written.frame, _target_name(target, written.frame.columns)
    outcome = _outcome(frame, name, target, bad, good)
    rows = frame.drop([name] if name else []).filter(pl.Series(outcome.known))
    every = {column: typed(rows[column]) for column in rows.columns}
    roles = roles_of(rows, every)
    named = {roles.id, roles.group, roles.date, *roles.leave_out}
    columns = {column: found for column, found in every.items() if column not in named}
    leaks, suspects = _leaks(columns, outcome.bad)
    kept = {column: found for column, found in columns.items() if column not in leaks}
    roles = replace(roles, leave_out={**roles.leave_out, **leaks})
    stated = _stating(kept, len(outcome.bad))
    together = alike([found.values for found in kept.values()])
    told = [
        *written.findings,
        *_target_findings(outcome, name or target, frame.height),
        *role_findings(roles),
        *(finding for found in kept.values() for finding in found.findings),
        *suspects,
        *_silent(stated),
        *_together(together),
        *_twins(rows),
    ]
    return Inspection(
        path=path,
        n_rows=frame.height,
        layout=written.layout,
        target=name or target,
        values=outcome.values,
        n_bad=int(outcome.bad[stated].sum()),
        n_known=int(stated.sum()),
        roles=roles,
        dated=_dated(rows, roles, outcome.bad),
        columns=tuple(_inspected(found, outcome.bad) for found in kept.values()),
        alike=together,
        findings=tuple(told),
        problems=tuple(_problems(outcome, kept, roles)),
    )


def _target_name(target: str, columns: list[str]) -> str | None:
    """The column asked for by its name, by its name but for case and blanks, or by its position."""
    if target in columns:
        return target
    folded = " ".join(target.split()).casefold()
    alike = [column for column in columns if column.casefold() == folded]
    if len(alike) == 1:
        return alike[0]
    try:
        position = int(target)
    except ValueError:
        return None
    inside = 1 <= abs(position) <= len(columns)
    return columns[position - 1 if position > 0 else position] if inside else None


def _outcome(
    frame: pl.DataFrame, name: str | None, target: str, bad: tuple[str, ...], good: tuple[str, ...]
) -> _Outcome:
    everywhere = np.ones(frame.height, dtype=bool)
    if name is None:
        near = nearest(target, frame.columns)
        text = f"TARGET={target}: the file has no such column; {near}; or give its position"
        return _Outcome(None, everywhere, np.zeros(frame.height, dtype=bool), text)
    values = target_values(frame[name], bad, good)
    if isinstance(values, str):
        return _Outcome(None, everywhere, np.zeros(frame.height, dtype=bool), values)
    is_bad = frame[name].is_in(values.bad).fill_null(False).to_numpy()
    known = is_bad | frame[name].is_in(values.good).fill_null(False).to_numpy()
    return _Outcome(values, known, is_bad[known], "")


def _leaks(columns: dict[str, TypedColumn], bad: Bools) -> tuple[dict[str, str], list[InspectionFinding]]:
    leaks, suspects = {}, []
    for name, found in columns.items():
        reached = univariate_auc(found.values, bad)
        if reached > LEAK_AUC:
            leaks[name] = f"alone tells bad from good (AUC {reached:.3f}): probably derived from the outcome"
        elif reached > SUSPECT_AUC:
            text = f"alone reaches an AUC of {reached:.3f}: is it known before the outcome?"
            suspects.append(InspectionFinding("warning", name, text, "kept: check it"))
    return leaks, suspects


def _dated(rows: pl.DataFrame, roles: Roles, bad: Bools) -> bool:
    """Whether both outcomes are on either side of the date from which a share of the cases is."""
    if roles.date is None:
        return False
    dates = parsed_dates(rows[roles.date], roles.date_format)
    late = (dates >= dates.sort()[int(TRAIN_SHARE * len(dates))]).fill_null(True).to_numpy()
    sides = [bad[late], ~bad[late], bad[~late], ~bad[~late]]
    return all(side.sum() >= LEAK_ROWS for side in sides)


def _inspected(found: TypedColumn, bad: Bools) -> InspectedColumn:
    direction, why = likely_direction(found.values, bad)
    return InspectedColumn(found.values.name, found.values.kind, found.codes, direction, why)


def _target_findings(outcome: _Outcome, target: str, n_rows: int) -> Iterator[InspectionFinding]:
    if outcome.values is None:
        return
    n, rate = len(outcome.bad), outcome.bad.mean()
    bad = ", ".join(outcome.values.bad)
    yield InspectionFinding(
        "note", target, f"{outcome.values.why}; {n:,} rows, {rate:.1%} bad", f"bad = {bad}"
    )
    if n < n_rows:
        text = f"{n_rows - n:,} rows have no outcome, or one that is neither good nor bad"
        yield InspectionFinding("warning", target, text, "these rows are left out")


def _stating(kept: dict[str, TypedColumn], n: int) -> Bools:
    if not kept:
        return np.ones(n, dtype=bool)
    return np.asarray(stating([found.values for found in kept.values()]).to_numpy(), np.bool_)


def _silent(stated: Bools) -> Iterator[InspectionFinding]:
    silent = int((~stated).sum())
    if silent:
        text = f"{silent:,} rows state nothing in any feature"
        yield InspectionFinding("warning", "", text, "left out: there is nothing to decide on")


def _together(groups: tuple[tuple[str, ...], ...]) -> Iterator[InspectionFinding]:
    for group in groups:
        text = f"rises and falls with {', '.join(group[1:])}: probably one matter seen several times"
        yield InspectionFinding("note", group[0], text, "one theme")


def _twins(rows: pl.DataFrame) -> Iterator[InspectionFinding]:
    repeated = rows.height - rows.n_unique() if rows.width else 0
    if repeated:
        text = f"{repeated:,} rows repeat another row in every column"
        yield InspectionFinding("warning", "", text, "kept: if they are one case, remove them")


def _problems(outcome: _Outcome, kept: dict[str, TypedColumn], roles: Roles) -> Iterator[str]:
    if outcome.problem:
        yield outcome.problem
    if not kept:
        listed = "; ".join(f"{name}: {reason}" for name, reason in roles.leave_out.items())
        yield f"no column is left as a feature ({listed or 'the file has no other column'})"
