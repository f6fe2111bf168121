"""Reasons are exact: complete, and equal to the definition of the Shapley values they are."""

import numpy as np
import pytest
import shap

from serving.model.reasons.compile import compile_tables
from serving.model.reasons.explain import explain
from serving.model.reasons.tables import ReasonTables
from serving.model.reasons.trees import parse
from tests.serving.model.reasons.models import booster, brute_force, rows

EIGHT = (0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 2)
TWELVE = tuple(range(12))
THREE = (0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2)


def tables(groups: tuple[int, ...], reference: np.ndarray, **settings: float | str) -> ReasonTables:
    ensemble = parse(booster(**settings).model_to_string())
    return compile_tables(ensemble, groups, reference, max(groups) + 1)


@pytest.mark.parametrize("n", [1, 700])
def test_base_and_values_sum_to_what_the_booster_predicts(n: int) -> None:
    accounts = rows(n, 12, 11, absent=0.2)
    explained = explain(tables(EIGHT, rows(1000, 12, 10, absent=0.2)), accounts)
    predicted = booster().predict(accounts, raw_score=True)
    assert np.abs(explained.base + explained.values.sum(axis=1) - predicted).max() <= 1e-9


def test_the_base_is_the_mean_margin_of_the_reference() -> None:
    reference = rows(1000, 12, 10, absent=0.2)
    predicted = np.asarray(booster().predict(reference, raw_score=True))
    assert tables(EIGHT, reference).base == pytest.approx(predicted.mean())


@pytest.mark.parametrize(
    "settings",
    [{}, {"zero_as_missing": "true"}, {"use_missing": "false"}, {"depth": 9}, {"absent": 0.0}],
    ids=["nan is missing", "zero is missing", "nan is zero", "nine splits deep", "no nan in training"],
)
def test_values_equal_brute_force_over_themes_where_values_are_absent(settings: dict[str, float]) -> None:
    reference, accounts = rows(60, 12, 20, absent=0.2), rows(4, 12, 21, absent=0.2)
    explained = explain(tables(EIGHT, reference, **settings), accounts)
    for row, values in zip(accounts, explained.values, strict=True):
        true = brute_force(booster(**settings), EIGHT, reference, row)
        assert np.abs(values - true).max() <= 1e-9


@pytest.mark.parametrize("groups", [THREE, TWELVE], ids=["three players", "twelve players"])
def test_values_equal_brute_force_for_few_and_for_many_players(groups: tuple[int, ...]) -> None:
    reference, accounts = rows(25, 12, 30, absent=0.1), rows(2, 12, 31, absent=0.1)
    explained = explain(tables(groups, reference), accounts)
    for row, values in zip(accounts, explained.values, strict=True):
        assert np.abs(values - brute_force(booster(), groups, reference, row)).max() <= 1e-9


def test_singleton_players_equal_shap_interventional_where_nothing_is_absent() -> None:
    reference, accounts = rows(100, 12, 40), rows(300, 12, 41)
    model = booster(absent=0.0, trees=60)
    explained = explain(tables(TWELVE, reference, absent=0.0, trees=60), accounts)
    explainer = shap.TreeExplainer(model, reference, feature_perturbation="interventional")
    assert np.abs(explained.values - explainer.shap_values(accounts)).max() <= 1e-6


@pytest.mark.parametrize(("n", "threads"), [(2, 1), (33, 1), (257, 1), (600, 2)])
def test_one_account_at_a_time_and_a_batch_give_the_same_values(n: int, threads: int) -> None:
    accounts, compiled = rows(n, 12, 50, absent=0.2), tables(EIGHT, rows(200, 12, 51, absent=0.2))
    together = explain(compiled, accounts, threads=threads)
    alone = np.concatenate([explain(compiled, accounts[i : i + 1]).values for i in range(n)])
    assert np.abs(together.values - alone).max() <= 1e-12
    assert np.array_equal(together.margin, np.asarray(booster().predict(accounts, raw_score=True)))
