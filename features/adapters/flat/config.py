"""What a person says of a file of their own: `[data]` of a training configuration with `adapter = "flat"`."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Scalar = str | int | float | bool
Unit = Literal["", "cny", "days", "months", "count", "ratio", "score", "percent", "index"]


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Values = Annotated[tuple[Scalar, ...], BeforeValidator(_listed)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FlatTheme(_Frozen):
    """A group of columns that a person would recognise as one matter."""

    zh: str = Field(default="", description="name in Chinese; the English name when empty")
    en: str = Field(default="", description="name in English; the key when empty")
    actionable: bool = Field(default=False, description="whether a person can do something about it")
    code: str = Field(default="", description="reason code, kept for good; F01, F02, … when empty")


class FlatColumn(_Frozen):
    """What is worth saying of one column; a column without a word of its own is a feature with defaults."""

    kind: Literal["number", "category"] | None = Field(
        default=None, description="read off the values when absent"
    )
    direction: Literal[-1, 0, 1] = Field(
        default=0, description="+1: risk may only rise with it, −1: only fall"
    )
    theme: str = Field(default="", description="theme key; a theme of its own when empty")
    zh: str = Field(default="", description="name in Chinese; the English name when empty")
    en: str = Field(default="", description="name in English; the column's own name when empty")
    unit: Unit = ""
    actionable: bool = False
    missing: Values = Field(
        default=(), description="codes of this column that are no value, such as 99999999"
    )
    low: float | None = Field(default=None, description="smallest plausible value; the service refuses less")
    high: float | None = Field(default=None, description="largest plausible value; the service refuses more")
    checked: bool = Field(
        default=False, description="a person looked: it is neither an identifier nor a leak"
    )


class FlatConfig(_Frozen):
    """A file with one row a case and a target column.

    Every column that is not the target, `id`, `date`, `group` or in `leave_out` is a feature.
    """

    path: Names = Field(min_length=1, description="CSV or parquet, one file or several of the same columns")
    fetch: str = Field(
        default="", description="what the file is and who publishes it, told when it is missing"
    )
    separator: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = Field(default="utf-8", description="of a CSV file, such as gbk")
    header: tuple[str, ...] = Field(
        default=(), description="column names of a CSV file without a header line"
    )
    target: str = Field(description="column with the outcome")
    bad: Values = Field(min_length=1, description="value or values of the target that mean bad")
    good: Values = Field(
        default=(), description="values that mean good; others are then left out, and counted"
    )
    label: str = Field(default="", description="the definition of bad, in words")
    id: str | None = Field(default=None, description="column that names the case; row numbers when absent")
    group: str | None = Field(
        None, description="column that names the person: never on both sides of a split"
    )
    date: str | None = Field(default=None, description="column with the day of the case, such as 2026-01-31")
    as_of: dt.date = Field(
        dt.date(1970, 1, 1), description="the day of every case when there is no date column"
    )
    missing: Values = Field(default=(), description="codes that are no value in any column")
    leave_out: dict[str, str] = Field(default_factory=dict, description="columns left out, each with why")
    columns: dict[str, FlatColumn] = Field(default_factory=dict, description="what is said of single columns")
    themes: dict[str, FlatTheme] = Field(default_factory=dict, description="names of the themes used")

    @property
    def roles(self) -> dict[str, str]:
        """Columns that are no feature, with the setting that says so."""
        named = {"target": self.target, "id": self.id, "group": self.group, "date": self.date}
        return {column: role for role, column in named.items() if column}

    def about(self, column: str) -> FlatColumn:
        """What is said of a column, defaults where nothing is."""
        return self.columns.get(column, FlatColumn())
