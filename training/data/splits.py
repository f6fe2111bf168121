"""Splits of a cohort into fit, calibration and test set, disjoint in accounts, and folds of the fit set."""

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, train_test_split

from features.arrays import Bools, Floats, Ints, Positions
from features.buckets import mix
from features.errors import DataError
from training.config.schema import SplitConfig, TrainConfig
from training.data.calendar import AsOfMonths
from training.data.cohort import Cohort

STEPS = 1_000_000


@dataclass(frozen=True)
class Split:
    """Row positions of the three sets of a cohort.

    Attributes:
        fit: rows that trees, category codes and bins are learnt from; tuning stays inside them.
        calibration: rows of the calibration set; empty when calibration is cross-fitted.
        test: rows that nothing is learnt from.
    """

    fit: Positions
    calibration: Positions
    test: Positions


@dataclass(frozen=True)
class Fold:
    """Positions *within the fit set*."""

    train: Positions
    valid: Positions


def share_of(groups: Ints, seed: int) -> Floats:
    """A hash in [0, 1) of each group, the same on every machine and whatever other groups there are."""
    salt = mix(np.array([seed], dtype=np.int64)).view(np.int64)
    hashed = mix(mix(groups).view(np.int64) ^ salt)
    return (hashed % np.uint64(STEPS)).astype(np.float64) / STEPS


def make_split(cohort: Cohort, config: TrainConfig, as_ofs: AsOfMonths | None) -> Split:
    """Out of time, by as-of months where the cohort has them, else by date; or stratified.

    Raises:
        DataError: a set has no good or no bad row, or all cases have the same date.
    """
    holdout = config.calibration.method == "holdout"
    if config.split.kind == "out_of_time" and as_ofs is not None:
        split = out_of_time(cohort, as_ofs, config.split, holdout=holdout)
    elif config.split.kind == "out_of_time":
        split = latest(cohort, config.split, holdout=holdout)
    else:
        split = stratified(cohort, config.split, holdout=holdout)
    for name, rows in (("fit", split.fit), ("calibration", split.calibration), ("test", split.test)):
        _both_outcomes(name, cohort.bad[rows], needed=name != "calibration" or holdout)
    return split


def out_of_time(cohort: Cohort, as_ofs: AsOfMonths, config: SplitConfig, *, holdout: bool) -> Split:
    """Test: test accounts at test months. Fit and calibration: other accounts at train months.

    Label windows of train months end before the first test month (see `calendar.plan`). Rows of test
    accounts at train months, and of train accounts at test months, are not used.
    """
    share = share_of(cohort.groups, config.seed)
    is_test = share < config.test_share
    calibrates = share >= 1.0 - (1.0 - config.test_share) * config.calibration_share
    early = cohort.month.is_in(as_ofs.train).to_numpy()
    late = cohort.month.is_in(as_ofs.test).to_numpy()
    calibration = early & ~is_test & calibrates & holdout
    return Split(
        np.flatnonzero(early & ~is_test & ~calibration),
        np.flatnonzero(calibration),
        np.flatnonzero(late & is_test),
    )


def latest(cohort: Cohort, config: SplitConfig, *, holdout: bool) -> Split:
    """Test: the latest cases of one cross-section, all cases of a day on one side.

    Earlier cases of a person with a case in the test set are not used.

    Raises:
        DataError: no case is left to train on, for all have the same date or every person is tested.
    """
    dates = cohort.as_of.to_numpy()
    first = np.sort(dates)[int((1.0 - config.test_share) * cohort.n)]
    test = np.flatnonzero(dates >= first)
    train = np.flatnonzero((dates < first) & ~np.isin(cohort.groups, cohort.groups[test]))
    if not len(train):
        day = first.astype("datetime64[D]")
        raise DataError(
            f'[split] kind = "out_of_time": {len(test)} of {cohort.n} cases test, from {day} on, and no '
            "person has an earlier case alone; name the column with the date in [data] date, or set kind = "
            '"stratified"'
        )
    if not holdout:
        return Split(train, np.array([], dtype=np.intp), test)
    fit, calibration = _cut(train, cohort, config.calibration_share, config.seed)
    return Split(fit, calibration, test)


def stratified(cohort: Cohort, config: SplitConfig, *, holdout: bool) -> Split:
    """A seeded split of one cross-section, in the file's own order, with groups kept whole."""
    train, test = _cut(np.arange(cohort.n), cohort, config.test_share, config.seed)
    if not holdout:
        return Split(train, np.array([], dtype=np.intp), test)
    fit, calibration = _cut(train, cohort, config.calibration_share, config.seed)
    return Split(fit, calibration, test)


def _cut(rows: Positions, cohort: Cohort, share: float, seed: int) -> tuple[Positions, Positions]:
    bad, groups = cohort.bad[rows], cohort.groups[rows]
    if len(np.unique(groups)) == len(groups):
        kept, cut = train_test_split(rows, test_size=share, random_state=seed, stratify=bad)
        return kept, cut
    n_folds = 20
    splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    parts = [held for _, held in splitter.split(rows, bad, groups)][: max(1, round(share * n_folds))]
    inside = np.zeros(len(rows), dtype=bool)
    inside[np.concatenate(parts)] = True
    return rows[~inside], rows[inside]


def tuning_folds(rows: Cohort, config: TrainConfig) -> tuple[Fold, ...]:
    """Folds of the fit set: one by account hash for `holdout`, else repeated stratified; groups whole."""
    tuning = config.tuning
    if tuning.validation == "holdout":
        valid = share_of(rows.groups, tuning.seed + 1) < config.split.validation_share
        return (Fold(np.flatnonzero(~valid), np.flatnonzero(valid)),)
    return folds(rows.bad, rows.groups, tuning.folds, tuning.repeats, tuning.seed)


def folds(bad: Bools, groups: Ints, n: int, repeats: int, seed: int) -> tuple[Fold, ...]:
    """Repeated stratified folds over (m,) rows; positions are within these rows."""
    grouped = len(np.unique(groups)) < len(groups)
    kind = StratifiedGroupKFold if grouped else StratifiedKFold
    found = []
    for repeat in range(repeats):
        splitter = kind(n, shuffle=True, random_state=seed + repeat)
        found += [
            Fold(train, valid) for train, valid in splitter.split(bad, bad, groups if grouped else None)
        ]
    return tuple(found)


def _both_outcomes(name: str, bad: Bools, *, needed: bool) -> None:
    if needed and (not len(bad) or bad.all() or not bad.any()):
        raise DataError(
            f"the {name} part of the split has {len(bad)} rows with {int(bad.sum())} bad: both outcomes are "
            "needed; take more data, a longer label window or another [split] share"
        )
