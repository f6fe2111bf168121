"""What a training may never do: look ahead, mix accounts, pickle, or read the simulator's truth."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.errors import LeakageError
from features.paths import ROOT
from tests.training.toy import toy_cohort, toy_config
from training.config.schema import CalibrationConfig, SplitConfig, TrainConfig
from training.data.calendar import AsOfMonths
from training.data.early_outcomes import EarlyOutcomes
from training.data.guard import refuse_leakage
from training.data.source import Source
from training.data.splits import Split, make_split, out_of_time

CONFIG = toy_config()


def monthly() -> tuple[Source, Split]:
    cohort = toy_cohort(120, months=12)
    months = sorted(set(cohort.as_of))
    as_ofs = AsOfMonths(tuple(months[:1]), tuple(months[-1:]))
    config = SplitConfig(kind="out_of_time", test_share=0.3)
    return Source(cohort, as_ofs), out_of_time(cohort, as_ofs, config, holdout=True)


def out_of_time_config(window: int) -> TrainConfig:
    split = {"kind": "out_of_time", "test_share": 0.3}
    return toy_config(split=split, label={"window_months": window})


def test_a_label_window_that_reaches_into_the_test_months_is_refused() -> None:
    source, split = monthly()
    refuse_leakage(source, split, out_of_time_config(11))
    with pytest.raises(LeakageError, match="label windows"):
        refuse_leakage(source, split, out_of_time_config(12))


def test_a_late_row_among_those_that_calibrate_is_refused() -> None:
    """The calibration is fitted to outcomes too: its label windows may not reach into the test."""
    source, split = monthly()
    months = sorted(set(source.cohort.as_of))
    own = np.isin(source.cohort.groups, source.cohort.groups[split.calibration])
    late = np.flatnonzero(own & (source.cohort.as_of == months[1]).to_numpy())
    moved = replace(split, calibration=np.append(split.calibration, late))
    with pytest.raises(LeakageError, match="label windows"):
        refuse_leakage(source, moved, out_of_time_config(11))


@pytest.mark.parametrize(("window", "refused"), [(3, False), (4, True)])
def test_early_outcomes_that_set_the_level_are_known_at_the_first_test_month(
    window: int, refused: bool
) -> None:
    source, split = monthly()
    months = sorted(set(source.cohort.as_of))
    recent = source.cohort.take(np.flatnonzero((source.cohort.as_of == months[-4]).to_numpy()))
    with_early = replace(source, early=EarlyOutcomes(source.cohort.bad, recent))
    config = out_of_time_config(11).model_copy(
        update={"calibration": CalibrationConfig(method="holdout", recalibration_window=window)}
    )
    if refused:
        with pytest.raises(LeakageError, match="label windows of 4 months"):
            refuse_leakage(with_early, split, config)
    else:
        refuse_leakage(with_early, split, config)


@pytest.mark.parametrize("part", ["fit", "calibration"])
def test_an_account_on_both_sides_is_refused(part: str) -> None:
    source, split = monthly()
    stranger = np.flatnonzero(source.cohort.groups == source.cohort.groups[split.test[0]])[:1]
    mixed = replace(split, **{part: np.append(getattr(split, part), stranger)})
    with pytest.raises(LeakageError, match="and in the test part"):
        refuse_leakage(source, mixed, out_of_time_config(11))


def test_test_rows_choose_nothing() -> None:
    """The study hangs on the fit rows alone: other test outcomes leave it as it was."""
    cohort = toy_cohort(400)
    split = make_split(cohort, CONFIG, None)
    other = cohort.bad.copy()
    other[split.test] = np.roll(other[split.test], 1)
    rows = replace(cohort, bad=other).take(split.fit)
    assert rows.content_hash == cohort.take(split.fit).content_hash


FORBIDDEN = {"pickle", "cloudpickle", "joblib", "dill", "marshal"}


@pytest.mark.parametrize("room", ["features", "serving", "training", "experiments"])
def test_no_room_imports_a_pickle(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        assert not imported(path) & FORBIDDEN, path


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_training_never_reads_the_truth() -> None:
    for path in (ROOT / "training").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "experiments" not in imported(path), path
        assert "true_risk" not in text, path
