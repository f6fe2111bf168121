"""Compiled kernels of the simulation (numba): one month of one account, then loops over months and accounts.

Argument names are the same in every kernel: `s` the account's state (`layout.STATE`), `x` the person's fixed
attributes (`layout.PERSON`), `key` the account's random-stream key, `t` the month, `w` the `Environment`, `p`
the parameters (one flat record), `action` an intervention on behaviour (`layout.INTERVENTION`), `override` a
limit set from outside (NaN: the incumbent's policy decides), `o` the month's record to be filled
(`layout.MONTH`). Records are passed by reference: a kernel writes their fields in place.

Money: the ledger counts fen (0.01 CNY) in float64 that hold whole numbers. Sums and differences of whole
floats below 2**53 are exact, so a bill equals its parts to the cent and no kernel mixes integers and floats;
whatever is not whole by itself (fees, interest, shares) is rounded with `floor`. Limits, incomes and debts
with other lenders are CNY; a factor of 100.0 converts.

Loops: account by account, and all months of one account before the next. The state then stays in the
processor's cache, no (accounts, months) temporaries are made, and the many branches (arrears, job loss,
requests) cost what they are, where array code would evaluate each for every account and mask the rest.
"""

from experiments.portfolio.kernels.environment import Environment
from experiments.portfolio.kernels.incumbent import POLICY, REQUEST, TEST
from experiments.portfolio.kernels.ledger import WRITE_OFF
from experiments.portfolio.kernels.monte_carlo import (
    BALANCE,
    LOSS,
    N_OUTCOMES,
    PD,
    PD_IF_CURRENT,
    PD_SE,
    PROFIT,
    expected_outcomes,
)
from experiments.portfolio.kernels.month import advance
from experiments.portfolio.kernels.random_streams import account_key, account_keys, uniforms

__all__ = [
    "BALANCE",
    "LOSS",
    "N_OUTCOMES",
    "PD",
    "PD_IF_CURRENT",
    "PD_SE",
    "POLICY",
    "PROFIT",
    "REQUEST",
    "TEST",
    "WRITE_OFF",
    "Environment",
    "account_key",
    "account_keys",
    "advance",
    "expected_outcomes",
    "uniforms",
]
