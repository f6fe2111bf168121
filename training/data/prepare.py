"""From a configuration to checked fit, calibration and test sets."""

from dataclasses import dataclass

from training.config.defaults import DataSize, Default, with_defaults
from training.config.schema import TrainConfig
from training.data.cohort_split import CohortSplit
from training.data.early_outcomes import EarlyOutcomes
from training.data.guard import data_warnings, refuse_leakage
from training.data.observed import Progress
from training.data.source import without_constants
from training.data.sources import load_source
from training.data.splits import make_split


@dataclass(frozen=True)
class TrainingData:
    """Everything a training learns from and is tested on.

    Attributes:
        config: the settings, those left open filled in from the size of the data.
        defaults: which were filled in, and why.
        split: the cohort and its sets.
        early: early outcomes for the recalibration; None when none are configured.
        warnings: what to know of the data before the figures are trusted, a sentence each.
    """

    config: TrainConfig
    defaults: tuple[Default, ...]
    split: CohortSplit
    early: EarlyOutcomes | None
    warnings: tuple[str, ...]


def prepare(config: TrainConfig, progress: Progress) -> TrainingData:
    """Loads, labels and splits the data, and drops features that are constant on the fit set.

    Raises:
        DataError: the data is missing or unfit, or a set has no good or no bad row.
        ConfigError: the configuration does not fit the data.
        LeakageError: an account is in two sets, or a label window reaches into the test months.
    """
    loaded = load_source(config, progress)
    cohort, n_bad = loaded.cohort, int(loaded.cohort.bad.sum())
    size = DataSize(cohort.n, min(n_bad, cohort.n - n_bad), len(cohort.matrix.catalogue.names))
    config, defaults = with_defaults(config, size)
    positions = make_split(loaded.cohort, config, loaded.as_ofs)
    refuse_leakage(loaded, positions, config)
    source = without_constants(loaded, positions)
    split = CohortSplit.of(source.cohort, positions, source.candidates)
    return TrainingData(config, defaults, split, source.early, data_warnings(source, positions, config))
