"""Compiles exact reasons against a reference into tables.

**The values.** The game of one account x has the themes as players; a coalition S is worth the expected
margin when the features of S come from x and all others from a row z of the reference, z drawn as a whole.
This is the interventional value function (Janzing, Minorics and Blöbaum 2020, "Feature relevance
quantification in explainable AI"; Lundberg et al. 2020, "From local explanations to global understanding with
explainable AI for trees", Nature Machine Intelligence 2), with groups of features as players (the quotient
game of Owen 1977). Its Shapley values are linear in the model and in the reference: they add up over leaves
and over reference rows.

**One leaf, one reference row.** A leaf of value v is reached by a mixture of x and z when every condition on
its path holds. Let x_t say whether x meets all the leaf's conditions on theme t, and z_t whether z does. A
theme with neither kills the pair; a theme with both never matters. Of the rest, A = {t: x_t, not z_t} must be
inside the coalition and B = {t: z_t, not x_t} outside: the game v · 1[A ⊆ S, B ∩ S = ∅]. A theme i of A is
decisive when all others of A came before it and all of B come after, a theme j of B when all of A came before
it and all others of B come after; over all orders this happens for shares

    i ∈ A:   v · (|A| − 1)! |B|! / (|A| + |B|)!        j ∈ B:   −v · |A|! (|B| − 1)! / (|A| + |B|)!

and A = B = ∅ adds nothing.

**The table.** So a leaf with k themes asks of x only its k bits, and of the reference only how often each of
the 2^k patterns of bits occurs: one vector of k values for each pattern of x, 3^k pairs to add up, whatever
the size of the reference. Leaves that stand together add their vectors into one table, addressed by the bits
of all their conditions (`serving.model.reasons.program`). Woodelf (Nadel and Wettenstein 2025, "From Decision
Trees to Boolean Logic") counts patterns in the same way for batches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np

from features.arrays import Floats
from features.errors import BundleError
from serving.model.reasons.constants import MAX_BITS
from serving.model.reasons.execution import encode, margin
from serving.model.reasons.kernels.block import count_patterns
from serving.model.reasons.kernels.fill import fill_tables
from serving.model.reasons.layout import TableLayout, plan
from serving.model.reasons.tables import ReasonTables
from serving.model.reasons.trees import TreeEnsemble, as_rows

BLOCK = 256
"""Rows whose patterns are counted together: their masks and codes (0.5 KB each) stay in the nearest cache."""


@dataclass(frozen=True)
class Reference:
    """Rows to compare with.

    Attributes:
        rows: (m, n_features), NaN = absent.
        weights: (m,) non-negative, any scale; None = all alike.
    """

    rows: Floats
    weights: Floats | None = None

    def shares(self) -> Floats:
        """(m,) weights that sum to 1.

        Raises:
            BundleError: no rows, or weights that are not m non-negative numbers with a positive sum.
        """
        m = len(self.rows)
        given = np.ones(m) if self.weights is None else np.asarray(self.weights, dtype=np.float64)
        if (
            m == 0
            or given.shape != (m,)
            or not np.isfinite(given).all()
            or (given < 0).any()
            or given.sum() <= 0
        ):
            raise BundleError(
                f"reference: {m} rows with weights of shape {given.shape}; needs at least one row and "
                "non-negative weights, one a row, not all zero"
            )
        shares: Floats = given / given.sum()
        return shares


def compile_tables(
    ensemble: TreeEnsemble,
    groups: Sequence[int],
    reference: Floats,
    n_players: int,
    weights: Floats | None = None,
) -> ReasonTables:
    """Tables against one reference.

    Args:
        ensemble: the trees.
        groups: (n_features,) player of each feature; singleton groups give values by feature.
        reference: (m, n_features), NaN = absent.
        n_players: number of players.
        weights: (m,) weights of the reference rows, for stratification; None = all alike.

    Raises:
        BundleError: see `serving.model.reasons.layout.plan` and `Reference.shares`.
    """
    return fill(plan(ensemble, groups, n_players), Reference(reference, weights))


def compile_strata(
    ensemble: TreeEnsemble, groups: Sequence[int], references: Mapping[str, Reference], n_players: int
) -> dict[str, ReasonTables]:
    """Tables against several references by name; they share one program, so each costs its values alone.

    Raises:
        BundleError: as `compile_tables`.
    """
    shared = plan(ensemble, groups, n_players)
    return {name: fill(shared, reference) for name, reference in references.items()}


def fill(shared: TableLayout, reference: Reference) -> ReasonTables:
    """The tables of one reference on a plan made before.

    Raises:
        BundleError: rows of another width than the model reads, or unusable weights.
    """
    program, leaves = shared.program, shared.leaves
    rows, shares = as_rows(reference.rows, program.ensemble.n_features), reference.shares()
    counts, values = np.zeros(int(shared.layout[0][-1])), np.zeros(program.n_values)
    count_patterns(encode(program, rows, width=BLOCK), shares, program.lookup, counts)
    fill_tables(counts, _weights(), leaves.filling, shared.layout, values)
    return ReasonTables(program, values, float(shares @ margin(program.ensemble, rows)))


def _weights() -> Floats:
    """(a, b) → (a − 1)! b! / (a + b)!, the share of orders in which the last of a themes is decisive."""
    size = MAX_BITS + 1
    table = np.zeros((size, size))
    for a in range(1, size):
        for b in range(size):
            table[a, b] = factorial(a - 1) * factorial(b) / factorial(a + b)
    return table
