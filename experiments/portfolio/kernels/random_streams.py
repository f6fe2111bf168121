"""Counter-based luck: every draw is a hash of (seed, account, month, stream, number).

So a world does not depend on the order or the number of processes, and two policies share their luck.
"""

from math import exp, log, sqrt
from typing import Any

import numba
import numpy as np

from experiments.portfolio.kernels.compiling import njit
from experiments.portfolio.layout import MAX_ORDERS

# Streams are numpy integers: with plain ones, numba would compile `uniform` once more for every stream.
JOB, HIRE, INCOME, ILL, ILL_SPAN, MOVE, HABIT, SEEK, INQUIRY, LOAN = np.arange(10)
LOAN_SIZE, CLOSE, ELSEWHERE, HEAL = np.arange(10, 14)
REVIEW, RAISE, ASK, GRANT, TEMP, MISS, ROLL, LATE, DAY, SLACK, CARRY = np.arange(20, 31)
ORDERS, SIZE, CREDIT, CATEGORY, SPLIT, TERM, BACK = np.arange(40, 47)
WHEN, NEED, NEED_SIZE, PROMO, PROMO_TERM, ACCEPT = np.arange(47, 53)
NONE, ONE, NEEDED, PROMOTED = np.array([0, 1, MAX_ORDERS, MAX_ORDERS + 1])

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_S40, _S20 = np.uint64(40), np.uint64(20)


@njit
def mix(z: Any) -> Any:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014)."""
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@numba.njit(cache=True)
def account_key(seed: Any, account: Any) -> Any:
    """The key of an account's luck."""
    return mix(mix(np.uint64(seed) + _GAMMA) + np.uint64(account) * _GAMMA)


@njit
def path_key(key: Any, path: Any) -> Any:
    """Fresh luck for one possible future."""
    return mix(key ^ mix(np.uint64(path) * _M2 + _GAMMA + _M1))


@njit
def uniform(key: Any, t: Any, stream: Any, k: Any) -> Any:
    """A number in (0, 1) that is the same whenever it is asked for."""
    counter = (np.uint64(t) << _S40) | (np.uint64(stream) << _S20) | np.uint64(k)
    z = mix(key ^ mix(counter + _GAMMA))
    return (np.float64(z >> _S11) + 0.5) * 1.1102230246251565e-16


@njit
def quantile(u: Any) -> Any:
    """Inverse of the normal distribution function (P. J. Acklam's rational approximation, error 1.2e-9)."""
    if u > 0.97575:
        return -quantile_tail(1.0 - u)
    if u < 0.02425:
        return quantile_tail(u)
    q = u - 0.5
    r = q * q
    a = -3.969683028665376e01 * r + 2.209460984245205e02
    a = ((a * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r - 3.066479806614716e01
    b = -5.447609879822406e01 * r + 1.615858368580409e02
    b = ((b * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r - 1.328068155288572e01
    return (a * r + 2.506628277459239) * q / (b * r + 1.0)


@njit
def quantile_tail(u: Any) -> Any:
    """The lower tail of `quantile`."""
    q = sqrt(-2.0 * log(u))
    c = -7.784894002430293e-03 * q - 3.223964580411365e-01
    c = ((c * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968
    d = 7.784695709041462e-03 * q + 3.224671290700398e-01
    d = (d * q + 2.445134137142996) * q + 3.754408661907416
    return (c * q + 2.938163982698783) / (d * q + 1.0)


@njit
def normal(key: Any, t: Any, stream: Any) -> Any:
    """A standard normal draw."""
    return quantile(uniform(key, t, stream, NONE))


@njit
def poisson(u: Any, mean: Any, cap: Any) -> Any:
    """Inverse of the Poisson distribution, capped."""
    p = exp(-mean)
    total, n = p, 0
    while u > total and n < cap:
        n += 1
        p *= mean / n
        total += p
    return n


@njit
def sigmoid(z: Any) -> Any:
    """Log-odds to probability."""
    return 1.0 / (1.0 + exp(-z))


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
