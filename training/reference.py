"""Whom the reasons compare with: accounts at or just above the bar, those that got a raise first.

The commentary on Reg B (12 CFR 1002.9) accepts as principal reasons the factors in which an applicant fell
short of those who were at or slightly above the pass mark.
"""

import numpy as np
from numpy.typing import NDArray

from features.errors import DataError
from training.cohort import Cohort
from training.config import ReasonsConfig

FEWEST = 30


def choose_reference(cohort: Cohort, pd: NDArray[np.float64], config: ReasonsConfig) -> NDArray[np.intp]:
    """Rows of the cohort, sorted, at most `n_reference`, one an account while accounts suffice.

    Args:
        cohort: the rows that taught the model.
        pd: (n,) their calibrated probabilities.
        config: `bar_pd` is the highest probability that passes.

    Raises:
        DataError: hardly anyone passes the bar.
    """
    passing = np.flatnonzero(pd <= config.bar_pd)
    if len(passing) < min(FEWEST, config.n_reference):
        raise DataError(
            f"[reasons] bar_pd = {config.bar_pd}: only {len(passing)} of {cohort.n} training rows have a "
            f"lower probability of bad (the median is {np.median(pd):.3f}); raise it"
        )
    raised = np.zeros(cohort.n, dtype=bool) if cohort.raised is None else cohort.raised
    month = cohort.as_of.to_physical().to_numpy()
    order = np.lexsort((passing, -month[passing], -pd[passing], ~raised[passing]))
    return np.sort(_spread(passing[order], cohort.groups, config.n_reference))


def _spread(rows: NDArray[np.intp], groups: NDArray[np.int64], n: int) -> NDArray[np.intp]:
    """The first n rows, taking each group once before any of them twice."""
    _, first = np.unique(groups[rows], return_index=True)
    once = np.sort(first)
    again = np.setdiff1d(np.arange(len(rows)), once)
    chosen: NDArray[np.intp] = rows[np.concatenate([once, again])[:n]]
    return chosen
