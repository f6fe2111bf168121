"""Attributes that a credit decision may not rest on, known by the name or the values of their column."""

import polars as pl

from features.adapters.flat.inspection.vocabulary import (
    ProtectedAttribute,
    plain,
    protected_attributes,
    says,
    words,
    words_of,
)

LEVELS = 12
NEARLY_ALL = 0.9


def protected_attribute(name: str, values: pl.Series) -> ProtectedAttribute | None:
    """The protected attribute that a column holds; None when neither its name nor its values tell one.

    Args:
        name: of the column.
        values: (n,) text, nulls allowed.
    """
    every = protected_attributes()
    if _age_of_a_person(name):
        return next(found for found in every if found.text == "age")
    named = next((found for found in every if says(name, found.names)), None)
    return named or next((found for found in every if _only(values, found.levels)), None)


def _age_of_a_person(name: str) -> bool:
    """Whether a name speaks of age and of nothing else that has one, such as an account or a car."""
    found = words_of(name)
    others = found - words("age") - words("beside_age")
    return bool(found & words("age")) and all(word.isdigit() for word in others)


def _only(values: pl.Series, levels: frozenset[str]) -> bool:
    """Whether a column has two of these values or more, and next to no other."""
    if not levels:
        return False
    counts = values.drop_nulls().value_counts(sort=True).head(LEVELS)
    rows = {plain(level).lower(): n for level, n in counts.iter_rows()}
    shown = [n for level, n in rows.items() if level in levels]
    return len(shown) >= 2 and sum(shown) >= NEARLY_ALL * sum(rows.values())
