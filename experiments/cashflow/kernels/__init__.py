"""Compiled kernels of the cash flow (numba): one day of one account, then loops over days and accounts.

Argument names are the same in every kernel: `s` the account's state (`layout.STATE`), `x` the person's fixed
attributes (`layout.PERSON`), `key` the account's random-stream key, `t` the day, `w` the `Environment`, `p`
the parameters (one flat record), `action` an intervention (`layout.INTERVENTION`), `events` the event log.
Records are passed by reference: a kernel writes their fields in place.

Money of the household is CNY. The platform's ledger counts fen in float64 that hold whole numbers, so that a
bill equals its parts to the cent.
"""

from experiments.cashflow.kernels.day import advance
from experiments.cashflow.kernels.environment import Environment
from experiments.cashflow.kernels.events import EventLog, empty_log
from experiments.cashflow.kernels.paths import PD, PD_SE, default_probability
from experiments.portfolio.kernels.random_streams import account_key, account_keys, uniforms

__all__ = [
    "PD",
    "PD_SE",
    "Environment",
    "EventLog",
    "account_key",
    "account_keys",
    "advance",
    "default_probability",
    "empty_log",
    "uniforms",
]
