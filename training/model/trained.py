"""A model that has been trained and not yet evaluated."""

from dataclasses import dataclass

from training.config.schema import TrainConfig
from training.data.sources import Source
from training.data.splits import Split
from training.model.fit import FittedModel
from training.model.tune import Tuned


@dataclass(frozen=True)
class TrainedModel:
    """A model that has not been judged.

    Attributes:
        config: the settings.
        source: cohort and months.
        split: row positions.
        tuned: trials and the best of them.
        model: trees, codes, calibration.
    """

    config: TrainConfig
    source: Source
    split: Split
    tuned: Tuned
    model: FittedModel
