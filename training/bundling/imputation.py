"""Completes reference accounts: the block of a source that one lacks comes from another that has it.

Absence can only be valued against presence: were the reference lacking a source as often as everybody, a
person without it would be told next to nothing, and a person with it would be compared with nothing at all.
An account with every source is too rare to compare with those alone. So each missing block is taken whole
from an account of the same segment that passes the same bar, drawn at random (hot-deck imputation within
adjustment cells: Andridge and Little 2010, "A review of hot deck imputation for survey non-response").
Nothing is made up, and no block is ever told as a fact about anybody: the reference only says what is usual
at the bar.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints, Positions
from serving.model.reasons.sources import LinkedSources

NEAREST = 500
"""Donors of a source in a segment, those nearest to the bar."""


@dataclass(frozen=True)
class Imputed:
    """One block that comes from another account.

    Attributes:
        place: position of the completed account in the reference.
        source: the source.
        row: position of the donor among the rows it was drawn from.
    """

    place: int
    source: str
    row: int


@dataclass(frozen=True)
class DonorPool:
    """Accounts that can give a source.

    Attributes:
        codes: (n, f) encoded values.
        segments: (n,) segment of each row.
        sources: the model's linked sources.
        pools: for each source, the rows that have it, the best donors first.
    """

    codes: Floats
    segments: Ints
    sources: LinkedSources
    pools: Mapping[str, Positions]

    @staticmethod
    def among(ordered: Positions, codes: Floats, segments: Ints, sources: LinkedSources) -> "DonorPool":
        """Donors among these rows, which come in the order of preference."""
        absent = sources.absent(codes[ordered])
        pools = {source: ordered[~absent[:, i]] for i, source in enumerate(sources.names)}
        return DonorPool(codes, segments, sources, pools)

    def complete(self, rows: Positions, rng: np.random.Generator) -> tuple[Floats, tuple[Imputed, ...]]:
        """(k, f) values of these rows with every source that anyone can give, and what was given."""
        completed, given = self.codes[rows].copy(), []
        lacking = self.sources.absent(completed)
        for i, source in enumerate(self.sources.names):
            columns = self.sources.columns[source]
            for place in np.flatnonzero(lacking[:, i]):
                pool = self._pool(source, int(self.segments[rows[place]]))
                if len(pool):
                    donor = int(rng.choice(pool))
                    completed[place, columns] = self.codes[donor, columns]
                    given.append(Imputed(int(place), source, donor))
        return completed, tuple(given)

    def _pool(self, source: str, segment: int) -> Positions:
        """Donors of the segment; of all segments where it has none."""
        pool = self.pools[source]
        own = pool[self.segments[pool] == segment]
        return (own if len(own) else pool)[:NEAREST]
