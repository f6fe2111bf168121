"""The fit, calibration and test sets of a cohort, each cut out once and handed on."""

from dataclasses import dataclass

from training.data.candidates import Candidates
from training.data.cohort import Cohort
from training.data.splits import Split


@dataclass(frozen=True)
class CohortSplit:
    """A cohort and its three disjoint sets.

    Attributes:
        cohort: all labelled observations.
        positions: rows of each set in the cohort.
        fit: the set that trees, category codes and bins are learnt from; tuning stays inside it.
        calibration: the calibration set; None when calibration is cross-fitted.
        test: the set that nothing is learnt from.
        candidates: what the reference is drawn from: accounts as they stand now, or else the fit set.
    """

    cohort: Cohort
    positions: Split
    fit: Cohort
    calibration: Cohort | None
    test: Cohort
    candidates: Candidates

    @staticmethod
    def of(cohort: Cohort, positions: Split, candidates: Candidates | None = None) -> "CohortSplit":
        """Cuts the sets out of the cohort."""
        calibration = cohort.take(positions.calibration) if len(positions.calibration) else None
        fit, test = cohort.take(positions.fit), cohort.take(positions.test)
        return CohortSplit(cohort, positions, fit, calibration, test, candidates or Candidates.of(fit))
