"""As-of months of an out-of-time split, with an embargo as long as the label window.

An account is observed at some hour of an as-of month (`training.data.moments`), so the window of a training
month may end as late as the month after next: the embargo is one month longer than the label window.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from features.calendar import add_months
from features.errors import ConfigError
from training.config.schema import LabelConfig, SplitConfig


@dataclass(frozen=True)
class AsOfMonths:
    """Months of observation, each by its first moment, rising.

    Attributes:
        train: the label window of any moment in these ends before the first of `test` begins.
        test: the latest months whose outcomes are known.
    """

    train: tuple[datetime, ...]
    test: tuple[datetime, ...]

    @property
    def all(self) -> tuple[datetime, ...]:
        """Training months, then test months."""
        return self.train + self.test


def recent(as_ofs: AsOfMonths, window_months: int, count: int) -> AsOfMonths:
    """The latest months whose early outcome is known at the first test month, as `test` beside `train`."""
    latest = add_months(as_ofs.test[0], -window_months - 1)
    return AsOfMonths(as_ofs.train, tuple(add_months(latest, -i) for i in reversed(range(count))))


def plan(first_month_end: date, last_month_end: date, split: SplitConfig, label: LabelConfig) -> AsOfMonths:
    """Chooses as-of months from the span of the delinquency on record.

    Raises:
        ConfigError: the data is too short for history, two label windows and the test months.
    """
    start = datetime(first_month_end.year, first_month_end.month, 1)
    day_after = last_month_end + timedelta(days=1)
    end = datetime(day_after.year, day_after.month, 1)
    last_test = add_months(end, -label.window_months)
    test = tuple(add_months(last_test, -i) for i in reversed(range(split.test_months)))
    first_train = add_months(start, split.history_months)
    last_train = add_months(test[0], -label.window_months - 1)
    train = []
    month = last_train
    while month >= first_train:
        train.append(month)
        month = add_months(month, -split.train_every_months)
    if not train:
        raise ConfigError(_too_short(start, end, split, label))
    return AsOfMonths(tuple(reversed(train)), test)


def _too_short(start: datetime, end: datetime, split: SplitConfig, label: LabelConfig) -> str:
    there = (end.year - start.year) * 12 + end.month - start.month
    needed = split.history_months + 2 * label.window_months + split.test_months
    last = add_months(end, -1)
    return (
        f"delinquency is on record for {there} months, {start:%Y-%m} to {last:%Y-%m}, and {needed} are "
        f"needed: {split.history_months} of history ([split] history_months), two label windows of "
        f"{label.window_months} ([label] window_months), one month of observation for training and "
        f"{split.test_months - 1} more for {split.test_months} test months ([split] test_months); lower one "
        "of them or load more months"
    )
