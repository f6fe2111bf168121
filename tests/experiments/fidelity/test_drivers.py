"""Precision and recall of the stated themes against known drivers, counted by hand."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.fidelity.drivers import against_truth
from features.arrays import Bools, Floats
from features.themes import THEMES, Theme
from serving.model.types import Calibration, Scaling
from training.fidelity.finding import Finding
from training.fidelity.model_under_test import ModelUnderTest

ROWS = np.zeros((2, 5))


def figures(tested: ModelUnderTest, rows: Floats, truth: Floats, seen: Bools) -> dict[str, Finding]:
    """The findings by name, without what they have in common."""
    found = against_truth(tested, rows, truth, seen)
    return {finding.name.removeprefix("drivers_"): finding for finding in found}


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
    found = figures(tested, ROWS, truth, np.ones_like(truth, dtype=bool))
    assert found["precision_at_4"].value == pytest.approx(2 / 4)
    assert found["precision_at_4"].cases == 4
    assert found["precision_at_4_notable"].value == pytest.approx(1 / 4)
    assert found["precision_lift"].gate == found["recall_lift"].gate == 0.15
    assert found["recall_at_1"].value == found["recall_at_1_of_four"].value == pytest.approx(1 / 2)
    assert found["first_is_main"].value == pytest.approx(1 / 2)


def test_what_is_had_without_looking_at_the_person_stands_beside(
    tested: ModelUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Theme 0 is stated to one of two and true of both; theme 3 is stated to one and true of nobody."""
    points = np.array([[-26, 29, 29, 29, 29], [29, 29, 29, -26, 29]])
    monkeypatch.setattr(ModelUnderTest, "points", lambda *_: points)
    truth = np.array([[1.0, 0.0, 0, 0, 0], [1.0, 0.0, 0, 0, 0]])
    found = figures(tested, ROWS, truth, np.ones_like(truth, dtype=bool))
    assert found["precision_to_anybody"].value == pytest.approx(1 / 2)
    assert found["recall_fixed_list"].value == 1.0
    assert found["recall_at_1"].value == pytest.approx(1 / 2)


def test_what_the_lender_could_not_see_is_on_neither_side_of_the_count(
    tested: ModelUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelUnderTest, "points", lambda *_: np.array([[-9, -9, 0, 0, 0]]))
    truth, seen = np.array([[5.0, 1.0, 0, 0, 0]]), np.array([[False, True, True, True, True]])
    found = figures(tested, ROWS[:1], truth, seen)
    assert (found["precision_at_4"].value, found["precision_at_4"].cases) == (1.0, 1)
    assert found["recall_at_1"].value == 1.0


def test_inquiries_are_found_as_the_fifth_reason_where_they_take_a_point(
    tested: ModelUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        ModelUnderTest, "points", lambda *_: np.array([[-26, -26, -26, -26, -1], [-26, -26, -26, -26, 0]])
    )
    truth, seen = np.array([[0.1, 0, 0, 0, 1.0]] * 2), np.ones((2, 5), dtype=bool)
    with_inquiries = (*tested.themes[:4], THEMES["inquiries"])
    for themes, share in ((tested.themes, 0.0), (with_inquiries, 0.5)):
        found = figures(replace(tested, themes=themes), ROWS, truth, seen)
        assert found["recall_at_1"].value == share
        assert found["recall_at_1_of_four"].value == 0.0
