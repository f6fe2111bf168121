"""The experiment: October teaches, November judges; then November among its own users."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.demand.features import Book, Look, build, demand, with_demographics
from experiments.demand.folds import Progress, cross_predict, tune
from experiments.demand.model import DemandModel, Predicted, Tuned, fit
from experiments.demand.panel import Panel
from experiments.demand.settings import Settings
from features.arrays import Floats
from features.errors import DataError

OCTOBER, NOVEMBER = datetime(2016, 10, 1), datetime(2016, 11, 1)
Widen = Callable[[pl.DataFrame, datetime], pl.DataFrame]


@dataclass(frozen=True)
class Sample:
    """n users at one moment.

    Attributes:
        users: (n,) accounts, rising.
        x: (n, f) features, NaN = absent.
        names: (f,) features.
        log_amount: (n,) demand of the month that follows, log5(yuan + 1).
    """

    users: NDArray[np.int64]
    x: Floats
    names: tuple[str, ...]
    log_amount: Floats

    @property
    def panel(self) -> Panel:
        """The rows to learn from."""
        return Panel.of(self.x, self.log_amount)

    @property
    def any_loan(self) -> NDArray[np.bool_]:
        """(n,) whether the user borrowed."""
        return self.log_amount > 0


@dataclass(frozen=True)
class OutOfTime:
    """Trained on October, tested on November.

    Attributes:
        predicted: with all the record that November has, its level anchored.
        unanchored: the same without the anchor.
        capped: with no more record than October had.
        log_amount: (n,) what November was.
        model: what predicted.
        names: its features.
    """

    predicted: Predicted
    unanchored: Predicted
    capped: Predicted
    log_amount: Floats
    model: DemandModel
    names: tuple[str, ...]


def sample(book: Book, look: Look, settings: Settings, widen: Widen | None = None) -> Sample:
    """Users known at a moment, their features and their demand."""
    features = build(book, look)
    log_amount = demand(book, features["account_id"], look.as_of, settings.horizon_days).to_numpy()
    wide = widen(features, look.as_of) if widen else features
    matrix = wide.drop("account_id")
    users = features["account_id"].to_numpy().astype(np.int64)
    return Sample(users, matrix.to_numpy().astype(np.float64), tuple(matrix.columns), log_amount)


def october(book: Book, settings: Settings, widen: Widen | None = None) -> Sample:
    """The training month: all the record there is before it."""
    return sample(book, Look.full(OCTOBER, settings.window_days), settings, widen)


def out_of_time(
    book: Book, train: Sample, tuned: Tuned, settings: Settings, widen: Widen | None = None
) -> OutOfTime:
    """November by October's model.

    November has a month more of record. Counting windows are as long as in October; what reads the whole
    record (time since the last loans, rates, fading weights) sees further, which tells users apart whom
    October's record could not. It also moves the level: “no loan on record” now says more than it said in
    training. So the order is taken from the long record and the level from the short one, on which everything
    means what it meant in training: no outcome of November is used.
    """
    full = Look.full(NOVEMBER, settings.window_days)
    capped = Look(NOVEMBER, Look.full(OCTOBER, settings.window_days).record_days, settings.window_days)
    test = sample(book, full, settings, widen)
    model = fit(train.panel, tuned, settings, train.names)
    far = model.predict(test.x)
    near = model.predict(sample(book, capped, settings, widen).x)
    return OutOfTime(anchored(far, near), far, near, test.log_amount, model, test.names)


def anchored(far: Predicted, near: Predicted) -> Predicted:
    """The order of `far` at the mean level of `near`."""
    any_loan = far.any_loan * (near.any_loan.mean() / far.any_loan.mean())
    amount = far.log_amount * (near.log_amount.mean() / far.log_amount.mean())
    return Predicted(np.minimum(any_loan, 1.0), amount)


def within_november(
    book: Book, tuned: Tuned, settings: Settings, progress: Progress
) -> tuple[Predicted, Floats]:
    """November's users predicted by models of other users, with what October's tuning chose.

    The other users teach with October, too: at a lower weight, because a shorter record stood before it, and
    marked, so that levels may differ. No month of a user teaches the model that predicts that user.
    """
    found = sample(book, Look.full(NOVEMBER, settings.record_window_days), settings)
    now, earlier = with_earlier(found, october(book, settings), settings.earlier_weight)
    return cross_predict(now, earlier, tuned, settings, progress), found.log_amount


def with_earlier(now: Sample, past: Sample, weight: float) -> tuple[Panel, Panel]:
    """Rows of both moments under the columns of `now`, absent where `past` lacks them, and a mark.

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
    marked = np.column_stack([*columns, np.ones(len(past.x))])
    plain = np.column_stack([now.x, np.zeros(len(now.x))])
    return Panel.of(plain, now.log_amount), Panel.of(marked, past.log_amount, weight)


def tuned_in_october(train: Sample, settings: Settings, progress: Progress) -> Tuned:
    """Settings and rounds, by folds over October's users."""
    return tune(train.panel, settings, progress)


def demographic(book: Book) -> Widen:
    """Adds age and sex, to state what leaving them out costs."""
    return lambda features, as_of: with_demographics(features, book, as_of)
