"""The choice of principal reasons, held against a plain choice by hand, row by row."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.themes import THEMES
from serving.decision.principal import (
    MAX_REASONS,
    NONE,
    PRINCIPAL_SHARE,
    Stateable,
    favourable_themes,
    principal_reasons,
)
from tests.serving import toy

TOY = Stateable.of(toy.CATALOGUE.themes)
N_THEMES = len(toy.CATALOGUE.themes)


def every(n: int) -> Stateable:
    """n themes that may all be stated, none of them inquiries."""
    return Stateable(np.ones(n, dtype=np.bool_), NONE)


def stated(points: list[int], room: int = MAX_REASONS) -> list[int]:
    found = principal_reasons(np.array([points]), every(len(points)), room)
    return [int(theme) for theme in found.themes[0]]


def test_only_themes_that_take_points_are_stated_the_most_points_first() -> None:
    assert stated([-1, 20, -5, 0, -3]) == [2, 4, 0, NONE]
    assert stated([1, 0, 2, 0, 3]) == [NONE] * 4


def test_a_theme_of_fewer_points_than_the_model_can_tell_from_noise_is_not_stated_for_or_against() -> None:
    points = np.array([[-12, -7, -6, 6, 7]])
    certain = Stateable(np.ones(5, dtype=np.bool_), NONE, least_points=7)
    assert principal_reasons(points, certain).themes.tolist() == [[0, 1, NONE, NONE]]
    nothing_absent = np.zeros((1, 5), dtype=np.bool_)
    assert favourable_themes(points, nothing_absent, certain).tolist() == [[4, NONE, NONE, NONE]]


def test_a_theme_below_a_tenth_of_all_points_taken_is_no_principal_reason() -> None:
    assert stated([-19, -1, 50]) == [0, NONE, NONE, NONE]
    assert stated([-18, -2, 50]) == [0, 1, NONE, NONE]


def test_ties_stand_in_the_order_of_the_catalogue() -> None:
    assert stated([-2, -3, -2, -3, -2]) == [1, 3, 0, 2]


@pytest.mark.parametrize(("room", "expected"), [(4, [0, 1, 2, 3]), (2, [0, 1, -1, -1]), (0, [-1] * 4)])
def test_rules_and_caps_leave_less_room(room: int, expected: list[int]) -> None:
    assert stated([-5, -4, -3, -3, -3], room) == expected


def test_a_model_of_fewer_themes_than_reasons_states_what_it_has() -> None:
    assert stated([-1, -2]) == [1, 0, NONE, NONE]


def test_merit_is_never_absence_and_its_ties_stand_in_reverse_order() -> None:
    points, absent = np.array([[3, 9, 3, -1, 1, 2]]), np.array([[False, True, False, False, False, False]])
    assert favourable_themes(points, absent, every(6)).tolist() == [[2, 0, 5, 4]]
    assert favourable_themes(-points, absent, every(6)).tolist() == [[3, NONE, NONE, NONE]]


def test_a_theme_that_is_no_ones_doing_is_never_stated_for_or_against() -> None:
    economy = Stateable(np.array([True, False, True]), NONE)
    found = principal_reasons(np.array([[-3, -90, -2]]), economy)
    assert found.themes.tolist() == [[0, 2, NONE, NONE]]
    for_it = favourable_themes(np.array([[3, 90, 2]]), np.zeros((1, 3), np.bool_), economy)
    assert for_it.tolist() == [[0, 2, NONE, NONE]]
    assert not Stateable.of([THEMES["economy"]]).attributable[0]


def by_hand(points: list[int], allowed: list[bool], room: int) -> tuple[list[int], int]:
    """The same choice in plain loops: themes, inquiries."""
    against = [i for i in range(len(points)) if points[i] < 0 and allowed[i]]
    least = PRINCIPAL_SHARE * sum(points[i] for i in against)
    themes = [i for i in sorted(against, key=lambda i: points[i]) if points[i] <= least][:room]
    fifth = TOY.inquiries if TOY.inquiries in against and TOY.inquiries not in themes else NONE
    return themes + [NONE] * (MAX_REASONS - len(themes)), fifth


ROWS = st.integers(1, 12).flatmap(lambda n: arrays(np.int64, (n, N_THEMES), elements=st.integers(-30, 30)))
ALLOWED = st.lists(st.booleans(), min_size=N_THEMES, max_size=N_THEMES)


@settings(max_examples=300, deadline=None)
@given(points=ROWS, allowed=ALLOWED, room=st.integers(0, 4))
def test_many_rows_at_once_are_chosen_as_one_by_one_by_hand(
    points: np.ndarray, allowed: list[bool], room: int
) -> None:
    before = points.copy()
    found = principal_reasons(points, Stateable(np.array(allowed), TOY.inquiries), room)
    for i in range(len(points)):
        themes, fifth = by_hand(points[i].tolist(), allowed, room)
        assert found.themes[i].tolist() == themes
        assert int(found.inquiries[i]) == fifth
    assert (points == before).all(), "the given points stay as they are"


def test_a_model_without_inquiries_states_no_fifth() -> None:
    alone = Stateable.of([THEMES["tenure"]])
    assert alone.inquiries == NONE
    assert principal_reasons(np.array([[-9]]), alone).inquiries.tolist() == [NONE]
