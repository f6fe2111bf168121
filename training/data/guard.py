"""Refuses a split that would let a model see what was not yet known, and tells what is odd about it."""

import numpy as np
import polars as pl

from features.adapters.flat import duplicates_across
from features.errors import LeakageError
from features.leakage import check_split
from features.matrix import KEYS
from training.config.schema import TrainConfig
from training.data.sources import Source
from training.data.splits import Split


def refuse_leakage(source: Source, split: Split, config: TrainConfig) -> None:
    """Holds a split against the promises of `training.data.splits`.

    Raises:
        LeakageError: a group stands on both sides, or a label window of rows that teach, calibrate or set the
            level reaches into the test months.
    """
    groups = source.cohort.groups
    parts = {"fit": split.fit, "calibration": split.calibration, "test": split.test}
    for a, b in (("fit", "calibration"), ("fit", "test"), ("calibration", "test")):
        shared = set(groups[parts[a]].tolist()) & set(groups[parts[b]].tolist())
        if shared:
            raise LeakageError(
                f"{len(shared)} accounts stand in the {a} and in the {b} part, such as {min(shared)}: "
                "name the column that says who a row belongs to as group"
            )
    if source.as_ofs is not None and config.split.kind == "out_of_time":
        _refuse_late_windows(source, split, config)


def _refuse_late_windows(source: Source, split: Split, config: TrainConfig) -> None:
    """Every row that teaches anything: trees, the calibration's line, and the level of the present."""
    keys = source.cohort.matrix.frame.select(KEYS)
    test = keys[split.test]
    check_split(keys[np.concatenate([split.fit, split.calibration])], test, config.label.window_months)
    if source.early is not None:
        recent = source.early.recent
        others = ~np.isin(recent.groups, source.cohort.groups[split.test])
        early = recent.matrix.frame.select(KEYS).filter(pl.Series(others))
        check_split(early, test, config.calibration.anchor_window)


def oddities(source: Source, split: Split, config: TrainConfig) -> tuple[str, ...]:
    """Sentences a person should read before they trust the figures."""
    notes = source.cohort.notes
    twins = duplicates_across(source.cohort.matrix, split.fit, split.test)
    return (*notes, twins.text) if twins and config.adapter == "flat" else notes
