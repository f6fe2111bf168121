"""What a linked source states of itself: table, view, themes, texts, and how its values are compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import dataframely as dy

from features.spec import Theme


@dataclass(frozen=True)
class Text:
    """A sentence, or a part of one, in both languages."""

    zh: str
    en: str

    def in_language(self, language: Literal["zh", "en"]) -> str:
        """The text in one of them."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class ThemeWording:
    """How a theme is stated in a reason.

    Attributes:
        against: opens a sentence whose figure is riskier than usual.
        favourable: opens a sentence whose figure is less risky than usual.
        absent: stands alone where nothing of the theme is known; never with a figure.
    """

    against: Text
    favourable: Text
    absent: Text


class IntegerEncoding(StrEnum):
    """How the engine reads a column of a table as integers."""

    WHOLE = "whole"
    """Whole numbers as they are."""
    FEN = "fen"
    """CNY to the fen."""
    YUAN = "yuan"
    """CNY to the yuan: small enough for sums of squares."""
    FINE = "fine"
    """Real numbers to four decimals."""
    MONTH = "month"
    """A date as whole months since January 1970."""


@dataclass(frozen=True)
class ViewColumn:
    """A column that aggregates may read.

    Attributes:
        name: what aggregates call it.
        column: column of the source's table.
        encoding: how it is read.
    """

    name: str
    column: str
    encoding: IntegerEncoding


@dataclass(frozen=True)
class Condition:
    """What one column must show for linking the source to help, stated to the person.

    Attributes:
        column: column of the profile.
        unit: unit of its value, as of features (`cny` or ``).
        text: with `{value}` in place of the value.
        zero: instead of `text` where the value is 0.
        one: instead of `text` where the value is 1.
    """

    column: str
    unit: str
    text: Text
    zero: Text | None = None
    one: Text | None = None


@dataclass(frozen=True)
class LinkedSource:
    """A source that is there only with a person's consent, and can be absent as a whole.

    Attributes:
        key: stable key: what consents, themes and features name it, and the name of its view.
        code: reason code of its absence, stable across releases, such as `S01`.
        table: its table of the data contract.
        schema: columns and rules of the table.
        event: the column that says when the fact happened; `month` for monthly contributions or bills.
        zh: name in Chinese.
        en: name in English.
        unlinked: what is said of its absence, as an opportunity, where no consent is known.
        linked: the same where consent is known and nothing has arrived.
        view: columns that features may aggregate.
        themes: its themes; each names this source.
        wording: how each of its themes is stated, by theme key.
        profile: columns by which accounts with the source are compared, each with its good direction: 1 more
            is better, −1 less is better, 0 neither.
        conditions: what a newly linked source must show, in the order in which it is stated.
    """

    key: str
    code: str
    table: str
    schema: type[dy.Schema]
    event: str
    zh: str
    en: str
    unlinked: Text
    linked: Text
    view: tuple[ViewColumn, ...]
    themes: tuple[Theme, ...]
    wording: Mapping[str, ThemeWording]
    profile: Mapping[str, Literal[-1, 0, 1]]
    conditions: tuple[Condition, ...]

    @property
    def monthly(self) -> bool:
        """Whether it has one row a month, as contributions and bills have, and not one a report."""
        return self.event == "month"
