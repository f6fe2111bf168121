"""What an inspection tells of a file: one dataclass a subject."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from features.adapters.flat.inspection.codes import SpecialCode
from features.adapters.flat.inspection.target import TargetValues
from features.adapters.flat.numbers import NumberFormat
from features.spec import Kind


@dataclass(frozen=True)
class InspectionFinding:
    """One thing that was seen.

    Attributes:
        level: a `warning` should be reviewed, a `note` states what was seen.
        column: the column, or `` for the whole file.
        text: what was seen.
        done: what the configuration does about it, or `` for nothing.
    """

    level: Literal["warning", "note"]
    column: str
    text: str
    done: str = ""


@dataclass(frozen=True)
class Layout:
    """How a file is written; the attributes are settings of a flat configuration of the same name.

    Attributes:
        separator: between fields; `` for a Parquet file, which has no settings of this kind.
        quote: around texts.
        encoding: of the file.
        numbers: decimal mark and thousands separator.
        own_numbers: the same, by column that is written otherwise.
        skip_lines: lines before the header line.
        header: names by position, for a file without a header line.
        written: what the header line says, by column that is named otherwise.
    """

    separator: str = ""
    quote: str = '"'
    encoding: str = "utf-8"
    numbers: NumberFormat = field(default_factory=NumberFormat)
    own_numbers: Mapping[str, NumberFormat] = field(default_factory=dict)
    skip_lines: int = 0
    header: tuple[str, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InspectedColumn:
    """A column that becomes a feature.

    Attributes:
        name: column name.
        kind: number or category.
        codes: special codes that mean absent.
        direction: likely direction, 0 when none; never applied before somebody has confirmed it.
        why: ground of the direction.
    """

    name: str
    kind: Kind
    codes: tuple[SpecialCode, ...]
    direction: Literal[-1, 0, 1]
    why: str


@dataclass(frozen=True)
class Roles:
    """Columns that are no features.

    Attributes:
        id: column that identifies the case.
        group: column that identifies the person.
        date: column with the date of the case.
        date_format: how it is written.
        leave_out: columns left out, each with the reason.
    """

    id: str | None
    group: str | None
    date: str | None
    date_format: str
    leave_out: Mapping[str, str]


@dataclass(frozen=True)
class Inspection:
    """A file as it was seen.

    Attributes:
        path: as the setting `path` names it.
        n_rows: rows of the file.
        layout: how it is written.
        target: name of the target column; as asked for when there is none such.
        values: which of its values are bad; None when that is a problem.
        n_bad: rows with a bad outcome.
        n_known: rows with a known outcome.
        roles: columns that are no features.
        dated: whether the latest cases, by the date of the case, can be the test set.
        columns: features, in the order of the file.
        alike: groups of features that rise and fall together.
        findings: what was seen, in the order of the file.
        problems: what keeps the file from being trained on, a sentence each.
    """

    path: str
    n_rows: int
    layout: Layout
    target: str
    values: TargetValues | None
    n_bad: int
    n_known: int
    roles: Roles
    dated: bool
    columns: tuple[InspectedColumn, ...]
    alike: tuple[tuple[str, ...], ...]
    findings: tuple[InspectionFinding, ...]
    problems: tuple[str, ...]
