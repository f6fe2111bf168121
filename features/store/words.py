"""Texts of the store by number: categories, providers, industries, each stored once."""

from dataclasses import dataclass, field

import polars as pl
import sqlalchemy as sa

from features.arrays import NULL, Ints
from features.store.schema import WORDS


@dataclass
class WordList:
    """A growing list of texts; a text keeps its number for good.

    Attributes:
        codes: number of each text.
        saved: how many of them the database holds.
    """

    codes: dict[str, int] = field(default_factory=dict)
    saved: int = 0

    @staticmethod
    def read(connection: sa.Connection) -> "WordList":
        """The texts that the store knows."""
        found = connection.execute(sa.select(WORDS.c.word).order_by(WORDS.c.code)).scalars().all()
        return WordList({word: code for code, word in enumerate(found)}, len(found))

    def numbers(self, series: pl.Series) -> Ints:
        """The number of each text of a column, new texts being added; null becomes `NULL`."""
        distinct = series.drop_nulls().unique().sort()
        for word in distinct:
            self.codes.setdefault(word, len(self.codes))
        codes = [self.codes[word] for word in distinct]
        replaced = series.replace_strict(distinct, codes, default=None, return_dtype=pl.Int64)
        return replaced.fill_null(NULL).to_numpy()

    def save(self, connection: sa.Connection) -> None:
        """Writes the texts that the database lacks."""
        fresh = [{"code": code, "word": word} for word, code in self.codes.items() if code >= self.saved]
        if fresh:
            connection.execute(sa.insert(WORDS), fresh)
        self.saved = len(self.codes)
