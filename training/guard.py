"""Refuses a split that would let a model see what was not yet known, and tells what is odd about it."""

from features.adapters.flat import duplicates_across
from features.errors import LeakageError
from features.leakage import check_split
from training.config import TrainConfig
from training.sources import Source
from training.splits import Split


def refuse_leakage(source: Source, split: Split, config: TrainConfig) -> None:
    """Holds a split against the promises of `training.splits`.

    Raises:
        LeakageError: a group stands on both sides, or a label window of the training rows reaches into the
            test months.
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
        keys = source.cohort.matrix.frame.select("account_id", "as_of")
        check_split(keys[split.fit], keys[split.test], config.label.window_months)


def oddities(source: Source, split: Split, config: TrainConfig) -> tuple[str, ...]:
    """Sentences a person should read before they trust the figures."""
    notes = source.cohort.notes
    twins = duplicates_across(source.cohort.matrix, split.fit, split.test)
    return (*notes, twins.text) if twins and config.adapter == "flat" else notes
