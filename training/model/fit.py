"""The final fit: fixed rounds on the whole fit set, then calibration on rows the trees have not seen."""

from dataclasses import dataclass, replace

import lightgbm as lgb
import numpy as np

from features.arrays import Floats
from features.spec import FeatureCatalogue
from serving.model.reasons.sources import LinkedSources
from serving.model.types import Calibration, CategoryEncoder
from training.config.schema import TrainConfig
from training.data.cohort import Cohort
from training.data.cohort_split import CohortSplit
from training.data.early_outcomes import EarlyOutcomes
from training.data.splits import folds, share_of
from training.model.boosting import FitSettings
from training.model.calibrate import platt
from training.model.cross_fitting import codes, training_codes
from training.model.directions import tree_directions
from training.model.dropout import with_dropout
from training.model.encoder import fit_encoder
from training.model.ensemble import average
from training.model.neutral import with_neutral_absence
from training.model.recalibration import recalibrated
from training.model.tuning_result import TuningResult


@dataclass(frozen=True)
class FittedModel:
    """Trees, codes and calibration.

    Attributes:
        booster: text-serialisable trees; raw score = log-odds margin.
        encoder: category codes.
        calibration: margin to log-odds.
        catalogue: features in column order.
        unseen: (k,) margins of rows that the trees have not seen: those that the calibration was fitted to.
    """

    booster: lgb.Booster
    encoder: CategoryEncoder
    calibration: Calibration
    catalogue: FeatureCatalogue
    unseen: Floats

    def margin(self, cohort: Cohort) -> Floats:
        """(n,) raw log-odds margin."""
        return _margin(self.booster, cohort, self.encoder)

    def log_odds(self, cohort: Cohort) -> Floats:
        """(n,) calibrated log-odds of bad."""
        return self.calibration.log_odds(self.margin(cohort))


def fit_settings(cohort: Cohort, config: TrainConfig, *, monotone: bool | None = None) -> FitSettings:
    """What all fits of a run share; `monotone` overrides the configuration, for the model comparison."""
    constrained = config.model.monotone if monotone is None else monotone
    catalogue = cohort.matrix.catalogue
    directions = tree_directions(catalogue) if constrained else ()
    return FitSettings(catalogue.names, directions, config.model, config.tuning)


def fit(
    split: CohortSplit, tuned: TuningResult, config: TrainConfig, early: EarlyOutcomes | None = None
) -> FittedModel:
    """Trains on the fit set, calibrates as configured, and recalibrates where there are early outcomes."""
    settings = fit_settings(split.fit, config)
    booster, encoder = grow(split.fit, tuned, config, settings)
    if split.calibration is not None:
        unseen, bad = _margin(booster, split.calibration, encoder), split.calibration.bad
    else:
        unseen, bad = out_of_fold(split.fit, tuned, config, settings), split.fit.bad
    calibration = platt(unseen, bad)
    model = FittedModel(booster, encoder, calibration, split.fit.matrix.catalogue, unseen)
    if early is None or split.calibration is None:
        return model
    training = unseen, early.training[split.positions.calibration]
    recent = _without_test_accounts(early.recent, config)
    return replace(model, calibration=recalibrated(calibration, training, (model.margin(recent), recent.bad)))


def _without_test_accounts(recent: Cohort, config: TrainConfig) -> Cohort:
    """Recent observations of accounts outside the test set: nothing is learnt from test accounts."""
    outside = share_of(recent.groups, config.split.seed) >= config.split.test_share
    return recent.take(np.flatnonzero(outside))


def grow(
    rows: Cohort, tuned: TuningResult, config: TrainConfig, settings: FitSettings
) -> tuple[lgb.Booster, CategoryEncoder]:
    """Trees and codes from these rows, with source dropout; boosters of several seeds are averaged.

    The trees are grown on cross-fitted codes; the encoder that serves is learnt from all of the rows.
    """
    learnt = with_dropout(rows, config.model)
    encoder = fit_encoder(learnt.matrix, rows.bad)
    data = settings.dataset(training_codes(learnt, config.model.seed), rows.bad)
    rounds = max(1, round(tuned.rounds * config.model.rounds_factor))
    seeds = range(config.model.seed, config.model.seed + config.model.seeds)
    booster = average([settings.train(data, tuned.params, rounds, seed=seed) for seed in seeds])
    if config.model.source_dropout:
        sources = LinkedSources.of(rows.matrix.catalogue)
        booster = with_neutral_absence(booster, codes(rows, encoder), sources)
    return booster, encoder


def out_of_fold(rows: Cohort, tuned: TuningResult, config: TrainConfig, settings: FitSettings) -> Floats:
    """(m,) margins of each row by a model that has not seen its account; codes are refitted in each fold."""
    margin = np.empty(rows.n)
    for fold in folds(rows.bad, rows.groups, config.calibration.folds, 1, config.split.seed):
        booster, encoder = grow(rows.take(fold.train), tuned, config, settings)
        margin[fold.valid] = _margin(booster, rows.take(fold.valid), encoder)
    return margin


def _margin(booster: lgb.Booster, cohort: Cohort, encoder: CategoryEncoder) -> Floats:
    return np.asarray(booster.predict(codes(cohort, encoder), raw_score=True), dtype=np.float64)
