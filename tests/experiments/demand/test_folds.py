import numpy as np
import pytest

from experiments.demand import figures, folds
from experiments.demand.folds import cross_predict, tune, user_folds
from experiments.demand.model import DemandModel, Predicted, Tuned, fit
from experiments.demand.panel import Panel
from tests.experiments.demand.world import SETTINGS, SMALL, silent, world

ROUNDS = Tuned(SMALL, {"any": 20, "amount": 20, "both": 20}, (1.0,))


def test_users_are_predicted_by_models_that_have_not_seen_them() -> None:
    panel = world()
    tuned = tune(panel, SETTINGS, silent)
    seen = figures.both(fit(panel, tuned, SETTINGS).predict(panel.x), panel.log_amount)
    crossed = cross_predict(panel, world(seed=2), tuned, SETTINGS, silent)
    unseen = figures.both(crossed, panel.log_amount)
    assert unseen["rmse_log5_amount"] > seen["rmse_log5_amount"]
    assert unseen["auc_any_loan"] > 0.75


def test_folds_part_users_and_cover_each_once() -> None:
    held = np.concatenate([outside for _, outside in user_folds(20, SETTINGS)])
    assert sorted(held) == list(range(20))
    assert all(not set(train) & set(outside) for train, outside in user_folds(20, SETTINGS))


def test_no_month_of_a_held_user_teaches(monkeypatch: pytest.MonkeyPatch) -> None:
    n = 90
    now = Panel.of(np.arange(n, dtype=float).reshape(n, 1), np.zeros(n))
    earlier = Panel.of(now.x + 1_000, np.ones(n), 0.25)
    taught: list[set[float]] = []

    class Asked(DemandModel):
        def predict(self, x: np.ndarray) -> Predicted:
            assert not taught[-1] & set(x[:, 0])
            assert len(taught[-1]) + len(x) == n
            return Predicted(x[:, 0], x[:, 0])

    def listen(rows: Panel, *_: object) -> DemandModel:
        assert sorted(set(rows.weight)) == [0.25, 1.0]
        assert len(rows) == 2 * len(set(rows.x[:, 0] % 1_000))
        taught.append(set(rows.x[:, 0] % 1_000))
        return Asked({})

    monkeypatch.setattr(folds, "fit", listen)
    found = cross_predict(now, earlier, ROUNDS, SETTINGS, silent)
    assert len(taught) == SETTINGS.folds
    assert found.any_loan.tolist() == now.x[:, 0].tolist()


def test_an_earlier_month_of_the_same_law_helps() -> None:
    now, earlier = world(300), world(300, seed=2)
    mute = Panel(earlier.x, earlier.log_amount, np.full(300, 1e-9))
    helped, alone = (
        cross_predict(now, rows, ROUNDS, SETTINGS, silent).log_amount for rows in (earlier, mute)
    )
    assert figures.rmse(helped, now.log_amount) < figures.rmse(alone, now.log_amount)
