"""The sets of a split are cut out once, and are the rows at its positions."""

import numpy as np
import pytest

from tests.training.toy import toy_cohort, toy_config
from training.config.schema import TrainConfig
from training.data.cohort_split import CohortSplit
from training.data.splits import make_split


def split_of(config: TrainConfig) -> CohortSplit:
    cohort = toy_cohort(400)
    return CohortSplit.of(cohort, make_split(cohort, config, None))


def test_each_set_holds_the_rows_at_its_positions() -> None:
    split = split_of(toy_config(calibration={"method": "holdout"}))
    assert split.calibration is not None
    sets = (split.fit, split.calibration, split.test)
    positions = (split.positions.fit, split.positions.calibration, split.positions.test)
    for rows, at in zip(sets, positions, strict=True):
        assert rows.content_hash == split.cohort.take(at).content_hash
    assert sorted(np.concatenate([rows.groups for rows in sets])) == sorted(split.cohort.groups)


@pytest.mark.parametrize(("method", "there"), [("holdout", True), ("cross_fitted", False)])
def test_there_is_a_calibration_set_only_when_one_is_held_out(method: str, there: bool) -> None:
    split = split_of(toy_config(calibration={"method": method}))
    assert (split.calibration is not None) is there
