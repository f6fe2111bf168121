"""Texts in both languages."""

from serving.decision.wording.figures import figure

Bilingual = tuple[str, str]
"""Chinese and English."""


def cny(amount: float) -> str:
    """An amount in yuan, the same in both languages."""
    return figure(amount, "cny", "zh")
