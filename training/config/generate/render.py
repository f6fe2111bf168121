"""The text of a configuration, from the inspection of a file."""

from collections.abc import Iterator, Mapping

from features.adapters.flat.inspection.findings import InspectedColumn, Inspection
from features.adapters.flat.inspection.inspect import TRAIN_SHARE
from features.adapters.flat.inspection.layout import settings_of
from features.adapters.flat.inspection.target import TargetValues
from training.config.generate.themes import LIKE, themes_of
from training.config.generate.toml import Value, comment, comments, line

ABOUT_FILE = """Everything here was told from the file. Review it; what is not stated has the default, which
training/config/schema.py explains. What was seen:"""
ABOUT_LEFT_OUT = """Left out, each with the reason. To use a column after review, delete its line; one that
looks like a leak or an identifier then needs `checked = true` under [data.columns]."""
ABOUT_COLUMNS = """Features. zh and en are what a person reads in a reason: write words for them. A direction
(-1: risk may only fall as the value rises, +1: only rise) is a promise about every answer: none is set, and
likely ones are given for you to confirm. missing: special codes that mean absent."""
ABOUT_THEMES = "Themes are the units of the reasons. Their codes stand in records: append, never reorder."
ABOUT_SETTINGS = {
    "header": "no header line: write better names, in this order",
    "id": "identifies the case",
    "group": "identifies the person, who is never on both sides of a split: check it",
    "date": "the date of the case: check that it is no later event",
}


def render(found: Inspection, values: TargetValues) -> str:
    """The TOML text.

    Args:
        found: the inspection, without problems.
        values: which values of the target are bad.
    """
    sections = (
        _head(found),
        _data(found, values),
        _leave_out(found),
        _columns(found),
        _themes(found),
        _split(found),
    )
    texts = ("\n".join(lines) for lines in sections)
    return "\n\n".join(text for text in texts if text) + "\n"


def _head(found: Inspection) -> Iterator[str]:
    yield comment(f"Made by `make config` from {found.path}: {found.n_rows:,} rows, {found.n_bad:,} bad.")
    yield from comments(ABOUT_FILE)
    for finding in found.findings:
        done = f" → {finding.done}" if finding.done else ""
        yield comment(f"- {finding.column + ': ' if finding.column else ''}{finding.text}{done}")


def _data(found: Inspection, values: TargetValues) -> Iterator[str]:
    yield "[data]"
    yield line("adapter", "flat")
    yield line("path", found.path)
    for name, setting in settings_of(found.layout).items():
        yield line(name, setting, ABOUT_SETTINGS.get(name, ""))
    yield line("target", found.target)
    yield line("bad", [_plain(value) for value in values.bad], values.why)
    yield line("good", [_plain(value) for value in values.good], "rows with another value are left out")
    for role, column in (("id", found.roles.id), ("group", found.roles.group), ("date", found.roles.date)):
        if column is not None:
            yield line(role, column, ABOUT_SETTINGS[role])
    if found.roles.date_format not in {"", "%Y-%m-%d"}:
        yield line("date_format", found.roles.date_format)


def _plain(value: str) -> Value:
    """A whole number as TOML writes one, where it is the same text again."""
    digits = value.removeprefix("-")
    return int(value) if digits.isascii() and digits.isdigit() and str(int(value)) == value else value


def _leave_out(found: Inspection) -> Iterator[str]:
    if not found.roles.leave_out:
        return
    yield from comments(ABOUT_LEFT_OUT)
    yield "[data.leave_out]"
    for column, reason in found.roles.leave_out.items():
        yield line(column, reason)


def _columns(found: Inspection) -> Iterator[str]:
    themes = _themes_of(found)
    yield from comments(ABOUT_COLUMNS)
    yield "[data.columns]"
    for column in found.columns:
        settings = _settings(found, column, themes[column.name])
        yield line(column.name, settings, _direction(column))


def _settings(found: Inspection, column: InspectedColumn, theme: str) -> dict[str, Value]:
    text = found.layout.written.get(column.name, column.name)
    settings: dict[str, Value] = {"kind": column.kind}
    if theme != column.name:
        settings["theme"] = theme
    if (own := found.layout.own_numbers.get(column.name)) is not None:
        settings |= {"decimal": own.decimal, "thousands": own.thousands}
    if column.codes:
        settings["missing"] = [_plain(code.value) for code in column.codes]
    return {**settings, "zh": text, "en": text}


def _direction(column: InspectedColumn) -> str:
    return f"direction = {column.direction}? {column.why}" if column.direction else ""


def _split(found: Inspection) -> Iterator[str]:
    if found.dated:
        yield "[split]"
        yield line(
            "kind", "out_of_time", f"the latest cases by {found.roles.date} test; or stratified: at random"
        )
        yield line("test_share", round(1.0 - TRAIN_SHARE, 2))


def _themes(found: Inspection) -> Iterator[str]:
    yield from comments(ABOUT_THEMES)
    yield "[data.themes]"
    members: dict[str, list[str]] = {}
    for column, theme in _themes_of(found).items():
        members.setdefault(theme, []).append(found.layout.written.get(column, column))
    for number, (theme, columns) in enumerate(members.items(), start=1):
        yield line(theme, {"code": f"F{number:02d}", **_title(found, theme, columns)})


def _title(found: Inspection, theme: str, columns: list[str]) -> dict[str, str]:
    """What a theme is called: by its column, by what a series has in common, or by its first column."""
    if theme.removesuffix(LIKE) == theme or len(columns) == 1:
        text = found.layout.written.get(theme, theme)
        return {"zh": text, "en": text}
    return {"zh": f"{columns[0]}等{len(columns)}项", "en": f"{columns[0]} and {len(columns) - 1} like it"}


def _themes_of(found: Inspection) -> Mapping[str, str]:
    return themes_of([column.name for column in found.columns], found.alike)
