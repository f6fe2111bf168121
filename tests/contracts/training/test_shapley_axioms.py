"""Shapley axioms and monotone signs: dummy themes, duplicated features, symmetry, weights, directions."""

from dataclasses import replace
from functools import cache

import lightgbm as lgb
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from serving.model.reasons.compile import Reference, compile_tables, fill
from serving.model.reasons.explain import explain
from serving.model.reasons.layout import TableLayout, plan
from serving.model.reasons.trees import parse
from tests.serving.model.reasons.models import BASE, booster, outcomes, rows

GROUPS = (0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3)


def values(groups: tuple[int, ...], players: int, accounts: NDArray[np.float64]) -> NDArray[np.float64]:
    ensemble = parse(booster().model_to_string())
    return explain(compile_tables(ensemble, groups, rows(300, 12, 60, absent=0.1), players), accounts).values


def test_a_theme_that_no_tree_uses_has_exactly_no_effect() -> None:
    ensemble = parse(booster().model_to_string())
    unused = replace(ensemble, n_features=13)
    reference, accounts = rows(300, 13, 61, absent=0.1), rows(50, 13, 62, absent=0.1)
    explained = explain(compile_tables(unused, (*GROUPS, 4), reference, 5), accounts)
    assert (explained.values[:, 4] == 0.0).all()
    assert (np.abs(explained.values[:, :4]).max(axis=0) > 0.0).all()


def test_a_theme_whose_values_equal_those_of_every_reference_row_has_no_effect() -> None:
    ensemble = parse(booster().model_to_string())
    reference, accounts = rows(300, 12, 63, absent=0.1), rows(50, 12, 64, absent=0.1)
    shared = [i for i, player in enumerate(GROUPS) if player == 2]
    reference[:, shared] = accounts[:, shared] = [0.3, np.nan, -1.0]
    explained = explain(compile_tables(ensemble, GROUPS, reference, 4), accounts)
    assert np.abs(explained.values[:, 2]).max() == 0.0


def test_splitting_a_feature_into_duplicates_changes_nothing() -> None:
    ensemble = parse(booster().model_to_string())
    feature = ensemble.feature.copy()
    feature[np.flatnonzero(feature == 0)[::2]] = 12
    duplicated = replace(ensemble, n_features=13, feature=feature)
    reference, accounts = rows(300, 12, 65, absent=0.1), rows(50, 12, 66, absent=0.1)
    twice = [np.column_stack([x, x[:, 0]]) for x in (reference, accounts)]
    plain = explain(compile_tables(ensemble, GROUPS, reference, 4), accounts).values
    both = explain(compile_tables(duplicated, (*GROUPS, GROUPS[0]), twice[0], 4), twice[1]).values
    assert (feature == 12).sum() > 10
    assert np.abs(plain - both).max() <= 1e-12


def test_the_order_of_the_players_does_not_matter() -> None:
    accounts = rows(50, 12, 67, absent=0.1)
    turned = tuple((player + 1) % 4 for player in GROUPS)
    assert (
        np.abs(np.roll(values(GROUPS, 4, accounts), 1, axis=1) - values(turned, 4, accounts)).max() <= 1e-12
    )


def test_a_reference_row_of_weight_two_counts_as_two_rows() -> None:
    ensemble, reference = parse(booster().model_to_string()), rows(40, 12, 68, absent=0.1)
    weights = np.where(np.arange(40) < 10, 2.0, 1.0)
    accounts = rows(50, 12, 69, absent=0.1)
    weighted = explain(compile_tables(ensemble, GROUPS, reference, 4, weights), accounts)
    repeated = np.concatenate([reference, reference[:10]])
    explained = explain(compile_tables(ensemble, GROUPS, repeated, 4), accounts)
    assert np.abs(weighted.values - explained.values).max() <= 1e-12
    assert abs(weighted.base - explained.base) <= 1e-12


DIRECTIONS = (1, -1, 1, 0, 1, -1, 1, 0, -1, 1, -1, 0)


@cache
def monotone() -> TableLayout:
    """Themes 0, 1 and 2 are monotone in risk throughout, theme 3 is free; values are absent everywhere."""
    table = rows(3000, 12, 70, absent=0.1)
    params = {**BASE, "num_leaves": 63, "max_depth": 6, "monotone_constraints": list(DIRECTIONS)}
    model = lgb.train(params, lgb.Dataset(table, outcomes(table, 71)), 40)
    return plan(parse(model.model_to_string()), GROUPS, 4)


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), theme=st.integers(0, 2), size=st.integers(1, 30), margin=st.booleans())
def test_a_theme_no_worse_than_every_reference_row_never_counts_against_a_person(
    seed: int, theme: int, size: int, margin: bool
) -> None:
    reference, account = rows(size, 12, seed, absent=0.1), rows(1, 12, seed + 1, absent=0.1)
    for feature in (i for i, player in enumerate(GROUPS) if player == theme):
        risk = DIRECTIONS[feature]
        reference[:, feature] = rows(size, 1, seed + 2 + feature)[:, 0]
        best = (risk * reference[:, feature]).min() - 0.1 * margin
        account[0, feature] = risk * best
    explained = explain(fill(monotone(), Reference(reference)), account).values
    assert explained[0, theme] <= 1e-12


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), theme=st.integers(0, 2))
def test_a_theme_no_better_than_every_reference_row_never_counts_for_a_person(seed: int, theme: int) -> None:
    reference, account = rows(20, 12, seed, absent=0.1), rows(1, 12, seed + 1, absent=0.1)
    for feature in (i for i, player in enumerate(GROUPS) if player == theme):
        risk = DIRECTIONS[feature]
        reference[:, feature] = rows(20, 1, seed + 2 + feature)[:, 0]
        account[0, feature] = risk * (risk * reference[:, feature]).max()
    explained = explain(fill(monotone(), Reference(reference)), account).values
    assert explained[0, theme] >= -1e-12
