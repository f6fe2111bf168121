"""The encoding of a text file, told from its bytes."""

import codecs
import re
from pathlib import Path

from features.errors import DataError

MAGIC = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "compressed with gzip",
    b"PAR1": "a Parquet file whose name does not end in .parquet",
    b"%PDF": "a PDF document",
}
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
PAIRED = 0.9
"""Share of bytes above 127 that stand in pairs from which a text is Chinese: in GB 18030 a common character
is such a pair, in a western encoding a letter with an accent stands between plain ones."""
FEW_FAULTS = 0.1
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1a\x1b")


def encoding_of(content: bytes, file: Path) -> str:
    """The encoding of a file's bytes, as the setting `encoding` names it.

    Raises:
        DataError: the bytes are no text, or no encoding explains them.
    """
    if not content.strip():
        raise DataError(f"{file} is empty: it needs a header line and rows")
    marked = next((name for mark, name in MARKS.items() if content.startswith(mark)), None)
    if marked is not None:
        return _decodes(content, marked, file)
    _refuse_binary(content, file)
    if _valid(content, "utf-8"):
        return "utf-8"
    _refuse_damaged(content, file)
    chinese = _valid(content, "gb18030")
    if chinese and (_paired(content) >= PAIRED or not _valid(content, "cp1252")):
        return "gb18030"
    return _western(content, file)


def _refuse_binary(content: bytes, file: Path) -> None:
    what = next((text for magic, text in MAGIC.items() if content.startswith(magic)), None)
    controls = len(content) - len(content.translate(None, CONTROLS))
    if what is None and (controls > len(content) / 1000 or b"\0" in content):
        what = f"not text: {controls} of its {len(content)} bytes are control characters"
    if what is not None:
        raise DataError(f"{file} is {what}; export the table as CSV or Parquet")


def _refuse_damaged(content: bytes, file: Path) -> None:
    """Refuses UTF-8 with a few bad bytes, which any other encoding would turn into wrong letters."""
    text = content.decode("utf-8", errors="replace")
    faults = text.count("\ufffd")
    right = sum(1 for letter in text if ord(letter) > 127) - faults
    if faults > FEW_FAULTS * right:
        return
    line = text[: text.index("\ufffd")].count("\n") + 1
    raise DataError(
        f"{file}: {faults} places are not valid UTF-8 while the rest is, the first in line {line}; mend them"
    )


def _paired(content: bytes) -> float:
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", content)]
    return sum(n - n % 2 for n in runs) / max(sum(runs), 1)


def _western(content: bytes, file: Path) -> str:
    if not any(0x80 <= byte < 0xA0 for byte in content):
        return "latin-1"
    return _decodes(content, "cp1252", file)


def _decodes(content: bytes, encoding: str, file: Path) -> str:
    if _valid(content, encoding):
        return encoding
    raise DataError(
        f"{file}: its encoding is unclear: not valid as utf-8, gb18030 or {encoding}; export it as UTF-8"
    )


def _valid(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeError:
        return False
    return True
