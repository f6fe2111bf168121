"""A fitted model with everything it was made from, before evaluation."""

from dataclasses import dataclass

from training.config.schema import TrainConfig
from training.data.cohort_split import CohortSplit
from training.model.fit import FittedModel
from training.model.tuning_result import TuningResult


@dataclass(frozen=True)
class TrainedModel:
    """A fitted model and its inputs.

    Attributes:
        config: the settings.
        split: the cohort and its fit, calibration and test sets.
        tuned: trials and the best of them.
        model: trees, codes, calibration.
    """

    config: TrainConfig
    split: CohortSplit
    tuned: TuningResult
    model: FittedModel
