"""Description of a flat file: `[data]` of a training configuration with `adapter = "flat"`."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from features.adapters.flat.names import UNNAMED
from features.adapters.flat.numbers import NumberFormat

Scalar = str | int | float | bool
Unit = Literal["", "cny", "days", "months", "count", "ratio", "score", "percent", "index"]


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _positioned(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise ValueError("a column without a name is named by its position in the file, such as 1")
    return UNNAMED.format(value) if isinstance(value, int) and not isinstance(value, bool) else value


Column = Annotated[str, BeforeValidator(_positioned)]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Values = Annotated[tuple[Scalar, ...], BeforeValidator(_listed)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Meaning(_Frozen):
    """What a special code means, in words; a code without words is absence and no more."""

    zh: str = Field(default="", description="in Chinese; the English words when empty")
    en: str = Field(default="", description="in English; the Chinese words when empty")


class _SpecialCodes(_Frozen):
    """Special codes: a list, or a table of codes with meanings, which is read into both fields."""

    missing: Values = Field(
        default=(), description="special codes that mean missing, such as 99999999, or codes with meanings"
    )
    meanings: dict[str, Meaning] = Field(default_factory=dict, description="read from missing")

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("missing"), dict):
            return given
        return {**given, "missing": tuple(given["missing"]), "meanings": given["missing"]}


class FlatTheme(_Frozen):
    """A group of columns that is one player in the reasons."""

    zh: str = Field(default="", description="name in Chinese; the English name when empty")
    en: str = Field(default="", description="name in English; the key when empty")
    actionable: bool = Field(default=False, description="whether a person can change it")
    code: str = Field(default="", description="reason code, stable across models; F01, F02, … when empty")


class FlatColumn(_SpecialCodes):
    """Settings of one column; a column without settings is a feature with the defaults."""

    kind: Literal["number", "category"] | None = Field(
        default=None, description="inferred from the values when absent"
    )
    direction: Literal[-1, 0, 1] = Field(
        default=0, description="+1: risk may only rise with it, −1: only fall, 0: unconstrained"
    )
    theme: str = Field(default="", description="theme key; a theme of its own when empty")
    zh: str = Field(default="", description="name in Chinese; the English name when empty")
    en: str = Field(default="", description="name in English; the column's own name when empty")
    unit: Unit = ""
    actionable: bool = False
    low: float | None = Field(default=None, description="smallest plausible value; the service refuses less")
    high: float | None = Field(default=None, description="largest plausible value; the service refuses more")
    decimal: Literal[".", ","] | None = Field(
        default=None, description="of this column, with its `thousands`; those of the file when absent"
    )
    thousands: str = Field(default="", max_length=1, description="of this column, where `decimal` is set")
    checked: bool = Field(default=False, description="reviewed: neither an identifier nor a leak")


class FlatConfig(_SpecialCodes):
    """A file with one row a case and a target column.

    Every column that is not the target, `id`, `date`, `group` or in `leave_out` is a feature.
    """

    path: Names = Field(min_length=1, description="CSV or parquet, one file or several of the same columns")
    fetch: str = Field(
        default="", description="what the file is and who publishes it, for the message when it is missing"
    )
    separator: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', max_length=1, description="encloses texts of a CSV file; empty for none")
    encoding: str = Field(default="utf-8", description="of a CSV file, such as gb18030")
    decimal: Literal[".", ","] = Field(default=".", description="decimal mark of numbers")
    thousands: str = Field(
        default="", max_length=1, description="between groups of three digits; empty for none"
    )
    skip_lines: int = Field(
        default=0,
        ge=0,
        description="lines of a CSV file before its header line; with `header`, before its rows",
    )
    header: tuple[str, ...] = Field(
        default=(), description="column names of a CSV file without a header line"
    )
    target: Column = Field(description="column with the outcome; this and the next three: name or position")
    bad: Values = Field(min_length=1, description="value or values of the target that mean bad")
    good: Values = Field(
        default=(), description="values that mean good; rows with other values are then left out and counted"
    )
    label: str = Field(default="", description="the definition of bad, in words")
    id: Column | None = Field(
        default=None, description="column that identifies the case; row numbers when absent"
    )
    group: Column | None = Field(
        None, description="column that identifies the person: never on both sides of a split"
    )
    date: Column | None = Field(
        default=None, description="column with the date of the case, such as 2026-01-31"
    )
    date_format: str = Field(default="", description="how it is written, such as %d.%m.%Y; ISO when empty")
    as_of: dt.date = Field(
        dt.date(1970, 1, 1), description="the date of every case when there is no date column"
    )
    leave_out: dict[str, str] = Field(
        default_factory=dict, description="columns left out, each with the reason"
    )
    columns: dict[str, FlatColumn] = Field(default_factory=dict, description="settings of single columns")
    themes: dict[str, FlatTheme] = Field(default_factory=dict, description="names of the themes used")

    def numbers(self, column: str) -> NumberFormat:
        """How a column writes numbers."""
        own = self.about(column)
        common = NumberFormat(self.decimal, self.thousands)
        return NumberFormat(own.decimal, own.thousands) if own.decimal else common

    @model_validator(mode="after")
    def _one_meaning_a_mark(self) -> "FlatConfig":
        for numbers in (NumberFormat(self.decimal, self.thousands), *map(self.numbers, self.columns)):
            if numbers.thousands == numbers.decimal:
                raise ValueError(f"decimal and thousands are both {numbers.decimal!r}")
        return self

    @property
    def roles(self) -> dict[str, str]:
        """Columns that are not features, each with the setting that names it."""
        named = {"target": self.target, "id": self.id, "group": self.group, "date": self.date}
        return {column: role for role, column in named.items() if column}

    def about(self, column: str) -> FlatColumn:
        """Settings of a column, defaults where there are none."""
        return self.columns.get(column, FlatColumn())
