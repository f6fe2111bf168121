"""Columns that cannot be features: identifiers, persons, dates, protected attributes, constants, leaks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from features.adapters.flat.checks import is_identifier
from features.adapters.flat.dates import date_format_of
from features.adapters.flat.inspection.columns import TypedColumn
from features.adapters.flat.inspection.findings import InspectionFinding, Roles
from features.adapters.flat.inspection.protected import protected_attribute
from features.adapters.flat.inspection.vocabulary import says, words, words_of
from features.adapters.flat.values import Values

REPEATED = 50
"""Most rows of one value, on average, with which it may be a person."""


@dataclass
class _Sorting:
    ids: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    dates: dict[str, str] = field(default_factory=dict)
    leave_out: dict[str, str] = field(default_factory=dict)


def roles_of(frame: pl.DataFrame, columns: Mapping[str, TypedColumn]) -> Roles:
    """Sorts out the columns that cannot be features; leaks are found apart, for they need the outcome.

    Args:
        frame: text columns without the target.
        columns: the same, typed.
    """
    sorting = _Sorting()
    for name in frame.columns:
        _sort(frame[name], columns[name].values, sorting)
    chosen_id = _best(sorting.ids, words("key"))
    group = _best(sorting.groups, words("person"))
    date = _case_date(frame, sorting.dates)
    spare = [name for name in (*sorting.ids, *sorting.groups) if name not in {chosen_id, group}]
    sorting.leave_out |= dict.fromkeys(spare, "identifies cases or persons: nearly all values differ")
    sorting.leave_out |= {
        name: "a date: as a feature it would only tell when the case arose"
        for name in sorting.dates
        if name != date
    }
    ordered = {name: sorting.leave_out[name] for name in frame.columns if name in sorting.leave_out}
    return Roles(chosen_id, group, date, sorting.dates[date] if date else "", MappingProxyType(ordered))


def _sort(text: pl.Series, values: Values, sorting: _Sorting) -> None:
    name = text.name
    if values.series.n_unique() < 2:
        held = values.series[0] if len(values.series) else None
        sorting.leave_out[name] = "all values absent" if held is None else f"holds one value only, {held!r}"
    elif (protected := protected_attribute(name, text)) is not None:
        sorting.leave_out[name] = f"{protected.text}, a protected attribute ({protected.law})"
    elif (date_format := date_format_of(text)) is not None:
        sorting.dates[name] = date_format
    elif is_identifier(values) or _row_number(name, text):
        unique = not text.null_count() and not text.is_duplicated().any()
        (sorting.ids if unique else sorting.groups).append(name)
    elif _persons(name, text):
        sorting.groups.append(name)


def _row_number(name: str, text: pl.Series) -> bool:
    """Whether a column of a small file, too short for the general rule, counts its rows."""
    whole = text.cast(pl.Int64, strict=False)
    if whole.null_count() or not words_of(name) & words("key"):
        return False
    return bool((whole.diff().drop_nulls() == 1).all())


def _persons(name: str, text: pl.Series) -> bool:
    """Whether a column named after persons holds a number or name of each, with some of them repeated."""
    found = words_of(name)
    named = says(name, words("person")) and (bool(found & words("key")) or len(found) == 1)
    n = text.drop_nulls().n_unique()
    return named and n > 1 and len(text) / REPEATED <= n < len(text)


def _best(names: list[str], preferred: frozenset[str]) -> str | None:
    return next((name for name in names if says(name, preferred)), names[0] if names else None)


def _case_date(frame: pl.DataFrame, dates: dict[str, str]) -> str | None:
    """The date of the case: named like one, present in every row, and of no later event."""
    usable = [
        name
        for name in dates
        if not frame[name].null_count() and frame[name].n_unique() > 1 and not says(name, words("other_date"))
    ]
    named = [name for name in usable if says(name, words("case_date"))]
    return next(iter(named or usable), None)


def role_findings(roles: Roles) -> Iterator[InspectionFinding]:
    """What was found out of these columns, as findings."""
    if roles.id:
        yield InspectionFinding("note", roles.id, "identifies the case: no value repeats", "id")
    if roles.group:
        yield InspectionFinding("warning", roles.group, "seems to identify persons", "group: check it")
    if roles.date:
        text = f"dates, written {roles.date_format}"
        yield InspectionFinding("note", roles.date, text, "date: check that it is the date of the case")
    for name, reason in roles.leave_out.items():
        yield InspectionFinding("warning", name, reason, "left out")
