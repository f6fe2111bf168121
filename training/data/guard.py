"""Leakage checks of a split, and warnings about its data."""

import numpy as np
import polars as pl

from features.adapters.flat import duplicates_across
from features.errors import LeakageError
from features.leakage import check_split
from features.matrix import KEYS
from training.config.schema import TrainConfig
from training.data.source import Source
from training.data.splits import Split


def refuse_leakage(source: Source, split: Split, config: TrainConfig) -> None:
    """Checks that a split leaks neither accounts nor the future into training.

    Raises:
        LeakageError: an account is in two sets, or a label window of the fit set, the calibration set or the
            recalibration months reaches into the test months.
    """
    groups = source.cohort.groups
    parts = {"fit": split.fit, "calibration": split.calibration, "test": split.test}
    for a, b in (("fit", "calibration"), ("fit", "test"), ("calibration", "test")):
        shared = set(groups[parts[a]].tolist()) & set(groups[parts[b]].tolist())
        if shared:
            raise LeakageError(
                f"{len(shared)} accounts are in the {a} and in the {b} part, such as {min(shared)}: "
                "name the column that identifies the account as group"
            )
    if source.as_ofs is not None and config.split.kind == "out_of_time":
        _refuse_late_windows(source, split, config)


def _refuse_late_windows(source: Source, split: Split, config: TrainConfig) -> None:
    """Checks every row that is learnt from: by the trees, the calibration and the recalibration."""
    keys = source.cohort.matrix.frame.select(KEYS)
    test = keys[split.test]
    check_split(keys[np.concatenate([split.fit, split.calibration])], test, config.label.window_months)
    if source.early is not None:
        recent = source.early.recent
        others = ~np.isin(recent.groups, source.cohort.groups[split.test])
        early = recent.matrix.frame.select(KEYS).filter(pl.Series(others))
        check_split(early, test, config.calibration.recalibration_window)


def data_warnings(source: Source, split: Split, config: TrainConfig) -> tuple[str, ...]:
    """Warnings to read before the figures are trusted: notes of the source, duplicates across sets."""
    notes = source.cohort.notes
    duplicates = duplicates_across(source.cohort.matrix, split.fit, split.test)
    return (*notes, duplicates.text) if duplicates and config.adapter == "flat" else notes
