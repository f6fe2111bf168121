"""One text column, typed: its special codes, its kind and its values."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from features.adapters.flat.inspection.codes import SpecialCode, absent_words, other_texts, special_numbers
from features.adapters.flat.inspection.findings import InspectionFinding
from features.adapters.flat.values import MOSTLY, Values
from features.spec import Kind

NEARLY_ALL = 0.995
MANY_LEVELS = 50


@dataclass(frozen=True)
class TypedColumn:
    """A column with its special codes made absent.

    Attributes:
        values: Float64 or String, null = absent.
        codes: the special codes.
        findings: what was seen.
    """

    values: Values
    codes: tuple[SpecialCode, ...]
    findings: tuple[InspectionFinding, ...]


def typed(text: pl.Series) -> TypedColumn:
    """Types a column: a number where all values are numbers once special codes are absent.

    Args:
        text: (n,) text, null = blank.
    """
    as_number = absent_words(text.drop_nulls(), category=False)
    rest = _without(text, as_number)
    known, numeric = rest.drop_nulls(), rest.cast(pl.Float64, strict=False).drop_nulls()
    if len(known) and len(numeric) == len(known):
        return _number(rest, as_number, text)
    if len(numeric) >= MOSTLY * len(known) > 0 and (others := other_texts(known)):
        return _number(_without(rest, others), [*as_number, *others], text)
    codes = absent_words(text.drop_nulls(), category=True)
    return _told("category", _without(text, codes), codes, text)


def _number(rest: pl.Series, codes: list[SpecialCode], text: pl.Series) -> TypedColumn:
    numbers = rest.cast(pl.Float64, strict=False).fill_nan(None)
    endless = numbers.is_infinite().fill_null(False)
    infinite = [
        SpecialCode(value, n, "is infinite")
        for value, n in rest.filter(endless).value_counts(sort=True).iter_rows()
    ]
    finite = numbers.set(endless, None)
    special = special_numbers(finite)
    values = pl.Series([float(code.value) for code in special], dtype=pl.Float64)
    return _told(
        "number", finite.set(finite.is_in(values).fill_null(False), None), [*codes, *infinite, *special], text
    )


def _without(text: pl.Series, codes: list[SpecialCode]) -> pl.Series:
    return text.set(text.is_in([code.value for code in codes]).fill_null(False), None) if codes else text


def _told(kind: Kind, series: pl.Series, codes: list[SpecialCode], text: pl.Series) -> TypedColumn:
    values = Values(text.name, kind, series, ())
    return TypedColumn(values, tuple(codes), (*_codes(text.name, codes), *_shape(values)))


def _codes(name: str, codes: list[SpecialCode]) -> Iterator[InspectionFinding]:
    for code in codes:
        seen = f"{code.rows:,} rows hold {code.value!r}: {code.why}"
        yield InspectionFinding("warning", name, seen, "read as absent")


def _shape(values: Values) -> Iterator[InspectionFinding]:
    series, name = values.series, values.name
    top = series.value_counts(sort=True).head(1)
    share = top["count"][0] / len(series) if top.height else 1.0
    if share >= NEARLY_ALL and series.n_unique() > 1:
        held = "absent" if top[name][0] is None else repr(top[name][0])
        yield InspectionFinding(
            "warning", name, f"{share:.2%} of the rows are {held}", "kept: it can tell little"
        )
    if values.kind == "category" and (n := series.drop_nulls().n_unique()) > MANY_LEVELS:
        yield InspectionFinding(
            "note", name, f"{n:,} levels, of which rare ones tell little", "kept as a category"
        )
