"""Reads the files of a flat configuration as text, so that special codes are compared as written."""

import codecs
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from features import paths
from features.adapters.flat.config import FlatConfig
from features.adapters.flat.names import column_names
from features.adapters.source import sha256
from features.errors import DataError

LINE_ENDS = 1 << 16
"""Bytes at the start of a file in which the kind of its line ends is looked for."""


@dataclass(frozen=True)
class _Part:
    """One file, its columns named.

    Attributes:
        frame: all columns as text.
        unnamed: columns whose name in the header is empty.
    """

    frame: pl.DataFrame
    unnamed: tuple[str, ...]


@dataclass(frozen=True)
class RawFile:
    """The rows of the files as text.

    Attributes:
        frame: all columns as trimmed text, null = blank, numbers with a decimal point and no other separator;
            rows in the order of the files.
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
    files = tuple(located(name, config.fetch) for name in config.path)
    parts = [_read(file, config) for file in files]
    frames = [part.frame for part in parts]
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
    trimmed = frame.select(_trimmed(name) for name in frame.columns)
    plain = trimmed.select(config.numbers(name).canonical(name) for name in frame.columns)
    return RawFile(plain, files, parts[0].unnamed, digest)


def located(name: str, fetch: str = "") -> Path:
    """An absolute path, or the first match under HEADROOM_DATA (else var/data), then the current folder.

    Raises:
        DataError: there is no such file.
    """
    places = [paths.raw(name), Path(name).expanduser().absolute()]
    for place in places:
        if place.is_file():
            return place
        if place.is_dir():
            raise DataError(f"[data] path {name!r} is a folder: name a file in it")
    what = f" It is {fetch}." if fetch else ""
    tried = " or ".join(dict.fromkeys(str(place) for place in places))
    raise DataError(
        f"[data] path {name!r} is missing; looked for {tried}.{what} Put it there, set HEADROOM_DATA to the "
        "folder it lies under, or write an absolute path"
    )


def _read(file: Path, config: FlatConfig) -> _Part:
    try:
        if file.suffix == ".parquet":
            frame = pl.read_parquet(file, hive_partitioning=False).select(pl.all().cast(pl.String))
            return _named(frame, frame.columns)
        return _read_csv(file, config)
    except (pl.exceptions.PolarsError, OSError, LookupError, UnicodeError) as error:
        wrong = isinstance(error, LookupError | UnicodeError) or "utf" in str(error).lower()
        hint = f"; encoding is {config.encoding!r}: set the one that the file has" if wrong else ""
        first = str(error).partition("\n")[0]
        raise DataError(f"{file} cannot be read: {first}{hint}") from error


def _read_csv(file: Path, config: FlatConfig) -> _Part:
    content = _content(file, config.encoding)
    frame = _parsed(content, config, has_header=not config.header)
    if config.header and len(config.header) != frame.width:
        raise DataError(
            f"{file} has {frame.width} columns but [data] header names {len(config.header)}; name every "
            f"column in order (separator is {config.separator!r})"
        )
    return _named(frame, config.header or _parsed(content, config, has_header=False, n_rows=1).row(0))


def _named(frame: pl.DataFrame, header: Sequence[str | None]) -> _Part:
    names = column_names(header)
    unnamed = tuple(name for name, cell in zip(names, header, strict=True) if not (cell or "").strip())
    return _Part(frame.rename(dict(zip(frame.columns, names, strict=True))), unnamed)


def _parsed(
    content: Path | bytes, config: FlatConfig, *, has_header: bool, n_rows: int | None = None
) -> pl.DataFrame:
    return pl.read_csv(
        content,
        separator=config.separator,
        quote_char=config.quote or None,
        has_header=has_header,
        skip_lines=config.skip_lines,
        n_rows=n_rows,
        infer_schema=False,
    )


def _content(file: Path, encoding: str) -> Path | bytes:
    """The file itself when it can be read as it is, else its text as UTF-8 with newlines at line ends."""
    with file.open("rb") as opened:
        start = opened.read(LINE_ENDS)
    plain = codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"}
    if plain and (b"\n" in start or b"\r" not in start):
        return file
    text = file.read_bytes().decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n").encode()


def _trimmed(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(text).otherwise(None).alias(name)
