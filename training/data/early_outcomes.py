"""Outcomes that mature sooner than the full label: who fell behind within a shorter window."""

from dataclasses import dataclass

from features.arrays import Bools
from training.data.cohort import Cohort


@dataclass(frozen=True)
class EarlyOutcomes:
    """Early outcomes, all known at the first test month.

    Attributes:
        taught: (n,) early outcome of each row of the source's cohort.
        recent: the latest months whose early outcome is known, its outcomes in `bad`.
    """

    taught: Bools
    recent: Cohort
