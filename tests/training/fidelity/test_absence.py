"""Reasons of accounts of which a whole source is absent."""

from dataclasses import replace

import numpy as np
import pytest

from serving.model.reasons.sources import LinkedSources
from training.fidelity.model_under_test import ModelUnderTest, replace_themes


def test_an_absent_source_is_replaced_whole_and_stated_once(tested: ModelUnderTest) -> None:
    sources = LinkedSources({"bureau": np.array([0, 1, 2, 3])}, {"bureau": np.array([0, 1])})
    without = tested.rows[:1].copy()
    without[0, :4] = np.nan
    linked = replace(tested, sources=sources)
    merged = linked.merged(without)
    assert merged[0, 1] == 0.0
    assert linked.principal(without).points[0, 1] == 0
    assert merged.sum() == pytest.approx(tested.explain(without).values.sum())
    mixed = replace_themes(linked, without[0], np.array([0]), tested.rows[1:2])
    assert mixed[0, :4].tolist() == tested.rows[1, :4].tolist()
    assert linked.stated_columns(tested.rows[0], 0).tolist() == [0, 1]
