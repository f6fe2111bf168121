"""Dictionary encoding of texts: categories, providers and industries by code, each stored once."""

from dataclasses import dataclass, field

import polars as pl
import sqlalchemy as sa

from features.arrays import NULL, Ints
from features.store.schema import TEXTS


@dataclass
class TextCodes:
    """A growing dictionary of texts; a text keeps its code for good.

    Attributes:
        codes: code of each text.
        saved: how many of them the database holds.
    """

    codes: dict[str, int] = field(default_factory=dict)
    saved: int = 0

    @staticmethod
    def read(connection: sa.Connection) -> "TextCodes":
        """The texts that the database holds."""
        found = connection.execute(sa.select(TEXTS.c.word).order_by(TEXTS.c.code)).scalars().all()
        return TextCodes({text: code for code, text in enumerate(found)}, len(found))

    def encode(self, series: pl.Series) -> Ints:
        """The code of each text of a column, new texts being added; null becomes `NULL`."""
        distinct = series.drop_nulls().unique().sort()
        for text in distinct:
            self.codes.setdefault(text, len(self.codes))
        codes = [self.codes[text] for text in distinct]
        replaced = series.replace_strict(distinct, codes, default=None, return_dtype=pl.Int64)
        return replaced.fill_null(NULL).to_numpy()

    def save(self, connection: sa.Connection) -> None:
        """Writes the texts that the database lacks."""
        fresh = [{"code": code, "word": text} for text, code in self.codes.items() if code >= self.saved]
        if fresh:
            connection.execute(sa.insert(TEXTS), fresh)
        self.saved = len(self.codes)
