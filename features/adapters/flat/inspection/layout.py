"""How a file is written: everything that is needed to read its columns as text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from features.adapters.flat.config import FlatConfig
from features.adapters.flat.inspection.dialect import Dialect, dialect_of, has_header
from features.adapters.flat.inspection.encoding import encoding_of
from features.adapters.flat.inspection.findings import InspectionFinding, Layout
from features.adapters.flat.inspection.numberformat import FileNumbers, numbers_of
from features.adapters.flat.names import column_names
from features.adapters.flat.numbers import NumberFormat
from features.adapters.flat.read import read
from features.errors import DataError


@dataclass(frozen=True)
class WrittenFile:
    """A file, read as text.

    Attributes:
        layout: how it is written.
        frame: its columns as text, numbers in plain notation; null = blank.
        findings: what is unusual in how it is written.
    """

    layout: Layout
    frame: pl.DataFrame
    findings: tuple[InspectionFinding, ...]


def read_raw(file: Path, target: str) -> WrittenFile:
    """Tells how a file is written and reads it.

    Args:
        file: CSV or Parquet.
        target: name of the target, which a header line holds.

    Raises:
        DataError: the file is unreadable, empty, no table, or has no row.
    """
    if file.suffix == ".parquet":
        return _with_numbers(file, Layout(), [])
    content = _bytes(file)
    encoding = encoding_of(content, file)
    dialect = dialect_of(content.decode(encoding), file)
    named = has_header(dialect.rows, target)
    header = () if named else column_names([""] * len(dialect.rows[0]))
    layout = Layout(
        separator=dialect.separator,
        quote=dialect.quote,
        encoding=encoding,
        skip_lines=dialect.skip_lines,
        header=header,
        written=_renamed(dialect.rows[0]) if named else {},
    )
    return _with_numbers(file, layout, [*_unusual(layout), *_names(dialect, named=named)])


def _renamed(header: Sequence[str]) -> dict[str, str]:
    texts = [" ".join(text.split()) for text in header]
    pairs = zip(column_names(header), texts, strict=True)
    return {name: text for name, text in pairs if text not in {"", name} and texts.count(text) == 1}


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror}") from error


def _with_numbers(file: Path, layout: Layout, findings: list[InspectionFinding]) -> WrittenFile:
    settings = {"path": str(file), "target": "?", "bad": "?", **settings_of(layout)}
    frame = read(FlatConfig.model_validate(settings)).frame
    numbers = numbers_of(frame, layout.separator)
    frame = frame.select(numbers.own.get(name, numbers.common).canonical(name) for name in frame.columns)
    found = replace(layout, numbers=numbers.common, own_numbers=numbers.own)
    return WrittenFile(found, frame, (*findings, *_marks(numbers)))


def settings_of(layout: Layout) -> dict[str, str | int | tuple[str, ...]]:
    """The settings of a flat configuration that differ from the defaults."""
    numbers = layout.numbers
    given: dict[str, str | int | tuple[str, ...]] = {
        "separator": layout.separator or ",",
        "quote": layout.quote,
        "encoding": layout.encoding,
        "decimal": numbers.decimal,
        "thousands": numbers.thousands,
        "skip_lines": layout.skip_lines,
        "header": layout.header,
    }
    return {name: value for name, value in given.items() if value != FlatConfig.model_fields[name].default}


def _unusual(layout: Layout) -> Iterator[InspectionFinding]:
    if layout.skip_lines:
        text = f"{layout.skip_lines} lines stand before the table"
        yield InspectionFinding("note", "", text, f"skip_lines = {layout.skip_lines}")
    if layout.encoding not in {"utf-8", "utf-8-sig"}:
        text = f"the text is not UTF-8; {layout.encoding} explains its bytes"
        yield InspectionFinding("warning", "", text, f'encoding = "{layout.encoding}": check a few names')


def _names(dialect: Dialect, *, named: bool) -> Iterator[InspectionFinding]:
    if not named:
        text = f"there is no header line: its first line is {', '.join(dialect.rows[0][:6])} …"
        yield InspectionFinding(
            "warning", "", text, "named by position: write names into header; protected attributes may hide"
        )
        return
    written = dialect.rows[0]
    for position, (text, name) in enumerate(zip(written, column_names(written), strict=True), start=1):
        if not text.strip():
            yield InspectionFinding("warning", name, f"column {position} has no name", f"named {name}")
        elif name != text:
            yield InspectionFinding("note", name, f"column {position} is headed {text!r}", f"named {name}")


def _marks(numbers: FileNumbers) -> Iterator[InspectionFinding]:
    if numbers.common != NumberFormat():
        yield InspectionFinding("note", "", f"numbers have {_described(numbers.common)}", "read so")
    for name, own in numbers.own.items():
        text = f"its numbers have {_described(own)}, unlike the rest of the file"
        yield InspectionFinding("warning", name, text, "read so: check it")
    for name in numbers.unclear:
        text = "its numbers may have a decimal mark or thousands separators: nothing in the file tells"
        yield InspectionFinding("warning", name, text, f"read with {_described(numbers.common)}: check it")


def _described(numbers: NumberFormat) -> str:
    group = f" and {numbers.thousands!r} between thousands" if numbers.thousands else ""
    return f"the decimal mark {numbers.decimal!r}{group}"
