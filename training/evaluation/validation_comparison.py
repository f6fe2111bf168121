"""Validation AUC of tuning against test AUC: where they part, the rows that validate were learnt from."""

from dataclasses import dataclass
from math import sqrt

from training.config.schema import TrainConfig
from training.data.cohort_split import CohortSplit
from training.data.splits import tuning_folds
from training.evaluation.evaluate import Evaluation
from training.evaluation.metrics import Interval
from training.model.tuning_result import TuningResult

HIGHER = (
    "look for a column that holds the outcome, for persons in several rows (name their column as group), "
    "or for a change over time"
)
LOWER = "the test rows are easier than those that were trained on: look at how they were drawn"
Z = 1.96
"""Standard errors on either side of a 95 % interval."""


@dataclass(frozen=True)
class ValidationComparison:
    """AUC of the best trial on the rows that validated it, and of the final model on the test set.

    Attributes:
        validation: mean over the folds.
        test: on the test set.
        difference: 95 % interval of validation less test, if both were drawn from one population.
    """

    validation: float
    test: float
    difference: Interval

    @property
    def agree(self) -> bool:
        """Whether the interval of the difference holds 0."""
        return self.difference.low <= 0.0 <= self.difference.high

    @property
    def warning(self) -> str:
        """What to check, in one sentence; empty where both agree."""
        if self.agree:
            return ""
        low, high = self.difference.low, self.difference.high
        return (
            f"validation AUC {self.validation:.4f} and test AUC {self.test:.4f} differ by more than chance "
            f"(95 % {low:+.4f} to {high:+.4f}): {HIGHER if self.validation > self.test else LOWER}"
        )


def compare_validation(
    config: TrainConfig, split: CohortSplit, tuned: TuningResult, evaluation: Evaluation
) -> ValidationComparison | None:
    """The comparison; None where tuning used another metric than AUC."""
    if config.tuning.metric != "auc":
        return None
    folds = tuning_folds(split.fit, config)[: config.tuning.folds]
    n_bad = sum(int(split.fit.bad[fold.valid].sum()) for fold in folds)
    n_good = sum(len(fold.valid) for fold in folds) - n_bad
    tested, found = evaluation.intervals["auc"], evaluation.metrics["auc"]
    of_test = (tested.high - tested.low) / (2 * Z)
    width = Z * sqrt(standard_error(tuned.value, n_bad, n_good) ** 2 + of_test**2)
    difference = tuned.value - found
    return ValidationComparison(tuned.value, found, Interval(difference - width, difference + width))


def standard_error(area: float, n_bad: int, n_good: int) -> float:
    """Standard error of an AUC from its value and the numbers of either outcome (Hanley and McNeil 1982).

    Example:
        >>> round(standard_error(0.8, 100, 400), 4)
        0.0269
    """
    both_bad, both_good = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (n_bad - 1) * (both_bad - area**2) + (n_good - 1) * (both_good - area**2)
    return sqrt(variance / (n_bad * n_good))
