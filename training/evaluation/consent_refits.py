"""The champion's training again: with the sources at hand alone, and without source dropout."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from training.config.schema import TrainConfig
from training.data.cohort_split import CohortSplit
from training.data.early_outcomes import EarlyOutcomes
from training.model.fit import FittedModel, fit
from training.model.tuning_result import TuningResult


@dataclass(frozen=True)
class Training:
    """Everything that one fit takes.

    Attributes:
        split: the sets.
        early: early outcomes for the recalibration; None when none are configured.
        tuned: parameters and rounds.
        config: the settings.
    """

    split: CohortSplit
    early: EarlyOutcomes | None
    tuned: TuningResult
    config: TrainConfig

    def fit(self) -> FittedModel:
        """Trees and calibration, as a training makes them."""
        return fit(self.split, self.tuned, self.config, self.early)

    def one_seed(self) -> "Training":
        """The same with one fit in place of an average."""
        return self.with_model(seeds=1)

    def without_dropout(self) -> "Training":
        """The same with no source masked."""
        return self.with_model(source_dropout=0.0)

    def with_model(self, **settings: float) -> "Training":
        """The same with other settings of the section `[model]`."""
        model = self.config.model.model_copy(update=settings)
        return replace(self, config=self.config.model_copy(update={"model": model}))

    def without(self, sources: Collection[str]) -> "Training":
        """The same as if nobody had ever linked these sources."""
        catalogue = self.split.cohort.matrix.catalogue
        names = [meta.name for meta in catalogue.features if meta.source not in sources]
        cohort = self.split.cohort.select(names)
        split = CohortSplit.of(cohort, self.split.positions, self.split.candidates.select(names))
        early = self.early and replace(self.early, recent=self.early.recent.select(names))
        return replace(self, split=split, early=early)
