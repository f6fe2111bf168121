import numpy as np
import pytest

from experiments.demand import figures, folds
from experiments.demand.folds import cross_predict, tune, user_folds
from experiments.demand.model import DemandModel, DemandPrediction, TunedParameters, fit
from experiments.demand.training_rows import TrainingRows
from tests.experiments.demand.synthetic import SETTINGS, SMALL, silent, synthetic_rows

ROUNDS = TunedParameters(SMALL, {"any": 20, "amount": 20, "both": 20}, (1.0,))


def test_users_are_predicted_by_models_trained_without_them() -> None:
    rows = synthetic_rows()
    tuned = tune(rows, SETTINGS, silent)
    seen = figures.both(fit(rows, tuned, SETTINGS).predict(rows.x), rows.log_amount)
    crossed = cross_predict(rows, synthetic_rows(seed=2), tuned, SETTINGS, silent)
    unseen = figures.both(crossed, rows.log_amount)
    assert unseen["rmse_log5_amount"] > seen["rmse_log5_amount"]
    assert unseen["auc_any_loan"] > 0.75


def test_folds_hold_each_user_out_once() -> None:
    held = np.concatenate([outside for _, outside in user_folds(20, SETTINGS)])
    assert sorted(held) == list(range(20))
    assert all(not set(train) & set(outside) for train, outside in user_folds(20, SETTINGS))


def test_no_month_of_a_held_out_user_is_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    n = 90
    now = TrainingRows.of(np.arange(n, dtype=float).reshape(n, 1), np.zeros(n))
    earlier = TrainingRows.of(now.x + 1_000, np.ones(n), 0.25)
    trained_on: list[set[float]] = []

    class IdentityModel(DemandModel):
        def predict(self, x: np.ndarray) -> DemandPrediction:
            assert not trained_on[-1] & set(x[:, 0])
            assert len(trained_on[-1]) + len(x) == n
            return DemandPrediction(x[:, 0], x[:, 0])

    def record(rows: TrainingRows, *_: object) -> DemandModel:
        assert sorted(set(rows.weight)) == [0.25, 1.0]
        assert len(rows) == 2 * len(set(rows.x[:, 0] % 1_000))
        trained_on.append(set(rows.x[:, 0] % 1_000))
        return IdentityModel({})

    monkeypatch.setattr(folds, "fit", record)
    found = cross_predict(now, earlier, ROUNDS, SETTINGS, silent)
    assert len(trained_on) == SETTINGS.folds
    assert found.any_loan.tolist() == now.x[:, 0].tolist()


def test_rows_of_an_earlier_month_reduce_the_error() -> None:
    now, earlier = synthetic_rows(300), synthetic_rows(300, seed=2)
    weightless = TrainingRows(earlier.x, earlier.log_amount, np.full(300, 1e-9))
    helped, alone = (
        cross_predict(now, rows, ROUNDS, SETTINGS, silent).log_amount for rows in (earlier, weightless)
    )
    assert figures.rmse(helped, now.log_amount) < figures.rmse(alone, now.log_amount)
