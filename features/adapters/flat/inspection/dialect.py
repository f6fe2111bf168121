"""Separator, quotes, lines before the table and the header line of a text file, told from its first lines."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from features.errors import DataError

SEPARATORS = (";", "\t", "|", ",", " ")
"""In the order of preference where several fit: a comma may be a decimal mark, a blank part of a text."""
SAMPLE = 1_000
LONGEST = 100_000
REGULAR = 0.95
"""Least share of rows with the same number of fields."""
NUMBER = re.compile(r"[+-]?[\d.,]*\d[\d.,]*(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class Dialect:
    """How the lines of a text file become rows.

    Attributes:
        separator: between fields.
        quote: around texts, `` for none.
        skip_lines: lines before the header line or, without one, before the first row.
        rows: the first rows from there on, the header line included.
    """

    separator: str
    quote: str
    skip_lines: int
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Attempt:
    dialect: Dialect
    regular: float


def dialect_of(text: str, file: Path) -> Dialect:
    """The separator and quotes with which the first lines have the same number of fields.

    Raises:
        DataError: a line is too long for a table, or no separator gives two columns or more.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", SAMPLE)[:SAMPLE]
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST:
            raise DataError(f"{file}: line {number} has {len(line):,} characters: this is no table")
    attempts = [found for separator in SEPARATORS if (found := _best_quote(lines, separator)) is not None]
    good = [found for found in attempts if found.regular >= REGULAR]
    if not attempts:
        raise DataError(
            f"{file} has one column only: no separator of comma, semicolon, tab, bar and blank divides its "
            f"lines into as many fields each, the first being {lines[0][:80]!r}"
        )
    return min(good, key=_preference).dialect if good else max(attempts, key=lambda a: a.regular).dialect


def _preference(attempt: _Attempt) -> tuple[bool, int, float]:
    """The header line has the separator too: fewer lines left out before it, blanks last, then the order."""
    blank = attempt.dialect.separator == " "
    return blank, attempt.dialect.skip_lines, SEPARATORS.index(attempt.dialect.separator)


def _best_quote(lines: Sequence[str], separator: str) -> _Attempt | None:
    double, none = _attempt(lines, separator, '"'), _attempt(lines, separator, "")
    if double is None or (none is not None and none.regular > double.regular):
        return none
    single = _attempt(lines, separator, "'")
    if single is None or single.regular < double.regular:
        return double
    return single if single.regular > double.regular or _enclosed(double.dialect.rows) else double


def _enclosed(rows: Sequence[Sequence[str]]) -> bool:
    """Whether fields that open with a single quote close with one."""
    fields = [field.strip() for row in rows for field in row]
    opened = [field for field in fields if field.startswith("'")]
    closed = [field for field in opened if len(field) > 1 and field.endswith("'")]
    return len(opened) >= len(rows) / 10 and len(closed) >= REGULAR * len(opened)


def _attempt(lines: Sequence[str], separator: str, quote: str) -> _Attempt | None:
    parsed = _parsed(lines, separator, quote)
    widths = Counter(len(fields) for _, fields in parsed)
    width = max(widths, key=lambda n: (widths[n] if n > 1 else 0, n), default=0)
    if width < 2:
        return None
    first = next(i for i, (_, fields) in enumerate(parsed) if len(fields) == width)
    kept = parsed[first:]
    regular = sum(len(fields) == width for _, fields in kept) / len(parsed)
    rows = tuple(tuple(fields) for _, fields in kept if len(fields) == width)
    return _Attempt(Dialect(separator, quote, kept[0][0], rows), regular)


def _parsed(lines: Sequence[str], separator: str, quote: str) -> list[tuple[int, list[str]]]:
    """Rows that are not blank, each with the number of lines before it; a last row that may be cut is not."""
    reader = csv.reader(
        [line + "\n" for line in lines],
        delimiter=separator,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    found, before = [], 0
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                found.append((before, fields))
            before = reader.line_num
    except csv.Error:
        return []
    return found[:-1] if len(lines) == SAMPLE else found


def has_header(rows: Sequence[Sequence[str]], target: str) -> bool:
    """Whether the first row names the columns.

    It does when the target stands in it. Otherwise it does not when one of its fields is a number, or stands
    in its column again.
    """
    first, *others = [[field.strip() for field in row] for row in rows]
    if target.strip().casefold() in {field.casefold() for field in first}:
        return True
    if any(NUMBER.fullmatch(field) for field in first):
        return False
    return not any(field and any(row[i] == field for row in others) for i, field in enumerate(first))
