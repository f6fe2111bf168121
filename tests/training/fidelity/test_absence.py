"""Of a source that is absent as a whole nothing is stated, and no theme has its points."""

from dataclasses import replace

import numpy as np

from serving.model.reasons.sources import LinkedSources
from training.fidelity.model_under_test import ModelUnderTest


def test_an_absent_source_is_not_stated_and_has_no_points(tested: ModelUnderTest) -> None:
    sources = LinkedSources({"bureau": np.array([0, 1, 2, 3])}, {"bureau": np.array([0, 1])})
    without = tested.rows[:50].copy()
    without[:, :4] = np.nan
    plain, linked = tested.points(without), replace(tested, sources=sources).points(without)
    assert np.abs(plain[:, :2]).sum() > 0, "without the source's marks its absence has points"
    assert not linked[:, :2].any()
    stated = replace(tested, sources=sources).principal(without).themes
    assert not np.isin(stated, [0, 1]).any()
