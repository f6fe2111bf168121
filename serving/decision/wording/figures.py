"""Figures as each language writes them."""

from typing import Literal

from serving.decision.wording.levels import OTHER, POOLED

Language = Literal["zh", "en"]

_SUFFIX = {
    "days": {"zh": "天", "en": " day"},
    "months": {"zh": "个月", "en": " month"},
}


def figure(value: float | str, unit: str, language: Language) -> str:
    """A value with its unit: `¥12,300`, `87%`, `3.5个月` or `3.5 months`, `12天` or `12 days`.

    Ratios are written in percent; amounts are in CNY, to the yuan.

    Example:
        >>> figure(12345.6, "cny", "en"), figure(0.873, "ratio", "zh"), figure(1.0, "months", "en")
        ('¥12,346', '87.3%', '1 month')
    """
    if isinstance(value, str):
        return OTHER[language] if value == POOLED else value
    if unit == "cny":
        return f"{'-' if round(value) < 0 else ''}¥{abs(round(value)):,}"
    if unit == "ratio":
        return f"{_plain(100.0 * value)}%"
    if unit == "percent":
        return f"{_plain(value)}%"
    if unit in _SUFFIX:
        return _with_unit(_plain(value), _SUFFIX[unit][language], language)
    return _plain(value)


def _plain(value: float) -> str:
    """At most one decimal, none from 100 on; thousands separated."""
    rounded = round(value, 0 if abs(value) >= 100 else 1)
    whole = rounded == int(rounded)
    return f"{int(rounded):,}" if whole else f"{rounded:,.1f}"


def _with_unit(number: str, suffix: str, language: Language) -> str:
    plural = "s" if language == "en" and number != "1" else ""
    return f"{number}{suffix}{plural}"
