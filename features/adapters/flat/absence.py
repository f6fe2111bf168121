"""Special codes with a meaning: a column of its own says why another one states nothing."""

import polars as pl

from features.adapters.flat.config import FlatConfig, Meaning
from features.adapters.flat.values import Values, equals_any

SUFFIX = "_absent"


def meanings(column: str, config: FlatConfig) -> dict[str, Meaning]:
    """The named special codes of a column, its own before those of the whole file."""
    named = {**config.meanings, **config.about(column).meanings}
    return {code: meaning for code, meaning in named.items() if meaning.zh or meaning.en}


def why_absent(column: pl.Series, config: FlatConfig) -> Values | None:
    """A category with the special code of each row, null where the column states a value or is blank.

    None where no code of the column has a name, or none of them occurs.
    """
    level = pl.Series(f"{column.name}{SUFFIX}", [None] * len(column), dtype=pl.String)
    for code in meanings(column.name, config):
        level = level.set(equals_any(column, (code,)), code)
    if level.null_count() == len(level):
        return None
    return Values(level.name, "category", level, (), absence_of=column.name)
