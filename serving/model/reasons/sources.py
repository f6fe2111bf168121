"""Which linked sources a model draws from, and which of them a row has nothing of.

A source that a person has not consented to, or that has not arrived, leaves all its features absent, so
everything that its themes add to a score is the effect of not having it: never a merit or a fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.arrays import Bools, Floats, Positions
from features.sources.registry import LINKED
from features.spec import FeatureCatalogue


@dataclass(frozen=True)
class LinkedSources:
    """The linked sources that a model draws features from.

    Attributes:
        columns: columns of each source's features.
        themes: positions of each source's themes.
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

    def absent(self, rows: Floats) -> Bools:
        """(n, sources) whether every feature of a source is null in (n, f) rows."""
        found = [np.isnan(rows[:, columns]).all(axis=1) for columns in self.columns.values()]
        return np.stack(found, axis=1) if found else np.zeros((len(rows), 0), np.bool_)

    def absent_themes(self, rows: Floats, n_themes: int) -> Bools:
        """(n, `n_themes`) whether a theme's source is absent as a whole from (n, f) rows."""
        result = np.zeros((len(rows), n_themes), np.bool_)
        for gone, themes in zip(self.absent(rows).T, self.themes.values(), strict=True):
            result[np.ix_(gone, themes)] = True
        return result
