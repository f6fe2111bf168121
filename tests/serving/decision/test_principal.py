"""The choice of principal reasons, held against a plain choice by hand, row by row."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.themes import THEMES
from serving.decision.principal import (
    INQUIRIES,
    MAX_REASONS,
    NONE,
    PRINCIPAL_SHARE,
    favourable_themes,
    position_of,
    principal_reasons,
)
from serving.model.reasons.sources import LinkedSources
from tests.serving import toy

SOURCES = LinkedSources.of(toy.CATALOGUE)
ALONE = LinkedSources({}, {})
AT = position_of(INQUIRIES, toy.CATALOGUE.themes)
N_THEMES, N_FEATURES = len(toy.CATALOGUE.themes), len(toy.FEATURES)


def stated(points: list[int], room: int = MAX_REASONS) -> list[int]:
    found = principal_reasons(np.array([points]), np.zeros((1, len(points))), ALONE, NONE, room)
    return [int(theme) for theme in found.themes[0]]


def test_only_themes_that_take_points_are_stated_the_most_points_first() -> None:
    assert stated([-1, 20, -5, 0, -3]) == [2, 4, 0, NONE]
    assert stated([1, 0, 2, 0, 3]) == [NONE] * 4


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
    assert favourable_themes(points, absent).tolist() == [[2, 0, 5, 4]]
    assert favourable_themes(-points, absent).tolist() == [[3, NONE, NONE, NONE]]


def by_hand(points: list[int], row: np.ndarray, room: int) -> tuple[list[int], list[int], int]:
    """The same choice in plain loops: merged points, themes, inquiries."""
    merged = list(points)
    absent_leads = []
    for source, columns in SOURCES.columns.items():
        lead, *others = (int(theme) for theme in SOURCES.themes[source])
        if all(np.isnan(row[column]) for column in columns):
            absent_leads.append(lead)
            for other in others:
                merged[lead] += merged[other]
                merged[other] = 0
    against = sorted((i for i in range(len(merged)) if merged[i] < 0), key=lambda i: merged[i])
    least = PRINCIPAL_SHARE * sum(merged[i] for i in against)
    themes = [i for i in against if merged[i] <= least][:room]
    fifth = AT if merged[AT] < 0 and AT not in themes and AT not in absent_leads else NONE
    return merged, themes + [NONE] * (MAX_REASONS - len(themes)), fifth


SHAPES = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        arrays(np.int64, (n, N_THEMES), elements=st.integers(-30, 30)),
        arrays(np.float64, (n, N_FEATURES), elements=st.sampled_from([float("nan"), 1.0])),
    )
)


@settings(max_examples=300, deadline=None)
@given(given_rows=SHAPES, room=st.integers(0, 4))
def test_many_rows_at_once_are_chosen_as_one_by_one_by_hand(
    given_rows: tuple[np.ndarray, np.ndarray], room: int
) -> None:
    points, rows = given_rows
    before = points.copy()
    found = principal_reasons(points, rows, SOURCES, AT, room)
    for i in range(len(points)):
        merged, themes, fifth = by_hand(points[i].tolist(), rows[i], room)
        assert found.points[i].tolist() == merged
        assert found.themes[i].tolist() == themes
        assert int(found.inquiries[i]) == fifth
    assert (points == before).all(), "the given points stay as they are"


def test_a_model_without_inquiries_states_no_fifth() -> None:
    assert position_of(INQUIRIES, [THEMES["tenure"]]) == NONE
    found = principal_reasons(np.array([[-9, -8, -7, -6, -5]]), np.zeros((1, 5)), ALONE, NONE)
    assert found.inquiries.tolist() == [NONE]
