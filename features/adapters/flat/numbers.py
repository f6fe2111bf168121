"""Numbers as a file writes them: its decimal mark and its thousands separator."""

import re
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class NumberFormat:
    """How numbers are written.

    Attributes:
        decimal: decimal mark.
        thousands: separator between groups of three digits, `` for none.
    """

    decimal: str = "."
    thousands: str = ""

    @property
    def pattern(self) -> str:
        """A regular expression that a whole number text matches."""
        mark, group = re.escape(self.decimal), re.escape(self.thousands)
        whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)" if self.thousands else r"\d+"
        return rf"^[+-]?(?:{whole}(?:{mark}\d*)?|{mark}\d+)(?:[eE][+-]?\d+)?$"

    def canonical(self, column: str) -> pl.Expr:
        """A text column with its numbers written plainly, such as `-1234.5`; other texts stay as they are."""
        text = pl.col(column)
        if self == NumberFormat():
            return text
        plain = text.str.replace_all(self.thousands, "", literal=True) if self.thousands else text
        written = plain.str.replace(self.decimal, ".", literal=True)
        return pl.when(text.str.contains(self.pattern)).then(written).otherwise(text).alias(column)
