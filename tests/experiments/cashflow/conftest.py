import numpy as np
import pytest

from experiments.cashflow.config import CashflowConfig
from experiments.cashflow.simulation import Trajectories, simulate_accounts

CONFIG = CashflowConfig(n_accounts=400, n_months=24, workers=1, n_buckets=4)
ACCOUNTS = np.arange(1, 401)


@pytest.fixture(scope="session")
def factual() -> Trajectories:
    return simulate_accounts(CONFIG, ACCOUNTS)
