"""Whether the mix of tiers hangs on the day of the month, which no account should be judged by."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2_contingency

from features.arrays import Floats, Ints
from serving.decision.policy import packaged, scale_for
from training.data.cohort import Cohort

EVERY_MONTH = 28
"""Days that every month has; later days would compare long months with all."""


@dataclass(frozen=True)
class TierMix:
    """Tiers by day of the month.

    Attributes:
        counts: (28, t) test rows by day and tier, tiers from the safest.
        names: names of the tiers.
        statistic: Pearson's chi-square of independence of day and tier.
        freedom: its degrees of freedom.
        p_value: chance of a statistic as large where the mix is flat; days are drawn by a hash, so they are
            independent for the rows of one account.
        raising_shares: (28,) share of rows in tiers that raise.
    """

    counts: Ints
    names: tuple[str, ...]
    statistic: float
    freedom: int
    p_value: float
    raising_shares: Floats


def tier_mix(test: Cohort, pd: Floats, book: str, own_cutoff_pd: float) -> TierMix | None:
    """The mix on the test set under the packaged policy; None where a day from 1 to 28 has no row.

    Args:
        test: the test set.
        pd: (n,) probabilities of bad.
        book: name of the training configuration.
        own_cutoff_pd: bar of a book that the policy does not name.
    """
    day = test.as_of.dt.day().to_numpy().astype(np.int64)
    kept = day <= EVERY_MONTH
    if len(np.unique(day[kept])) < EVERY_MONTH:
        return None
    scale = scale_for(packaged().policy, book, own_cutoff_pd)
    tier = np.searchsorted(np.array(scale.cuts[:-1]), pd[kept], side="left")
    counts = np.zeros((EVERY_MONTH, len(scale.tiers)), np.int64)
    np.add.at(counts, (day[kept] - 1, tier), 1)
    return _tested(counts, tuple(t.name for t in scale.tiers), sum(t.raises for t in scale.tiers))


def _tested(counts: Ints, names: tuple[str, ...], n_raising: int) -> TierMix:
    """The test over the tiers that occur; a single one is flat whatever the day."""
    found = counts[:, counts.any(axis=0)]
    shares = np.asarray(counts[:, :n_raising].sum(axis=1) / counts.sum(axis=1), np.float64)
    if found.shape[1] < 2:
        return TierMix(counts, names, 0.0, 0, 1.0, shares)
    result = chi2_contingency(found)
    return TierMix(counts, names, float(result.statistic), int(result.dof), float(result.pvalue), shares)
