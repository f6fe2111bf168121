"""Counter-based random streams: every draw is a hash of (seed, account, month, stream, index).

There is no generator state: a draw is a keyed mixing function of a counter, in the sense of Salmon, Moraes,
Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3". Their mixing functions (Philox, Threefry)
are replaced by a shorter one, the 64-bit finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast
splittable pseudorandom number generators").

Two things follow. The simulated data do not depend on the order or the number of processes. And two policies
simulated with the same keys use common random numbers: they differ by their effects alone.
"""

from typing import Any

import numba
import numpy as np

from experiments.portfolio.kernels.compiling import njit
from experiments.portfolio.layout import MAX_ORDERS

# A stream is one purpose of draws. Streams are numpy integers: numba would compile `uniform` once more for
# every Python literal. Numbers must not change: the simulated data set of a seed hangs on them.
# 0-19 the person's circumstances, 20-39 limits and payments, 40-59 orders; 100-199 what the tables show of it
# (`emit`), 200-299 attributes at the start (`population`).
JOB, HIRE, INCOME, ILL, ILL_SPAN, MOVE, HABIT, SEEK, INQUIRY, LOAN = np.arange(10)
LOAN_SIZE, CLOSE, ELSEWHERE, HEAL = np.arange(10, 14)
REVIEW, RAISE, ASK, GRANT, TEMP, MISS, ROLL, LATE, DAY, SLACK, CARRY = np.arange(20, 31)
ORDERS, SIZE, CREDIT, CATEGORY, SPLIT, TERM, BACK = np.arange(40, 47)
WHEN, NEED, NEED_SIZE, PROMO, PROMO_TERM, ACCEPT, SEASON = np.arange(47, 54)
# Indices of draws within a stream and month: orders use 0 … MAX_ORDERS − 1, two special orders the next two.
NONE, ONE, NEEDED, PROMOTED = np.array([0, 1, MAX_ORDERS, MAX_ORDERS + 1])

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
"""2**64 over the golden ratio, odd: consecutive multiples of it are spread evenly over all 64-bit numbers."""
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
"""Multipliers of the finaliser: variant 13 of Stafford's search for the best avalanche of single bits."""
# Shift counts are unsigned too, so that numba keeps every step in unsigned 64-bit arithmetic.
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_S40, _S20 = np.uint64(40), np.uint64(20)


@njit
def mix(z: Any) -> Any:
    """The finaliser of SplitMix64: a bijection of 64-bit numbers with good avalanche."""
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


# The cached functions of this file call nothing outside of it, so numba's own check of the file is enough.
@numba.njit(cache=True)
def account_key(seed: Any, account: Any) -> Any:
    """The key of an account's random streams."""
    return mix(mix(np.uint64(seed) + _GAMMA) + np.uint64(account) * _GAMMA)


@njit
def path_key(key: Any, path: Any) -> Any:
    """The key of an account's streams on one Monte Carlo path: independent of the account's own streams."""
    return mix(key ^ mix(np.uint64(path) * _M2 + _GAMMA + _M1))


@njit
def uniform(key: Any, t: Any, stream: Any, k: Any) -> Any:
    """A uniform draw in the open interval (0, 1), the same at every call with these arguments.

    The counter holds the month from bit 40 on, the stream in bits 20 to 39, the index in bits 0 to 19. The
    upper 53 bits of the hash become the draw; half a step (2**-54) is added so that neither 0 nor 1 occurs.
    """
    counter = (np.uint64(t) << _S40) | (np.uint64(stream) << _S20) | np.uint64(k)
    z = mix(key ^ mix(counter + _GAMMA))
    return (np.float64(z >> _S11) + 0.5) * 1.1102230246251565e-16


@numba.njit(cache=True)
def uniforms(keys: Any, months: Any, stream: Any, k: Any) -> Any:
    """`uniform` over arrays of keys and months."""
    out = np.empty(len(keys))
    for i in range(len(keys)):
        out[i] = uniform(keys[i], months[i], stream, k)
    return out


@numba.njit(cache=True)
def account_keys(seed: Any, accounts: Any) -> Any:
    """`account_key` over an array of account numbers."""
    out = np.empty(len(accounts), np.uint64)
    for i in range(len(accounts)):
        out[i] = account_key(seed, accounts[i])
    return out
