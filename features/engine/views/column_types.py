"""What the integers in a view's columns stand for."""

from dataclasses import dataclass
from typing import Literal

FEN = 100
"""Fen in a CNY: the scale of money."""
FOUR_DECIMALS = 10_000
"""Scale of scores, indices and percentages."""


@dataclass(frozen=True)
class ColumnType:
    """How a column's integers are read.

    Attributes:
        kind: a quantity, money in CNY, a flag (0 or 1), a code of an enumeration, or the hash of a text.
        scale: integers in one unit of the quantity or in one CNY.
        levels: names of an enumeration's codes 0, 1, …
    """

    kind: Literal["number", "money", "flag", "enumeration", "text"]
    scale: int = 1
    levels: tuple[str, ...] = ()


NUMBER = ColumnType("number")
DECIMAL = ColumnType("number", FOUR_DECIMALS)
MONEY = ColumnType("money", FEN)
WHOLE_CNY = ColumnType("money")
"""Money rounded to whole CNY: its squares can be added up in 64 bits."""
FLAG = ColumnType("flag")
TEXT = ColumnType("text")


def enumeration(levels: tuple[str, ...]) -> ColumnType:
    """An enumeration of the data contract."""
    return ColumnType("enumeration", levels=levels)
