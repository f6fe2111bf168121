"""The level of a category that a code stands for, as reasons show it."""

from collections.abc import Mapping

from serving.model.types import CategoryEncoder

OTHER: Mapping[str, str] = {"zh": "其他（少见）", "en": "other (seldom seen)"}
"""What the pooled levels are called: their one code does not tell them apart."""
POOLED = "\x00other"
"""Stands for the pool until a language is chosen; no level of a file holds a null character."""


def recorded(value: float | str) -> float | str:
    """The value as a record holds it: pooled levels by their English name."""
    return OTHER["en"] if value == POOLED else value


class LevelNames:
    """Levels by feature and code."""

    def __init__(self, encoder: CategoryEncoder) -> None:
        self._names = {
            name: {code: level for level, code in encoder.codes(name).items()} for name in encoder.levels
        }

    def of(self, feature: str, code: float) -> str:
        """The level with this code; `POOLED` for the code that the rare levels share."""
        return self._names[feature].get(code, POOLED)
