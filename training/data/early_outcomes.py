"""Early outcomes: outcomes of a performance window shorter than the label's, known sooner."""

from dataclasses import dataclass

from features.arrays import Bools
from training.data.cohort import Cohort


@dataclass(frozen=True)
class EarlyOutcomes:
    """Early outcomes, all known at the first test month.

    Attributes:
        training: (n,) early outcome of each row of the source's cohort.
        recent: the latest months whose early outcome is known, its outcomes in `bad`.
    """

    training: Bools
    recent: Cohort
