"""Ablation of the stated themes: flips, a random control, and the order."""

import numpy as np
import pytest

from serving.decision.principal import PrincipalReasons
from training.fidelity import sufficiency
from training.fidelity.model_under_test import ModelUnderTest, replace_themes


def test_a_replaced_theme_takes_all_its_columns_from_the_donor_and_no_other(tested: ModelUnderTest) -> None:
    row, donors = tested.rows[0], tested.rows[1:3]
    mixed = replace_themes(tested, row, np.array([1, -1]), donors)
    assert mixed[:, [2, 3]].tolist() == donors[:, [2, 3]].tolist()
    assert (mixed[:, [0, 1, 4, 5, 6, 7]] == row[[0, 1, 4, 5, 6, 7]]).all()


def test_stated_themes_flip_more_declines_than_random_ones(
    tested: ModelUnderTest, rng: np.random.Generator
) -> None:
    by_reason, at_random = sufficiency.sufficiency(tested, rng, accounts=80, draws=10)
    assert by_reason.value > 0.8
    assert at_random.value < by_reason.value - 0.3


def test_a_wrong_order_of_the_stated_themes_is_noticed(
    tested: ModelUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = sufficiency.necessity_order(tested, np.random.default_rng(7), accounts=60, draws=30)
    principal = ModelUnderTest.principal

    def reversed_order(tested: ModelUnderTest, rows: np.ndarray) -> PrincipalReasons:
        found = principal(tested, rows)
        points, themes = found.points.copy(), found.themes.copy()
        for i, stated in enumerate(found.themes):
            own = stated[stated >= 0]
            points[i, own], themes[i, : len(own)] = points[i, own[::-1]], own[::-1]
        return PrincipalReasons(points, themes, found.inquiries)

    monkeypatch.setattr(ModelUnderTest, "principal", reversed_order)
    wrong = sufficiency.necessity_order(tested, np.random.default_rng(7), accounts=60, draws=30)
    assert right.value > 0.9
    assert wrong.cases == right.cases > 50
    assert wrong.value < 0.2
