"""The outcome: the target column, read as the configuration defines good and bad."""

from dataclasses import dataclass

import polars as pl

from features.adapters.flat.config import FlatConfig
from features.adapters.flat.values import equals_any
from features.errors import ConfigError, DataError


@dataclass(frozen=True)
class Target:
    """The outcome of every row of the file.

    Attributes:
        bad: Boolean, null where the outcome is unknown or neither good nor bad.
        left_out: rows without an outcome, by reason.
    """

    bad: pl.Series
    left_out: dict[str, int]


def outcome(target: pl.Series, config: FlatConfig) -> Target:
    """Bad and good as declared.

    Raises:
        ConfigError: a declared value never occurs, or several values would count as good undeclared.
        DataError: every row is bad.
    """
    for setting, codes in (("bad", config.bad), ("good", config.good)):
        for code in codes:
            if not equals_any(target, (code,)).any():
                raise ConfigError(
                    f"[data] {setting} = {code!r} never occurs in {config.target}; {_value_counts(target)}"
                )
    bad = equals_any(target, config.bad)
    good = equals_any(target, config.good) if config.good else _only_other_value(target, bad, config)
    if (bad & good).any():
        raise ConfigError(f"[data] bad {config.bad} and good {config.good} share a value")
    if not good.any():
        raise DataError(f"column {config.target}: every row is bad; {_value_counts(target)}")
    blank = int(target.is_null().sum())
    neither = int((~(bad | good)).sum()) - blank
    left_out = {"outcome blank": blank, "outcome neither good nor bad": neither}
    known = pl.Series("bad", bad).set(~(bad | good), None)
    return Target(known, {reason: n for reason, n in left_out.items() if n})


def _only_other_value(target: pl.Series, bad: pl.Series, config: FlatConfig) -> pl.Series:
    others = target.filter(~bad).drop_nulls().unique().sort()
    if len(others) > 1:
        raise ConfigError(
            f"[data] target {config.target} has {len(others)} values besides bad = {list(config.bad)}: "
            f"{others.head(8).to_list()}; list those that mean good in good = [...]; rows with other "
            "values are then left out and counted"
        )
    return ~bad & target.is_not_null()


def _value_counts(target: pl.Series) -> str:
    counts = target.drop_nulls().value_counts(sort=True).head(6)
    return "its values are " + ", ".join(f"{value!r} ({n} rows)" for value, n in counts.iter_rows())
