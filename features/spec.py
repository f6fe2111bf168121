"""Metadata of features, stated once: monotone constraints, reasons, advice and the data dictionary use it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from features.errors import ConfigError

Kind = Literal["number", "category"]
FILE = "file"
"""The source of every column of a flat file."""


@dataclass(frozen=True)
class Theme:
    """A group of features that a person would recognise as one matter.

    Attributes:
        key: stable key, also the column name of its points.
        code: reason code, stable across releases, such as `R03`.
        source: the source its features are drawn from (`platform`, `bureau`, …, `public`, or `file`).
        actionable: whether a person can do something about it.
        zh: name in Chinese.
        en: name in English.
        attributable: whether it is the person's own doing or situation; a reason states no other theme for or
            against them.
    """

    key: str
    code: str
    source: str
    actionable: bool
    zh: str
    en: str
    attributable: bool = True


@dataclass(frozen=True)
class LevelText:
    """What a level of a category means, in words.

    Attributes:
        level: the level as the data has it.
        zh: in Chinese.
        en: in English.
    """

    level: str
    zh: str
    en: str


@dataclass(frozen=True)
class FeatureMeta:
    """Metadata of one feature: all that is needed but to compute it; part of the model bundle.

    Attributes:
        name: column name.
        kind: a number (float64, null = absent) or a category (string, null = absent).
        theme: key of its theme.
        source: source it is drawn from.
        direction: +1 when risk may only rise with it, −1 when it may only fall, 0 when free.
        actionable: whether a person can move it.
        unit: `cny`, `days`, `months`, `count`, `ratio`, `score`, `percent`, `index` or ``.
        window: label of the span of time that it reads, such as `90d`, `6m`, `all`, `latest`, or ``; for
            features of the engine it is derived (see `engine.lookback`).
        zh: name in Chinese.
        en: name in English.
        low: smallest plausible value, None when unbounded; the service refuses values below it.
        high: largest plausible value, None when unbounded.
        customer_facing: whether a person can recognise and check the figure: only such a figure is stated in
            a reason.
        absence_of: name of the feature whose absence it explains, by the special code in its place; empty for
            every other feature.
        levels: words for levels that are codes.
    """

    name: str
    kind: Kind
    theme: str
    source: str
    direction: Literal[-1, 0, 1]
    actionable: bool
    unit: str
    window: str
    zh: str
    en: str
    low: float | None = None
    high: float | None = None
    customer_facing: bool = True
    absence_of: str = ""
    levels: tuple[LevelText, ...] = ()


@dataclass(frozen=True)
class FeatureCatalogue:
    """Features in the model's column order with the themes they belong to.

    Raises:
        ConfigError: a name stands twice, or a feature's theme is unknown or of another source.
    """

    features: tuple[FeatureMeta, ...]
    themes: tuple[Theme, ...]

    def __post_init__(self) -> None:
        known = {theme.key: theme for theme in self.themes}
        seen: set[str] = set()
        for meta in self.features:
            if meta.name in seen:
                raise ConfigError(f"feature {meta.name} is defined twice")
            if meta.theme not in known:
                raise ConfigError(
                    f"feature {meta.name}: unknown theme {meta.theme!r}; known: {sorted(known)}"
                )
            if known[meta.theme].source != meta.source:
                raise ConfigError(f"feature {meta.name}: source {meta.source!r} differs from its theme's")
            seen.add(meta.name)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Feature names in column order."""
        return tuple(meta.name for meta in self.features)

    @cached_property
    def directions(self) -> tuple[int, ...]:
        """Monotone constraints in column order."""
        return tuple(meta.direction for meta in self.features)

    @cached_property
    def theme_index(self) -> tuple[int, ...]:
        """For each feature, the position of its theme in `themes`."""
        position = {theme.key: i for i, theme in enumerate(self.themes)}
        return tuple(position[meta.theme] for meta in self.features)

    def select(self, names: Iterable[str]) -> "FeatureCatalogue":
        """The catalogue restricted to some features, and to the themes that remain."""
        wanted = set(names)
        kept = tuple(meta for meta in self.features if meta.name in wanted)
        themes = {meta.theme for meta in kept}
        return replace(self, features=kept, themes=tuple(t for t in self.themes if t.key in themes))
