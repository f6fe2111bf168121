"""Whether a text shows a value: read back from the text, not formatted a second time."""

import re
from datetime import datetime, timedelta
from typing import Literal

NUMBER = re.compile(r"-?¥?\d[\d,]*(?:\.\d+)?")
DATES = {
    "zh": (re.compile(r"\d{4}-\d\d-\d\d"), "%Y-%m-%d"),
    "en": (re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}"), "%d %b %Y"),
}
UNDER_A_MONTH = {"zh": "不足1个月", "en": "less than a month"}
EPOCH = datetime(1970, 1, 1)
NOISE = 1e-5
"""Share of a value that lies between two ways of computing it."""


def stands_in(text: str, language: Literal["zh", "en"], unit: str, value: float) -> bool:
    """Whether some number or date of the text is the value, to the digits that the text gives it.

    Args:
        text: a sentence.
        language: of the text.
        unit: of the value, as of features; `moment` is microseconds since 1970, shown as a date.
        value: as recomputed.
    """
    if unit == "moment":
        return _date_stands_in(text, language, value)
    if unit == "months" and 0 < value < 1:
        return UNDER_A_MONTH[language] in text
    shown = 100.0 * value if unit == "ratio" else value
    return any(_rounds_to(shown, number) for number in NUMBER.findall(text))


def _date_stands_in(text: str, language: Literal["zh", "en"], value: float) -> bool:
    pattern, form = DATES[language]
    day = (EPOCH + timedelta(microseconds=value)).date()
    return any(datetime.strptime(found, form).date() == day for found in pattern.findall(text))


def _rounds_to(value: float, number: str) -> bool:
    plain = number.replace("¥", "").replace(",", "")
    half = 0.5 * 10.0 ** -len(plain.partition(".")[2])
    return abs(float(plain) - value) <= half + NOISE * max(1.0, abs(value))
