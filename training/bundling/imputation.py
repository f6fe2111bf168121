"""Hot-deck imputation of missing linked sources in the reference set.

The effect of a missing source can only be valued against accounts that have it: with a reference set that
lacks a source as often as the population does, an account without it would get almost no contribution for its
absence. Accounts with every source are too rare to serve as reference alone. So each missing block of
features is taken whole from a donor account of the same segment below the same cut-off, drawn at random
(hot-deck imputation within adjustment cells: Andridge and Little 2010, "A review of hot deck imputation for
survey non-response"). No imputed block is ever stated as a fact about an account: the reference set only
describes what is usual at the cut-off.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints, Positions
from serving.model.reasons.sources import LinkedSources

NEAREST = 500
"""Donors of a source in a segment, those nearest to the cut-off."""


@dataclass(frozen=True)
class ImputedBlock:
    """The features of one source that were imputed from a donor.

    Attributes:
        place: position of the recipient in the reference set.
        source: the source.
        row: position of the donor among the rows it was drawn from.
    """

    place: int
    source: str
    row: int


@dataclass(frozen=True)
class DonorPool:
    """Donors of each source.

    Attributes:
        codes: (n, f) encoded values.
        segments: (n,) segment of each row.
        sources: the model's linked sources.
        pools: for each source, the rows that have it, the preferred donors first.
    """

    codes: Floats
    segments: Ints
    sources: LinkedSources
    pools: Mapping[str, Positions]

    @staticmethod
    def of(ordered: Positions, codes: Floats, segments: Ints, sources: LinkedSources) -> "DonorPool":
        """Donors among these rows, which come in the order of preference."""
        absent = sources.absent(codes[ordered])
        pools = {source: ordered[~absent[:, i]] for i, source in enumerate(sources.names)}
        return DonorPool(codes, segments, sources, pools)

    def impute(self, rows: Positions, rng: np.random.Generator) -> tuple[Floats, tuple[ImputedBlock, ...]]:
        """(k, f) values of these rows with every source that has a donor, and the imputed blocks."""
        completed, blocks = self.codes[rows].copy(), []
        missing = self.sources.absent(completed)
        for i, source in enumerate(self.sources.names):
            columns = self.sources.columns[source]
            for place in np.flatnonzero(missing[:, i]):
                pool = self._pool(source, int(self.segments[rows[place]]))
                if len(pool):
                    donor = int(rng.choice(pool))
                    completed[place, columns] = self.codes[donor, columns]
                    blocks.append(ImputedBlock(int(place), source, donor))
        return completed, tuple(blocks)

    def _pool(self, source: str, segment: int) -> Positions:
        """Donors of the segment; of all segments where it has none."""
        pool = self.pools[source]
        own = pool[self.segments[pool] == segment]
        return (own if len(own) else pool)[:NEAREST]
