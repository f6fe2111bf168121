"""Precision and recall of the stated themes against known drivers, counted by hand."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.fidelity.drivers import against_truth
from features.themes import THEMES, Theme
from serving.model.types import Calibration, Scaling
from training.fidelity.model_under_test import ModelUnderTest

ROWS = np.zeros((2, 5))


@pytest.fixture
def tested() -> ModelUnderTest:
    """A model of five themes of one feature each; the tests set its points, so that it needs no trees."""
    themes = tuple(Theme(f"t{i}", f"R{i:02}", "file", True, f"主题{i}", f"theme {i}") for i in range(5))
    return ModelUnderTest(
        name="toy",
        booster_text="",
        themes=themes,
        groups=(0, 1, 2, 3, 4),
        directions=(0,) * 5,
        names=tuple(f"f{i}" for i in range(5)),
        reference=ROWS,
        rows=ROWS,
        bar=0.0,
        calibration=Calibration(1.0, 0.0),
        scaling=Scaling(),
    )


def test_precision_and_recall_are_counted_by_hand(
    tested: ModelUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = np.array([[-26, -14, 29, 29, 29], [-6, 29, 29, -3, 29]])
    monkeypatch.setattr(ModelUnderTest, "points", lambda *_: points)
    truth = np.array([[1.0, 0.0, 0, 0, 0], [0.0, 2.0, 0, 0.03, 0]])
    precision, strict, recall, of_four = against_truth(tested, ROWS, truth, np.ones_like(truth, dtype=bool))
    assert precision.value == pytest.approx(2 / 4)
    assert precision.cases == 4
    assert strict.value == pytest.approx(1 / 4)
    assert strict.gate is of_four.gate is None
    assert recall.value == of_four.value == pytest.approx(1 / 2)


def test_what_the_lender_could_not_see_is_on_neither_side_of_the_count(
    tested: ModelUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelUnderTest, "points", lambda *_: np.array([[-9, -9, 0, 0, 0]]))
    truth, seen = np.array([[5.0, 1.0, 0, 0, 0]]), np.array([[False, True, True, True, True]])
    precision, _, recall, _ = against_truth(tested, ROWS[:1], truth, seen)
    assert (precision.value, precision.cases) == (1.0, 1)
    assert recall.value == 1.0


def test_inquiries_are_found_as_the_fifth_reason_where_they_take_a_point(
    tested: ModelUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        ModelUnderTest, "points", lambda *_: np.array([[-26, -26, -26, -26, -1], [-26, -26, -26, -26, 0]])
    )
    truth, seen = np.array([[0.1, 0, 0, 0, 1.0]] * 2), np.ones((2, 5), dtype=bool)
    with_inquiries = (*tested.themes[:4], THEMES["inquiries"])
    for themes, share in ((tested.themes, 0.0), (with_inquiries, 0.5)):
        *_, recall, of_four = against_truth(replace(tested, themes=themes), ROWS, truth, seen)
        assert (recall.value, of_four.value) == (share, 0.0)
