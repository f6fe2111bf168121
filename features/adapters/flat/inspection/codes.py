"""Special codes that a column probably uses for absent values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from features.adapters.flat.inspection.vocabulary import plain, words

NINES = frozenset(float("9" * n) for n in range(1, 13)) | frozenset(
    float("9" * n + last) for n in range(1, 6) for last in "5678"
)
FAR = frozenset(-float(digit * n) for digit in "123456789" for n in range(2, 12)) | frozenset(
    -float("9" * n + last) for n in range(6) for last in "6789"
)
"""Negative codes in use: -9 (bureau files: -7, -8), -99, -999, -1111 and the like."""
GAP = 5.0
"""How many times the largest other value a number of nines must be."""
FEW = 5
VARIED = 20
EXTREMES = 12
"""Different values at either end that are looked at."""
TYPOS = 20
"""Different texts in a column of numbers up to which they are taken for codes."""


@dataclass(frozen=True)
class SpecialCode:
    """A value that probably means absent.

    Attributes:
        value: as the file writes it.
        rows: how many hold it.
        why: a clause that gives the ground.
    """

    value: str
    rows: int
    why: str


def absent_words(known: pl.Series, *, category: bool) -> list[SpecialCode]:
    """Texts that say that a value is absent.

    Args:
        known: text without nulls.
        category: whether the column is one, where `none` is a level with a meaning.
    """
    absent = words("absent") - words("absent_or_level") if category else words("absent")
    numbers = known.cast(pl.Float64, strict=False)
    texts = known.filter(numbers.is_null() | numbers.is_nan()).value_counts(sort=True)
    return [
        SpecialCode(text, n, "says that the value is absent")
        for text, n in texts.iter_rows()
        if plain(text).lower() in absent
    ]


def other_texts(known: pl.Series) -> list[SpecialCode]:
    """Texts in a column that holds numbers otherwise; empty when there are too many to be codes."""
    texts = known.filter(known.cast(pl.Float64, strict=False).is_null())
    counts = texts.value_counts(sort=True)
    if counts.height > TYPOS:
        return []
    return [SpecialCode(text, n, "a text in a column of numbers") for text, n in counts.iter_rows()]


def special_numbers(numbers: pl.Series) -> list[SpecialCode]:
    """Numbers far above all others that consist of nines, and negative ones where no other value is negative.

    Args:
        numbers: Float64, finite, nulls allowed.
    """
    different = numbers.drop_nulls().unique().sort()
    lowest, highest = different.head(EXTREMES).to_list(), different.tail(EXTREMES).to_list()
    found = dict(_negative(lowest, len(different)))
    found |= {-value: why for value, why in _nines([-value for value in reversed(lowest)])}
    found |= dict(_nines(highest))
    rows = {value: int((numbers == value).sum()) for value in found}
    return [SpecialCode(f"{value:.15g}", rows[value], why) for value, why in found.items() if rows[value] > 1]


def _negative(values: Sequence[float], n_different: int) -> Iterator[tuple[float, str]]:
    below = [value for value in values if value < 0]
    others = n_different - len(below)
    if len(below) > FEW or others < 3:
        return
    if set(below) <= FAR:
        for value in below:
            yield value, "no value below 0 but such codes"
    elif below == [-1.0] and others > VARIED:
        yield -1.0, "the only value below 0"


def _nines(values: Sequence[float]) -> Iterator[tuple[float, str]]:
    kept = list(values)
    while kept and len(values) - len(kept) < FEW and kept[-1] in NINES:
        kept.pop()
    top = values[len(kept) :]
    if len(kept) < 3 or not top or top[0] < GAP * max(abs(kept[-1]), 1.0):
        return
    for value in top:
        yield value, f"far from the next value, {abs(kept[-1]):.15g}"
