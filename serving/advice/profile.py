"""Source profiles: quantiles of what reference accounts with a linked source show.

A source's content is unknown before it is linked. So it is projected at values that three quarters, or
half, of the reference accounts with that source reach or better, column by column, and worded only as
the condition under which linking helps.
"""

from collections.abc import Mapping
from math import ceil, floor
from types import MappingProxyType
from typing import Any

import polars as pl

from features.sources.registry import LINKED, LinkedSource
from features.tables import Tables
from serving.advice.types import SourceProfiles

EXTRA = "source_profiles"
"""Key of the profiles in the `extra` of a bundle."""
MIN_ACCOUNTS = 30
"""Accounts with a source below which its quantiles are too uncertain to use."""
ASKED = (0.25, 0.5)
"""Levels of a condition: shares of the accounts that show worse than the value."""
CASES = {"likely": 0.5, "best": 0.9, "worst": 0.1}
"""Levels at which the effect of linking is told."""
LEVELS = tuple(sorted({*ASKED, *CASES.values()}))


def profiles_of(tables: Tables, reference: pl.DataFrame) -> SourceProfiles:
    """Values of every source that enough of the reference accounts show.

    Args:
        tables: rows of at least these accounts.
        reference: `account_id` and `as_of`, such as accounts with an increase; only what was known of
            each before its own moment counts.
    """
    counts: dict[str, int] = {}
    values: dict[str, Mapping[float, Mapping[str, float]]] = {}
    for name, source in LINKED.items():
        if source.table not in tables.frames:
            continue
        rows = tables[source.table].join(reference.select("account_id", "as_of"), on="account_id")
        known = rows.filter(pl.col("known_at") < pl.col("as_of")).sort(source.event, maintain_order=True)
        latest = known.unique(("account_id", "as_of"), keep="last", maintain_order=True)
        counts[name] = latest.height
        if latest.height >= MIN_ACCOUNTS:
            values[name] = MappingProxyType({level: _at(latest, source, level) for level in LEVELS})
    return SourceProfiles(MappingProxyType(counts), MappingProxyType(values))


def _at(latest: pl.DataFrame, source: LinkedSource, level: float) -> Mapping[str, float]:
    return MappingProxyType(
        {column: _value(latest[column], better, level) for column, better in source.profile.items()}
    )


def _value(column: pl.Series, better: int, level: float) -> float:
    share = 0.5 if better == 0 else (level if better > 0 else 1.0 - level)
    value = float(column.cast(pl.Float64).quantile(share, "nearest") or 0.0)
    return float(floor(value) if better >= 0 else ceil(value))


def to_json(profiles: SourceProfiles) -> dict[str, Any]:
    """As JSON holds it, for a bundle."""
    levels = {
        source: {str(level): dict(columns) for level, columns in by_level.items()}
        for source, by_level in profiles.values.items()
    }
    return {"n": dict(profiles.n), "values": levels}


def from_json(stored: Any) -> SourceProfiles | None:
    """What `to_json` wrote; None where a bundle holds none."""
    if not isinstance(stored, Mapping):
        return None
    values = {
        source: {float(level): dict(columns) for level, columns in by_level.items()}
        for source, by_level in stored["values"].items()
    }
    return SourceProfiles(dict(stored["n"]), values)
