"""Merges the Shapley values of an absent source's themes.

A source that a person has not consented to, or that has not arrived, leaves all its features absent, so
everything that its themes add to a score is the effect of not having it. Stated theme by theme, that would be
one fact several times over, and read as behaviour; so the values of its themes are added up on the first of
them, its *lead*. The sum keeps `base + Σ values = margin`. It equals the Shapley value of the source as one
player wherever the source's themes do not interact with each other (`make fidelity` reports the difference).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from features.arrays import Bools, Floats, Positions
from features.sources.registry import LINKED
from features.spec import FeatureCatalogue

Number = TypeVar("Number", np.float64, np.int64)


@dataclass(frozen=True)
class LinkedSources:
    """The linked sources that a model draws features from.

    Attributes:
        columns: columns of each source's features.
        themes: positions of each source's themes; the first is its lead.
    """

    columns: Mapping[str, Positions]
    themes: Mapping[str, Positions]

    @staticmethod
    def of(catalogue: FeatureCatalogue) -> "LinkedSources":
        """Those of a catalogue, in the order of the registry."""
        drawn = np.array([meta.source for meta in catalogue.features], dtype=np.str_)
        owner = np.array([theme.source for theme in catalogue.themes], dtype=np.str_)
        known = [source for source in LINKED if (drawn == source).any()]
        return LinkedSources(
            {source: np.flatnonzero(drawn == source) for source in known},
            {source: np.flatnonzero(owner == source) for source in known},
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The sources."""
        return tuple(self.columns)

    @cached_property
    def leads(self) -> Mapping[int, str]:
        """The source of each lead, by the lead's position among the themes."""
        return {int(themes[0]): source for source, themes in self.themes.items()}

    def absent(self, rows: Floats) -> Bools:
        """(n, sources) whether every feature of a source is null in (n, f) rows."""
        found = [np.isnan(rows[:, columns]).all(axis=1) for columns in self.columns.values()]
        return np.stack(found, axis=1) if found else np.zeros((len(rows), 0), np.bool_)

    def joined(self, values: NDArray[Number], rows: Floats) -> NDArray[Number]:
        """(n, t) values by theme in which the themes of an absent source are added up on its lead."""
        result = values.copy()
        for absent, themes in zip(self.absent(rows).T, self.themes.values(), strict=True):
            result[np.ix_(absent, themes[1:])] = 0
            result[absent, themes[0]] = values[np.ix_(absent, themes)].sum(axis=1)
        return result
