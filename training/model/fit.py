"""The final fit: fixed rounds on all fit rows, then calibration on rows the trees have not seen."""

from dataclasses import dataclass, replace

import lightgbm as lgb
import numpy as np

from features.arrays import Floats
from features.spec import FeatureCatalogue
from serving.model.encoder import encode
from serving.model.types import Calibration, CategoryEncoder
from training.config.schema import TrainConfig
from training.data.cohort import Cohort
from training.data.early_outcomes import EarlyOutcomes
from training.data.splits import Split, folds, share_of
from training.model.boosting import FitSettings
from training.model.calibrate import platt
from training.model.encoder import fit_encoder
from training.model.ensemble import average
from training.model.recalibration import anchored
from training.model.tune import Tuned


@dataclass(frozen=True)
class FittedModel:
    """Trees, codes and calibration.

    Attributes:
        booster: text-serialisable trees; raw score = log-odds margin.
        encoder: category codes.
        calibration: margin to log-odds.
        catalogue: features in column order.
    """

    booster: lgb.Booster
    encoder: CategoryEncoder
    calibration: Calibration
    catalogue: FeatureCatalogue

    def margin(self, cohort: Cohort) -> Floats:
        """(n,) raw log-odds margin."""
        return _margin(self.booster, cohort, self.encoder)

    def log_odds(self, cohort: Cohort) -> Floats:
        """(n,) calibrated log-odds of bad."""
        return self.calibration.log_odds(self.margin(cohort))


def fixed_for(cohort: Cohort, config: TrainConfig, *, monotone: bool | None = None) -> FitSettings:
    """What all fits of a run share; `monotone` overrides the configuration, for the price of constraints."""
    constrained = config.model.monotone if monotone is None else monotone
    catalogue = cohort.matrix.catalogue
    directions = catalogue.directions if constrained else ()
    return FitSettings(catalogue.names, directions, config.model, config.tuning)


def codes(cohort: Cohort, encoder: CategoryEncoder) -> Floats:
    """(n, f) numbers as the booster sees them, by serving's own encoder."""
    return encode(cohort.matrix.frame, cohort.matrix.catalogue, encoder)


def fit(
    cohort: Cohort, split: Split, tuned: Tuned, config: TrainConfig, early: EarlyOutcomes | None = None
) -> FittedModel:
    """Learns from the fit rows, calibrates as configured, and brings the level to the present."""
    fixed = fixed_for(cohort, config)
    rows = cohort.take(split.fit)
    booster, encoder = grow(rows, tuned, config, fixed)
    if config.calibration.method == "holdout":
        held = cohort.take(split.calibration)
        calibration = platt(_margin(booster, held, encoder), held.bad)
    else:
        calibration = platt(out_of_fold(rows, tuned, config, fixed), rows.bad)
    model = FittedModel(booster, encoder, calibration, cohort.matrix.catalogue)
    if early is None or config.calibration.method != "holdout":
        return model
    return replace(model, calibration=_anchored(model, cohort, split, config, early))


def _anchored(
    model: FittedModel, cohort: Cohort, split: Split, config: TrainConfig, early: EarlyOutcomes
) -> Calibration:
    """Test accounts take no part in it: their margins stay unseen until they judge."""
    held = cohort.take(split.calibration)
    outside = share_of(early.recent.groups, config.split.seed) >= config.split.test_share
    now = early.recent.take(np.flatnonzero(outside))
    taught = model.margin(held), early.taught[split.calibration]
    return anchored(model.calibration, taught, (model.margin(now), now.bad))


def grow(
    rows: Cohort, tuned: Tuned, config: TrainConfig, fixed: FitSettings
) -> tuple[lgb.Booster, CategoryEncoder]:
    """Trees and codes from these rows; several seeds are averaged into one booster."""
    encoder = fit_encoder(rows.matrix, rows.bad)
    data = fixed.dataset(codes(rows, encoder), rows.bad)
    rounds = max(1, round(tuned.rounds * config.model.rounds_factor))
    seeds = range(config.model.seed, config.model.seed + config.model.seeds)
    return average([fixed.train(data, tuned.params, rounds, seed=seed) for seed in seeds]), encoder


def out_of_fold(rows: Cohort, tuned: Tuned, config: TrainConfig, fixed: FitSettings) -> Floats:
    """(m,) margins of each row by a model that has not seen its group; codes are learnt anew in each fold."""
    margin = np.empty(rows.n)
    for fold in folds(rows.bad, rows.groups, config.calibration.folds, 1, config.split.seed):
        booster, encoder = grow(rows.take(fold.train), tuned, config, fixed)
        margin[fold.valid] = _margin(booster, rows.take(fold.valid), encoder)
    return margin


def _margin(booster: lgb.Booster, cohort: Cohort, encoder: CategoryEncoder) -> Floats:
    return np.asarray(booster.predict(codes(cohort, encoder), raw_score=True), dtype=np.float64)
