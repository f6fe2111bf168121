"""Words by which an inspection knows columns and values, and names taken apart into words."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("vocabulary.toml")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")


@dataclass(frozen=True)
class ProtectedAttribute:
    """A kind of attribute that a credit decision may not rest on.

    Attributes:
        text: what it is.
        law: where it is named.
        names: words of column names.
        levels: values that only such a column has.
    """

    text: str
    law: str
    names: frozenset[str]
    levels: frozenset[str]


@cache
def words(subject: str) -> frozenset[str]:
    """The words of a subject in all languages, such as `absent`."""
    return _merged(_vocabulary()["words"][subject])


@cache
def protected_attributes() -> tuple[ProtectedAttribute, ...]:
    """The protected attributes, in the order in which they are looked for."""
    return tuple(
        ProtectedAttribute(one["text"], one["law"], _merged(one["names"]), _merged(one.get("levels", {})))
        for one in _vocabulary()["protected"]
    )


def _merged(by_language: dict[str, list[str]]) -> frozenset[str]:
    return frozenset(word for language in by_language.values() for word in language)


@cache
def _vocabulary() -> dict[str, Any]:
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def words_of(name: str) -> frozenset[str]:
    """Words of a name: lower case, without accents; Chinese text is one word.

    >>> sorted(words_of("MonthlyIncome_EUR")), sorted(words_of("Âge du client"))
    (['eur', 'income', 'monthly'], ['age', 'client', 'du'])
    """
    return frozenset(word.lower() for word in WORD.findall(plain(name)))


def plain(text: str) -> str:
    """A text without accents.

    >>> plain("Größe, situação")
    'Grosse, situacao'
    """
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def says(name: str, known: frozenset[str]) -> bool:
    """Whether a name holds one of these words; Chinese words and words of six letters anywhere in it."""
    folded = plain(name).lower()
    inside = any(word in folded for word in known if not word.isascii() or len(word) >= 6)
    return inside or bool(words_of(name) & known)
