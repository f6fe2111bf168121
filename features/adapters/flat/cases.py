"""Loads a flat file: features, outcomes and groups, as its configuration describes them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from features.adapters.flat import checks
from features.adapters.flat.absence import why_absent
from features.adapters.flat.catalogue import catalogue
from features.adapters.flat.config import FlatConfig
from features.adapters.flat.dates import parsed_dates
from features.adapters.flat.header import by_name
from features.adapters.flat.outcome import outcome
from features.adapters.flat.read import RawFile, read
from features.adapters.flat.settings import feature_columns
from features.adapters.flat.values import ColumnFinding, Values, convert, equals_any
from features.arrays import Bools, Ints, Positions
from features.errors import DataError
from features.matrix import FeatureMatrix

MOMENT = pl.Datetime("us")


@dataclass(frozen=True)
class FlatCases:
    """The cases of a flat file, n rows in the order of the file.

    Attributes:
        matrix: features; `account_id` is the id where it is a whole number, else the row number from 1.
        bad: (n,) whether the outcome was bad.
        group: (n,) number of the person a row belongs to, by first appearance; None without a group column.
        ids: (n,) the id as written, None without an id column.
        label: the definition of bad, in words.
        findings: warnings and notes on its columns.
        left_out: rows left out, by reason.
        origin: the file names and their SHA-256.
    """

    matrix: FeatureMatrix
    bad: Bools
    group: Ints | None
    ids: pl.Series | None
    label: str
    findings: tuple[ColumnFinding, ...]
    left_out: Mapping[str, int]
    origin: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the files the cases were read from."""
        return self.origin["sha256"]


def load(config: FlatConfig) -> FlatCases:
    """Reads, checks and types a flat file.

    Raises:
        ConfigError: the configuration names missing columns or values, or contradicts itself.
        DataError: the file is missing or unreadable, or a column is an identifier, a leak or of unclear type.
    """
    raw = read(config)
    config = by_name(config, raw.frame.columns)
    names = feature_columns(config, raw.frame.columns)
    result = outcome(raw.frame[config.target], config)
    known = raw.frame.filter(result.bad.is_not_null())
    typed = [column for name in names for column in _values(known[name], config)]
    stated = stating(typed)
    rows, bad = known.filter(stated), result.bad.drop_nulls().filter(stated).to_numpy()
    columns = [replace(column, series=column.series.filter(stated)) for column in typed]
    constant = [column for column in columns if column.series.n_unique() == 1]
    kept = [column for column in columns if column not in constant]
    checks.refuse_identifiers_and_leaks(kept, bad, config)
    found = [
        *_unnamed(raw),
        *_constant(constant),
        *checks.findings(kept, bad, config),
        *_codes(known, config),
    ]
    ids = _ids(rows, config)
    return FlatCases(
        matrix=_matrix(kept, rows, ids, config),
        bad=bad,
        group=_groups(rows, config),
        ids=ids,
        label=config.label or f"{config.target} is {' or '.join(map(str, config.bad))}",
        findings=tuple(found),
        left_out={**result.left_out, **_silent(stated)},
        origin=_origin(raw),
    )


def _values(column: pl.Series, config: FlatConfig) -> list[Values]:
    """A column, and beside it why it is absent where its special codes have meanings."""
    why = why_absent(column, config)
    return [convert(column, config), *([] if why is None else [why])]


def stating(columns: Sequence[Values]) -> pl.Series:
    """(n,) whether a row states anything.

    A case of which nothing is known teaches nothing but how often such cases turn bad, and no decision on it
    could be explained by anything but that.
    """
    own = [column.series.is_not_null() for column in columns if not column.absence_of]
    return pl.DataFrame(own).select(pl.any_horizontal(pl.all())).to_series()


def _silent(stated: pl.Series) -> dict[str, int]:
    silent = int((~stated).sum())
    return {"nothing is stated in any feature": silent} if silent else {}


