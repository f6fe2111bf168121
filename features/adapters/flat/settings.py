"""Checks a flat configuration against the columns of the file."""

from collections.abc import Iterator
from difflib import get_close_matches

from features.adapters.flat.config import FlatConfig
from features.errors import ConfigError


def feature_columns(config: FlatConfig, present: list[str]) -> list[str]:
    """The columns that are features, in the file's order.

    Raises:
        ConfigError: the configuration names missing columns, or contradicts itself; all faults are listed.
    """
    faults = [*_unknown(config, present), *_contradictions(config)]
    features = [name for name in present if name not in config.roles and name not in config.leave_out]
    if not faults and not features:
        faults = ["no column is left as a feature"]
    if faults:
        raise ConfigError("[data] " + "; ".join(faults))
    return features


def _unknown(config: FlatConfig, present: list[str]) -> Iterator[str]:
    named = [(role, column) for column, role in config.roles.items()]
    named += [("leave_out", column) for column in config.leave_out]
    named += [("columns", column) for column in config.columns]
    for setting, column in named:
        if column not in present:
            yield f"{setting}: the file has no column {column!r}{_nearest(column, present)}"


def _nearest(name: str, present: list[str]) -> str:
    folded = {column.casefold(): column for column in present}
    close = [folded[hit] for hit in get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)]
    return f", nearest: {', '.join(close)}" if close else f"; it has {', '.join(present)}"


def _contradictions(config: FlatConfig) -> Iterator[str]:
    if len(config.roles) < sum(x is not None for x in (config.target, config.id, config.group, config.date)):
        yield "target, id, group and date must be four different columns"
    for column in config.columns:
        if column in config.leave_out:
            yield f"column {column!r} is described as a feature and left out"
        if column in config.roles:
            yield f"column {column!r} is described as a feature and is the {config.roles[column]}"
    for column, reason in config.leave_out.items():
        if not reason.strip():
            yield f"leave_out {column!r} gives no reason: write why it is left out"
        if column in config.roles:
            yield f"column {column!r} is left out and is the {config.roles[column]}"
    for column, about in config.columns.items():
        if about.low is not None and about.high is not None and about.low > about.high:
            yield f"column {column!r}: low {about.low:g} lies above high {about.high:g}"
    unused = set(config.themes) - {about.theme for about in config.columns.values()} - set(config.columns)
    if unused:
        yield f"themes {sorted(unused)} belong to no column"
