from pathlib import Path

import lightgbm as lgb
import numpy as np
import pytest

from experiments.demand import figures
from experiments.demand.folds import tune
from experiments.demand.model import TASKS, DemandPrediction, dataset, fit
from experiments.demand.settings import load_settings
from experiments.demand.study import recalibrated
from experiments.demand.training_rows import TrainingRows
from features.errors import ConfigError
from tests.experiments.demand.synthetic import SETTINGS, SMALL, silent, synthetic_rows


def test_tuning_takes_the_candidate_of_the_lowest_error() -> None:
    tuned = tune(synthetic_rows(), SETTINGS, silent)
    assert tuned.boosting == SMALL
    assert tuned.rmse[1] < tuned.rmse[0]
    assert set(tuned.rounds) == set(TASKS)


def test_the_same_seed_gives_the_same_predictions() -> None:
    rows = synthetic_rows(300)
    tuned = tune(rows, SETTINGS, silent)
    first, again = (fit(rows, tuned, SETTINGS).predict(rows.x) for _ in range(2))
    assert np.array_equal(first.log_amount, again.log_amount)
    assert np.array_equal(first.any_loan, again.any_loan)


def test_the_amount_is_trained_on_borrowers_alone() -> None:
    assert TASKS["amount"].rows(np.array([0.0, 4.0, 0.0, 5.0])).tolist() == [1, 3]
    assert TASKS["any"].target(np.array([0.0, 4.0])).tolist() == [0.0, 1.0]


def labels_and_weights(data: lgb.Dataset) -> list[list[float]]:
    return [np.asarray(held).tolist() for held in (data.get_label(), data.get_weight())]


def test_a_task_has_its_own_rows_targets_and_weights() -> None:
    now = TrainingRows.of(np.ones((2, 2)), np.array([0.0, 4.0]))
    rows = now.above(TrainingRows.of(np.zeros((2, 2)), np.array([0.0, 5.0]), 0.5))
    amount = dataset(TASKS["amount"], rows).construct()
    assert labels_and_weights(amount) == [[4.0, 5.0], [1.0, 0.5]]
    either = dataset(TASKS["any"], rows).construct()
    assert labels_and_weights(either) == [[0, 1, 0, 1], [1.0, 1.0, 0.5, 0.5]]


def test_recalibration_keeps_the_ranking_and_takes_the_level() -> None:
    long_record = DemandPrediction(np.array([0.1, 0.3, 0.8]), np.array([0.5, 1.0, 3.0]))
    short_record = DemandPrediction(np.array([0.2, 0.2, 0.2]), np.array([1.0, 1.0, 1.0]))
    both = recalibrated(long_record, level_of=short_record)
    assert both.any_loan.tolist() == pytest.approx([0.05, 0.15, 0.4])
    assert both.log_amount.tolist() == pytest.approx([1 / 3, 2 / 3, 2.0])


def test_metrics_equal_a_calculation_by_hand() -> None:
    truth = np.array([0.0, 0.0, 2.0, 4.0])
    found = figures.both(
        DemandPrediction(np.array([0.1, 0.5, 0.4, 0.9]), np.array([1.0, 1.0, 2.0, 2.0])), truth
    )
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
