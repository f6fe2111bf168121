"""Reads the files of a flat configuration as text, so that special codes are compared as written."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from features import paths
from features.adapters.flat.config import FlatConfig
from features.adapters.flat.header import filled
from features.adapters.source import sha256
from features.errors import DataError


@dataclass(frozen=True)
class RawFile:
    """The rows of the files as text.

    Attributes:
        frame: all columns as trimmed text, null = blank; rows in the order of the files.
        files: where they were found.
        unnamed: columns whose name in the header is empty, as they are called.
        sha256: of the file; of several files, the hash of their hashes in order.
    """

    frame: pl.DataFrame
    files: tuple[Path, ...]
    unnamed: tuple[str, ...]
    sha256: str


def read(config: FlatConfig) -> RawFile:
    """Reads every file and concatenates the rows.

    Raises:
        DataError: a file is missing, unreadable or empty, or the files differ in their columns.
    """
    files = tuple(_located(name, config.fetch) for name in config.path)
    frames = [_read(file, config) for file in files]
    for file, frame in zip(files, frames, strict=True):
        if frame.columns != frames[0].columns:
            raise DataError(f"{file}: columns {frame.columns} differ from {files[0]}: {frames[0].columns}")
    frame = pl.concat(frames)
    if not frame.height:
        raise DataError(
            f"{', '.join(map(str, files))}: no rows; the file needs at least one below the header"
        )
    each = [sha256(file) for file in files]
    digest = each[0] if len(each) == 1 else hashlib.sha256("".join(each).encode()).hexdigest()
    names = filled(frame.columns)
    unnamed = tuple(name for name, written in zip(names, frame.columns, strict=True) if name != written)
    named = frame.rename(dict(zip(frame.columns, names, strict=True)))
    return RawFile(named.select(_trimmed(name) for name in names), files, unnamed, digest)


def _located(name: str, fetch: str) -> Path:
    """An absolute path, or the first match under HEADROOM_DATA (else var/data), then the current folder."""
    places = [paths.raw(name), Path(name).absolute()]
    for place in places:
        if place.is_file():
            return place
    what = f" It is {fetch}." if fetch else ""
    tried = " or ".join(dict.fromkeys(str(place) for place in places))
    raise DataError(
        f"[data] path {name!r} is missing; looked for {tried}.{what} Put it there, set HEADROOM_DATA to the "
        "folder it lies under, or write an absolute path"
    )


def _read(file: Path, config: FlatConfig) -> pl.DataFrame:
    try:
        if file.suffix == ".parquet":
            return pl.read_parquet(file, hive_partitioning=False).select(pl.all().cast(pl.String))
        return _read_csv(file, config)
    except (pl.exceptions.PolarsError, OSError, LookupError, UnicodeError) as error:
        hint = "; the file may not be UTF-8: set encoding" if "utf" in str(error).lower() else ""
        first = str(error).partition("\n")[0]
        raise DataError(f"{file} cannot be read: {first}{hint}") from error


def _read_csv(file: Path, config: FlatConfig) -> pl.DataFrame:
    frame = pl.read_csv(
        file,
        separator=config.separator,
        has_header=not config.header,
        encoding="utf8" if config.encoding.lower() in {"utf-8", "utf8"} else config.encoding,
        infer_schema=False,
    )
    if config.header and len(config.header) != frame.width:
        raise DataError(
            f"{file} has {frame.width} columns but [data] header names {len(config.header)}; name every "
            f"column in order (separator is {config.separator!r})"
        )
    return frame.rename(dict(zip(frame.columns, config.header, strict=True))) if config.header else frame


def _trimmed(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(text).otherwise(None).alias(name)
