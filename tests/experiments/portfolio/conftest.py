import numpy as np
import polars as pl
import pytest

from experiments.portfolio.config import SimulationConfig
from experiments.portfolio.emit.tables import account_tables
from experiments.portfolio.simulation import Trajectories, simulate_accounts

N = 1_200


@pytest.fixture(scope="session")
def config() -> SimulationConfig:
    return SimulationConfig(n_accounts=N, workers=1)


@pytest.fixture(scope="session")
def trajectories(config: SimulationConfig) -> Trajectories:
    return simulate_accounts(config, np.arange(1, N + 1))


@pytest.fixture(scope="session")
def tables(trajectories: Trajectories) -> dict[str, pl.DataFrame]:
    return account_tables(trajectories)
