"""The compiled heart of the world. The ledger counts in fen; limits, incomes and debts are in CNY."""

from experiments.portfolio.kernels.future import foresee
from experiments.portfolio.kernels.incumbent import POLICY, REQUEST, TEST
from experiments.portfolio.kernels.month import advance
from experiments.portfolio.kernels.random_streams import account_key, account_keys, uniforms
from experiments.portfolio.kernels.world import World

__all__ = [
    "POLICY",
    "REQUEST",
    "TEST",
    "World",
    "account_key",
    "account_keys",
    "advance",
    "foresee",
    "uniforms",
]
