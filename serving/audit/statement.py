"""Compares a stated figure, as a value and as it stands in the text, with its recomputation."""

import re
from dataclasses import dataclass
from enum import StrEnum

from serving.audit.account_rows import KnownRows
from serving.audit.figures import FIGURES

RELATIVE = 1e-4
"""Averages of money are cut off at the fen inside the engine, which is this little of a limit of CNY 100."""
NUMBER = re.compile(r"-?¥?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Statement:
    """A figure that a reason states of a person.

    Attributes:
        feature: the feature that it shows.
        value: the person's own value.
        unit: unit of the feature.
        zh: the sentence in Chinese.
        en: the sentence in English.
    """

    feature: str
    value: float
    unit: str
    zh: str
    en: str


class Outcome(StrEnum):
    """What the recomputation says of a statement."""

    TRUE = "true"
    FALSE = "false"
    UNCHECKED = "unchecked"
    """No recomputation of this figure is written."""


@dataclass(frozen=True)
class Finding:
    """A statement that was checked.

    Attributes:
        statement: what was stated.
        outcome: whether it holds.
        recomputed: the figure as the rows have it, None where they support none.
    """

    statement: Statement
    outcome: Outcome
    recomputed: float | None


def check(statement: Statement, known: KnownRows) -> Finding:
    """Recomputes the figure and looks for it in both texts."""
    figure = FIGURES.get(statement.feature)
    if figure is None:
        return Finding(statement, Outcome.UNCHECKED, None)
    recomputed = figure(known)
    true = recomputed is not None and _same(statement, recomputed)
    return Finding(statement, Outcome.TRUE if true else Outcome.FALSE, recomputed)


def _same(statement: Statement, recomputed: float) -> bool:
    if abs(statement.value - recomputed) > RELATIVE * max(1.0, abs(recomputed)):
        return False
    return all(_stands_in(text, statement.unit, recomputed) for text in (statement.zh, statement.en))


def _stands_in(text: str, unit: str, value: float) -> bool:
    """Whether some number of the text is the value, to the digits that the text gives it."""
    shown = 100.0 * value if unit == "ratio" else value
    return any(_rounds_to(shown, number) for number in NUMBER.findall(text))


def _rounds_to(value: float, number: str) -> bool:
    plain = number.replace("¥", "").replace(",", "")
    digits = len(plain.partition(".")[2])
    half = 0.5 * 10.0**-digits
    return abs(float(plain) - value) <= half + RELATIVE * max(1.0, abs(value))
