"""The experiment: trained on October and tested on November; then cross-validated within November."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from experiments.demand.features import LoanTables, ObservationWindow, add_demographics, build, demand
from experiments.demand.folds import Progress, cross_predict
from experiments.demand.model import DemandModel, DemandPrediction, TunedParameters, fit
from experiments.demand.settings import DemandSettings
from experiments.demand.training_rows import TrainingRows
from features.arrays import Bools, Floats, Ints
from features.errors import DataError

OCTOBER, NOVEMBER = datetime(2016, 10, 1), datetime(2016, 11, 1)
AddFeatures = Callable[[pl.DataFrame, datetime], pl.DataFrame]
"""Adds columns to the features of a moment."""


@dataclass(frozen=True)
class UserSample:
    """n users at one moment.

    Attributes:
        users: (n,) accounts, rising.
        x: (n, f) features, NaN = absent.
        names: (f,) features.
        log_amount: (n,) demand of the month that follows, log5(yuan + 1).
    """

    users: Ints
    x: Floats
    names: tuple[str, ...]
    log_amount: Floats

    @property
    def rows(self) -> TrainingRows:
        """The users as training rows."""
        return TrainingRows.of(self.x, self.log_amount)

    @property
    def any_loan(self) -> Bools:
        """(n,) whether the user borrowed."""
        return self.log_amount > 0


@dataclass(frozen=True)
class OutOfTimeResult:
    """Trained on October, tested on November.

    Attributes:
        predicted: on November's whole record, with the level recalibrated.
        without_recalibration: the same, level as predicted.
        short_record: on a record no longer than October's.
        log_amount: (n,) observed in November.
        model: trained on October.
        names: its features.
    """

    predicted: DemandPrediction
    without_recalibration: DemandPrediction
    short_record: DemandPrediction
    log_amount: Floats
    model: DemandModel
    names: tuple[str, ...]


def sample(
    tables: LoanTables, window: ObservationWindow, settings: DemandSettings, add: AddFeatures | None = None
) -> UserSample:
    """Users known at a moment, their features and their demand."""
    features = build(tables, window)
    log_amount = demand(tables, features["account_id"], window.as_of, settings.horizon_days).to_numpy()
    wide = add(features, window.as_of) if add else features
    matrix = wide.drop("account_id")
    users = features["account_id"].to_numpy().astype(np.int64)
    return UserSample(users, matrix.to_numpy().astype(np.float64), tuple(matrix.columns), log_amount)


def october_sample(
    tables: LoanTables, settings: DemandSettings, add: AddFeatures | None = None
) -> UserSample:
    """The training month, on the whole record before it."""
    return sample(tables, ObservationWindow.full(OCTOBER, settings.window_days), settings, add)


def out_of_time(
    tables: LoanTables,
    train: UserSample,
    tuned: TunedParameters,
    settings: DemandSettings,
    add: AddFeatures | None = None,
) -> OutOfTimeResult:
    """October's model on November.

    November has a month more of record. Counting windows are as long as in October; features of the whole
    record (time since the last loans, rates, decaying sums) read further back, which separates users that
    October's record could not. It also shifts the level: "no loan on record" means more than it meant in
    training. So the ranking is taken from the long record and the level from the short one, on which every
    feature means what it meant in training. No outcome of November is used.
    """
    full = ObservationWindow.full(NOVEMBER, settings.window_days)
    record_days = ObservationWindow.full(OCTOBER, settings.window_days).record_days
    short = ObservationWindow(NOVEMBER, record_days, settings.window_days)
    test = sample(tables, full, settings, add)
    model = fit(train.rows, tuned, settings, train.names)
    on_full = model.predict(test.x)
    on_short = model.predict(sample(tables, short, settings, add).x)
    predicted = recalibrated(on_full, level_of=on_short)
    return OutOfTimeResult(predicted, on_full, on_short, test.log_amount, model, test.names)


def recalibrated(predicted: DemandPrediction, level_of: DemandPrediction) -> DemandPrediction:
    """The ranking of `predicted`, scaled to the mean of `level_of`."""
    any_loan = predicted.any_loan * (level_of.any_loan.mean() / predicted.any_loan.mean())
    amount = predicted.log_amount * (level_of.log_amount.mean() / predicted.log_amount.mean())
    return DemandPrediction(np.minimum(any_loan, 1.0), amount)


def out_of_time_with_demographics(
    tables: LoanTables, tuned: TunedParameters, settings: DemandSettings
) -> OutOfTimeResult:
    """The same with age and sex as features, to measure what leaving them out costs."""

    def add(features: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
        return add_demographics(features, tables, as_of)

    return out_of_time(tables, october_sample(tables, settings, add), tuned, settings, add)


def within_november(
    tables: LoanTables, tuned: TunedParameters, settings: DemandSettings, progress: Progress
) -> tuple[DemandPrediction, Floats]:
    """Out-of-fold predictions of November's users, with the parameters tuned on October.

    The training users contribute their October rows too: at a lower weight, because a shorter record stood
    before it, and with an indicator, so that levels may differ. No month of a held-out user is trained on.
    """
    window = ObservationWindow.full(NOVEMBER, settings.record_window_days)
    found = sample(tables, window, settings)
    now, earlier = with_earlier(found, october_sample(tables, settings), settings.earlier_weight)
    return cross_predict(now, earlier, tuned, settings, progress), found.log_amount


def with_earlier(now: UserSample, past: UserSample, weight: float) -> tuple[TrainingRows, TrainingRows]:
    """Rows of both moments under the columns of `now` and an indicator of `past`; NaN where `past` lacks one.

    Raises:
        DataError: the users are not the same.
    """
    if not np.array_equal(now.users, past.users):
        raise DataError(
            f"{len(now.users)} users now, {len(past.users)} earlier, not the same: keep those known at both"
        )
    place = {name: i for i, name in enumerate(past.names)}
    absent = np.full(len(past.x), np.nan)
    columns = [past.x[:, place[name]] if name in place else absent for name in now.names]
    earlier = np.column_stack([*columns, np.ones(len(past.x))])
    current = np.column_stack([now.x, np.zeros(len(now.x))])
    return TrainingRows.of(current, now.log_amount), TrainingRows.of(earlier, past.log_amount, weight)
