import lightgbm as lgb
import numpy as np

from serving.model.reasons.trees import parse
from training.evaluation.explain import disagreement, feature_effects
from training.evaluation.rank_transform import rank_transform


def grown(rows: np.ndarray, seed: int = 1) -> lgb.Booster:
    rng = np.random.default_rng(seed)
    target = np.nan_to_num(rows[:, 0]) + np.nan_to_num(rows[:, 1]) ** 2 + rng.normal(size=len(rows)) > 0.5
    params = {"objective": "binary", "num_leaves": 8, "verbosity": -1, "min_data_in_leaf": 5, "seed": seed}
    return lgb.train(params, lgb.Dataset(rows, target.astype(float)), 25)


def measured(n: int = 400, seed: int = 0) -> np.ndarray:
    """Column 1 may be absent in training, the others never are."""
    rows = np.random.default_rng(seed).normal(size=(n, 3))
    rows[::7, 1] = np.nan
    return rows


def hardest(booster: lgb.Booster, rows: np.ndarray) -> np.ndarray:
    """Values on thresholds and one floating-point step beside them, and missing ones everywhere."""
    trees = parse(booster.model_to_string())
    splits = trees.left != np.arange(len(trees.left))
    hard = rows[:60].copy()
    for feature in range(3):
        own = np.unique(trees.threshold[splits][trees.feature[splits] == feature])
        hard[:20, feature] = np.resize(own, 20)
        hard[20:40, feature] = np.nextafter(np.resize(own, 20), np.inf)
    hard[40:50, 0] = np.nan
    hard[45:55, 1] = np.nan
    hard[55:, 2] = 0.0
    return hard


def test_trees_on_ranks_give_the_same_margin() -> None:
    booster = grown(measured())
    same, rows = rank_transform(booster.model_to_string()), hardest(booster, measured())
    on_ranks = lgb.Booster(model_str=same.booster_text)
    expected = np.asarray(booster.predict(rows, raw_score=True))
    found = np.asarray(on_ranks.predict(same.rows(rows), raw_score=True))
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_ranks_are_exact_in_single_precision() -> None:
    booster = grown(measured())
    ranks = rank_transform(booster.model_to_string()).rows(hardest(booster, measured()))
    known = ranks[~np.isnan(ranks)]
    assert (known.astype(np.float32) == known).all()


def test_an_absent_value_that_training_never_saw_is_the_rank_of_zero() -> None:
    booster = grown(measured())
    same = rank_transform(booster.model_to_string())
    absent, zero = np.full((1, 3), np.nan), np.zeros((1, 3))
    assert same.rows(absent)[0, 0] == same.rows(zero)[0, 0]
    assert np.isnan(same.rows(absent)[0, 1])


def test_shap_on_ranks_verifies_rows_that_it_would_misread() -> None:
    booster, reference = grown(measured()), measured(80, seed=3)
    rows = hardest(booster, measured())
    effects = feature_effects(booster, rows, reference, oracle_rows=60)
    assert disagreement(booster, rows, reference, effects.values) < 1e-6
    assert disagreement(booster, rows, reference, effects.values + 1e-3) > 9e-4
