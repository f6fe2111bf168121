"""Texts in both languages."""

from datetime import date

from serving.decision.wording.figures import day, figure

Bilingual = tuple[str, str]
"""Chinese and English."""


def cny(amount: float) -> str:
    """An amount in yuan, the same in both languages."""
    return figure(amount, "cny", "zh")


def fen(amount: float) -> str:
    """An amount to the fen, the same in both languages; whole yuan without decimals."""
    return cny(amount) if amount == round(amount) else figure(amount, "cny_fen", "zh")


def on(moment: date) -> Bilingual:
    """A day as each language writes it."""
    return day(moment, "zh"), day(moment, "en")