def _origin(raw: RawFile) -> dict[str, str]:
    return {"files": ", ".join(file.name for file in raw.files), "sha256": raw.sha256}


def _unnamed(raw: RawFile) -> list[ColumnFinding]:
    text = "has no name in the header: it is called by its position, which id, group, date and target accept"
    return [ColumnFinding("note", name, text) for name in raw.unnamed]


def _constant(columns: list[Values]) -> list[ColumnFinding]:
    return [
        ColumnFinding(
            "warning",
            column.name,
            f"holds one value only ({column.series[0]!r}): it carries no information and is left out",
        )
        for column in columns
    ]


def _codes(rows: pl.DataFrame, config: FlatConfig) -> list[ColumnFinding]:
    return [
        ColumnFinding("warning", "", f"special code {code!r} occurs in no column: check its spelling")
        for code in config.missing
        if not any(equals_any(rows[name], (code,)).any() for name in rows.columns)
    ]


def _ids(rows: pl.DataFrame, config: FlatConfig) -> pl.Series | None:
    if config.id is None:
        return None
    ids = rows[config.id]
    twice = ids.filter(ids.is_duplicated() | ids.is_null()).unique(maintain_order=True)
    if len(twice):
        raise DataError(
            f"id column {config.id}: {len(twice)} values are blank or repeated, such as "
            f"{twice.head(3).to_list()}; if it identifies a person, use group instead of id"
        )
    return ids


def _matrix(
    columns: list[Values], rows: pl.DataFrame, ids: pl.Series | None, config: FlatConfig
) -> FeatureMatrix:
    keys = [_account_ids(ids, rows.height), _moments(rows, config)]
    found = catalogue(columns, config)
    return FeatureMatrix(pl.DataFrame([*keys, *(column.series for column in columns)]), found)


def _account_ids(ids: pl.Series | None, n: int) -> pl.Series:
    if ids is not None:
        whole = ids.cast(pl.Int64, strict=False)
        if not whole.null_count() and whole.n_unique() == n:
            return whole.alias("account_id")
    return pl.Series("account_id", np.arange(1, n + 1), dtype=pl.Int64)


def _moments(rows: pl.DataFrame, config: FlatConfig) -> pl.Series:
    if config.date is None:
        return pl.Series("as_of", [config.as_of] * rows.height, dtype=pl.Date).cast(MOMENT)
    text = rows[config.date]
    moments = parsed_dates(text, config.date_format)
    wrong = text.filter(moments.is_null())
    if len(wrong):
        example = dt.date(2026, 1, 31).strftime(config.date_format or "%Y-%m-%d")
        raise DataError(
            f"date column {config.date}: {len(wrong)} rows hold no date such as {example}, the first "
            f"{wrong[0]!r}; correct them, or leave the column out"
        )
    return moments.cast(MOMENT).alias("as_of")


def _groups(rows: pl.DataFrame, config: FlatConfig) -> Ints | None:
    """Numbers by first appearance; each blank value is a group of its own."""
    if config.group is None:
        return None
    frame = rows.select(group=config.group).with_row_index("row")
    own = pl.when(pl.col("group").is_null()).then(pl.format("\x00{}", "row")).otherwise("group")
    return frame.select(own.rank("dense") - 1).to_series().to_numpy().astype(np.int64)


def duplicates_across(
    matrix: FeatureMatrix, train_rows: Positions, test_rows: Positions
) -> ColumnFinding | None:
    """Test rows that repeat a training row in every feature: metrics on them are optimistic.

    Two cases may be equal by chance, above all with few columns, so this is a warning and not an error.
    """
    features = matrix.frame.select(matrix.catalogue.names)
    seen = features[train_rows].unique()
    twins = features[test_rows].join(seen, on=features.columns, how="semi", nulls_equal=True).height
    if not twins:
        return None
    return ColumnFinding(
        "warning",
        "",
        f"{twins} of {len(test_rows)} test rows repeat a training row in all {features.width} features; if "
        "they are the same person, name the identifying column as group",
    )
