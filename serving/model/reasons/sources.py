"""An absent source is one player: its absence.

A source that a person has not consented to, or that has not arrived, leaves all its features absent, so
everything its themes add to a score is the effect of not having it. Told theme by theme that would be one
fact three times over, and behaviour where there is none; so the values of its themes are added up and stand
on the first of them, its *lead*. The sum keeps `base + Σ values = margin`, and it is the value of the
source taken as a whole wherever the source does not interact with itself across themes (`make fidelity`
reports the difference to the value of the joined player).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from features.arrays import Bools, Floats, Positions
from features.contract.schemas import SOURCES
from features.spec import FeatureCatalogue

Number = TypeVar("Number", np.float64, np.int64)
LINKED = tuple(source for source in SOURCES if source != "platform")
"""Sources that a person links by consent, and that can therefore be absent as a whole."""


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
        """Those of a catalogue, in the contract's order."""
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
        """The source that each lead speaks for."""
        return {int(themes[0]): source for source, themes in self.themes.items()}

    def absent(self, rows: Floats) -> Bools:
        """(n, sources) whether (n, f) rows have nothing of a source."""
        found = [np.isnan(rows[:, columns]).all(axis=1) for columns in self.columns.values()]
        return np.stack(found, axis=1) if found else np.zeros((len(rows), 0), np.bool_)

    def joined(self, values: NDArray[Number], rows: Floats) -> NDArray[Number]:
        """(n, t) values by theme in which the themes of an absent source are added up on its lead."""
        result = values.copy()
        for absent, themes in zip(self.absent(rows).T, self.themes.values(), strict=True):
            result[np.ix_(absent, themes[1:])] = 0
            result[absent, themes[0]] = values[np.ix_(absent, themes)].sum(axis=1)
        return result
