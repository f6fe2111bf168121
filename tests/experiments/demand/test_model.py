from pathlib import Path

import numpy as np
import pytest

from experiments.demand import figures
from experiments.demand.model import TASKS, Predicted, cross_predict, fit, tune, user_folds
from experiments.demand.settings import Boosting, Settings, load_settings
from experiments.demand.study import anchored
from features.errors import ConfigError

SMALL = Boosting(
    learning_rate=0.2,
    num_leaves=4,
    min_data_in_leaf=20,
    feature_fraction=1.0,
    bagging_fraction=0.8,
    lambda_l2=1.0,
)
USELESS = SMALL.model_copy(update={"min_data_in_leaf": 100_000})
SETTINGS = Settings(
    horizon_days=30, window_days=56, record_window_days=90, folds=3, seeds=1, threads=1, seed=7, bootstrap=50,
    candidates=(USELESS, SMALL),
)  # fmt: skip


def world(n: int = 900) -> tuple[np.ndarray, np.ndarray]:
    """Who borrows hangs on the first feature, how much on the second."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 3))
    borrows = rng.random(n) < 1 / (1 + np.exp(-2 * x[:, 0]))
    return x, np.where(borrows, 5 + x[:, 1], 0.0)


def silent(done: int, total: int) -> None:
    assert done <= total


def test_tuning_takes_the_candidate_that_learns_something() -> None:
    tuned = tune(*world(), SETTINGS, silent)
    assert tuned.boosting == SMALL
    assert tuned.rmse[1] < tuned.rmse[0]
    assert set(tuned.rounds) == set(TASKS)


def test_users_are_predicted_by_models_that_have_not_seen_them() -> None:
    x, log_amount = world()
    tuned = tune(x, log_amount, SETTINGS, silent)
    seen = figures.both(fit(x, log_amount, tuned, SETTINGS).predict(x), log_amount)
    unseen = figures.both(cross_predict(x, log_amount, tuned, SETTINGS, silent), log_amount)
    assert unseen["rmse_log5_amount"] > seen["rmse_log5_amount"]
    assert unseen["auc_any_loan"] > 0.75


def test_folds_part_users_and_cover_each_once() -> None:
    held = np.concatenate([outside for _, outside in user_folds(20, SETTINGS)])
    assert sorted(held) == list(range(20))
    assert all(not set(train) & set(outside) for train, outside in user_folds(20, SETTINGS))


def test_the_same_seed_gives_the_same_predictions() -> None:
    x, log_amount = world(300)
    tuned = tune(x, log_amount, SETTINGS, silent)
    first, again = (fit(x, log_amount, tuned, SETTINGS).predict(x) for _ in range(2))
    assert np.array_equal(first.log_amount, again.log_amount)
    assert np.array_equal(first.any_loan, again.any_loan)


def test_the_amount_is_learnt_from_borrowers_alone() -> None:
    assert TASKS["amount"].rows(np.array([0.0, 4.0, 0.0, 5.0])).tolist() == [1, 3]
    assert TASKS["any"].target(np.array([0.0, 4.0])).tolist() == [0.0, 1.0]


def test_the_anchor_keeps_the_order_of_the_long_record_and_the_level_of_the_short_one() -> None:
    far = Predicted(np.array([0.1, 0.3, 0.8]), np.array([0.5, 1.0, 3.0]))
    near = Predicted(np.array([0.2, 0.2, 0.2]), np.array([1.0, 1.0, 1.0]))
    both = anchored(far, near)
    assert both.any_loan.tolist() == pytest.approx([0.05, 0.15, 0.4])
    assert both.log_amount.tolist() == pytest.approx([1 / 3, 2 / 3, 2.0])


def test_figures_are_the_ones_a_pencil_gives() -> None:
    truth = np.array([0.0, 0.0, 2.0, 4.0])
    found = figures.both(Predicted(np.array([0.1, 0.5, 0.4, 0.9]), np.array([1.0, 1.0, 2.0, 2.0])), truth)
    assert found["auc_any_loan"] == pytest.approx(0.75)
    assert found["rmse_log5_amount"] == pytest.approx(np.sqrt((1 + 1 + 0 + 4) / 4))
    assert found["bias_log5_amount"] == pytest.approx(0.0)


def test_an_interval_holds_its_estimate() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(size=500)
    predicted = truth + rng.normal(size=500)
    interval = figures.rmse_interval(predicted, truth, 100, 1)
    assert interval.low < figures.rmse(predicted, truth) < interval.high


def test_the_shipped_settings_load_and_an_unknown_key_is_named(tmp_path: Path) -> None:
    assert load_settings().horizon_days == 30
    wrong = tmp_path / "x.toml"
    wrong.write_text("horizon = 30\n")
    with pytest.raises(ConfigError, match="horizon"):
        load_settings(wrong)
