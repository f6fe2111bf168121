"""Figures as each language writes them."""

from datetime import date
from typing import Literal

from serving.decision.wording.levels import OTHER, POOLED

Language = Literal["zh", "en"]

_SUFFIX = {
    "days": {"zh": "天", "en": " day"},
    "months": {"zh": "个月", "en": " month"},
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def figure(value: float | str, unit: str, language: Language) -> str:
    """A value with its unit as people state it: `¥12,300`, `87%`, `约15个月` or `about 15 months`, `12 days`.

    Ratios are written in percent; amounts are in CNY, to the yuan (`cny`) or the fen (`cny_fen`). A span that
    is no whole number of months is rounded, and says so.

    Example:
        >>> figure(12345.6, "cny", "en"), figure(0.873, "ratio", "zh"), figure(8.67, "cny_fen", "en")
        ('¥12,346', '87.3%', '¥8.67')
        >>> figure(1.0, "months", "en"), figure(15.3, "months", "en"), figure(0.4, "months", "zh")
        ('1 month', 'about 15 months', '不足1个月')
    """
    if isinstance(value, str):
        return OTHER[language] if value == POOLED else value
    if unit in ("cny", "cny_fen"):
        return _money(value, 2 if unit == "cny_fen" else 0)
    if unit in ("ratio", "percent"):
        return f"{_plain(100.0 * value if unit == 'ratio' else value)}%"
    if unit == "months":
        return _span(value, language)
    return _with_unit(_plain(value), _SUFFIX["days"][language], language) if unit == "days" else _plain(value)


def day(on: date, language: Language) -> str:
    """A day as each language writes it.

    Example:
        >>> day(date(2027, 4, 2), "zh"), day(date(2027, 4, 2), "en")
        ('2027-04-02', '2 Apr 2027')
    """
    return on.isoformat() if language == "zh" else f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def _money(value: float, decimals: int) -> str:
    rounded = round(value, decimals)
    return f"{'-' if rounded < 0 else ''}¥{abs(rounded):,.{decimals}f}"


def _span(value: float, language: Language) -> str:
    """Whole months; else rounded with "about", or "less than a month"."""
    if 0 < value < 1:
        return "不足1个月" if language == "zh" else "less than a month"
    number = _with_unit(f"{round(value):,}", _SUFFIX["months"][language], language)
    if value == round(value):
        return number
    return f"约{number}" if language == "zh" else f"about {number}"


def _plain(value: float) -> str:
    """At most one decimal, none from 100 on; thousands separated."""
    rounded = round(value, 0 if abs(value) >= 100 else 1)
    whole = rounded == int(rounded)
    return f"{int(rounded):,}" if whole else f"{rounded:,.1f}"


def _with_unit(number: str, suffix: str, language: Language) -> str:
    plural = "s" if language == "en" and number != "1" else ""
    return f"{number}{suffix}{plural}"
