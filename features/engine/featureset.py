"""Features and the set of them that a model sees."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from features.engine.aggregate import Aggregate
from features.engine.compiler import FeaturePlan, compile_plan
from features.engine.cycles import Cycles
from features.engine.expressions import Expression, aggregates_of
from features.engine.views.registry import VIEWS
from features.engine.views.view import View
from features.errors import ConfigError
from features.spec import FeatureCatalogue, FeatureMeta
from features.themes import THEMES

FREE_SOURCES = ("platform", "public")
"""Sources that a feature of any theme may read: they need no consent."""


@dataclass(frozen=True)
class FeatureSpec:
    """A feature: its metadata, and how it is computed.

    Attributes:
        meta: name, theme, direction, texts.
        expression: arithmetic over aggregates.

    Raises:
        ConfigError: it reads a source that is neither its theme's nor free for every theme.
    """

    meta: FeatureMeta
    expression: Expression

    @cached_property
    def aggregates(self) -> frozenset[Aggregate]:
        """The aggregates it reads."""
        return aggregates_of(self.expression)

    @cached_property
    def tables(self) -> frozenset[str]:
        """The contract tables it reads, those whose events it counts among them."""
        return frozenset(table for view in _views(self.aggregates) for table in view.tables)

    def __post_init__(self) -> None:
        foreign = {view.source for view in _views(self.aggregates)} - {self.meta.source, *FREE_SOURCES}
        if foreign:
            raise ConfigError(
                f"feature {self.meta.name} belongs to source {self.meta.source} but reads "
                f"{sorted(foreign)}; a feature may read its theme's source, the platform and public tables"
            )


def _views(aggregates: Iterable[Aggregate]) -> set[View]:
    """The views that aggregates read, or whose events their windows count."""
    read = {VIEWS[a.view] for a in aggregates}
    return read | {VIEWS[a.window.view] for a in aggregates if isinstance(a.window, Cycles)}


@dataclass(frozen=True)
class FeatureSet:
    """Features in column order."""

    specs: tuple[FeatureSpec, ...]

    @cached_property
    def catalogue(self) -> FeatureCatalogue:
        """What everyone but the engine needs; themes in the order of their codes."""
        used = {spec.meta.theme for spec in self.specs}
        themes = tuple(theme for theme in THEMES.values() if theme.key in used)
        return FeatureCatalogue(tuple(spec.meta for spec in self.specs), themes)

    @cached_property
    def plan(self) -> FeaturePlan:
        """Compiled once: aggregates by view, and the instructions over them."""
        return compile_plan([spec.expression for spec in self.specs])

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Contract tables to read, the consents among them."""
        return tuple(sorted({"consents"}.union(*(spec.tables for spec in self.specs))))

    def select(self, names: Iterable[str]) -> "FeatureSet":
        """The features of these names, in this set's order.

        Raises:
            ConfigError: a name is unknown.
        """
        wanted = set(names)
        unknown = wanted - {spec.meta.name for spec in self.specs}
        if unknown:
            raise ConfigError(f"unknown features {sorted(unknown)}; `make dictionary` lists them")
        return FeatureSet(tuple(spec for spec in self.specs if spec.meta.name in wanted))

    def for_tables(self, present: Collection[str]) -> "FeatureSet":
        """The features whose tables are all present."""
        return FeatureSet(tuple(spec for spec in self.specs if spec.tables <= set(present)))
