"""Expected outcomes: the delinquency chain keeps all probability; an account that is bad stays bad."""

import numpy as np
import pytest

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.kernels.ledger import WRITE_OFF
from experiments.portfolio.kernels.monte_carlo import BAD_MISSED, advance_chain, start_chain
from experiments.portfolio.layout import STATE
from experiments.portfolio.simulation import AccountSimulator, Trajectories, no_intervention
from experiments.portfolio.truth import true_risk
from features.errors import ConfigError
from tests.experiments.portfolio.test_truth import observed

MONTH = 44


@pytest.mark.parametrize("missed", range(WRITE_OFF + 1))
def test_the_chain_starts_in_one_state_and_nowhere_outside_of_them(missed: int) -> None:
    state = np.zeros(1, STATE).view(np.recarray)[0]
    state.missed = missed
    memory = np.zeros(16)
    start_chain.py_func(state, memory[:4])  # numpy checks the bounds that numba does not
    assert memory[:4].sum() == (missed < BAD_MISSED)
    assert memory[4:].sum() == 0.0


def test_the_chain_loses_no_probability(config: SimulationConfig) -> None:
    chain, bad, parameters = np.array([0.4, 0.3, 0.2, 0.1]), 0.0, config.parameters.record()
    for odds in (-4.0, -1.0, 2.0):
        bad += advance_chain(chain, odds, 1.0, parameters)
        assert chain.min() >= 0.0
        assert chain.sum() + bad == pytest.approx(1.0)


def test_an_account_that_is_bad_already_has_probability_one(
    trajectories: Trajectories, config: SimulationConfig
) -> None:
    bad = trajectories.accounts[trajectories.months["missed"][:, MONTH - 1] >= BAD_MISSED]
    found = true_risk(config, observed(config, bad, MONTH), paths=2)
    assert len(bad) > 10
    assert (found["true_pd"] == 1.0).all()
    assert (found["true_pd_se"] == 0.0).all()


def test_limits_and_actions_of_another_shape_are_refused(config: SimulationConfig) -> None:
    accounts = np.arange(1, 4)
    with pytest.raises(ConfigError, match=r"actions have shape \(2,\); give \(3,\)"):
        AccountSimulator(config, accounts, no_intervention(2))
    with pytest.raises(ConfigError, match=r"limits have shape \(3, 2\); give \(3, 5\)"):
        AccountSimulator(config, accounts).advance(5, np.zeros((3, 2)))
