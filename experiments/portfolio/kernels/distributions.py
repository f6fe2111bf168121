"""Distributions by inversion of a uniform draw: one draw a variate, so common random numbers stay aligned."""

from math import exp, log, sqrt
from typing import Any

from experiments.portfolio.kernels.compiling import njit
from experiments.portfolio.kernels.random_streams import NONE, uniform


@njit
def normal_quantile(u: Any) -> Any:
    """Inverse of the normal distribution function (P. J. Acklam's rational approximation, error 1.2e-9).

    Both polynomials are evaluated by Horner's rule; numba has no inverse of the error function.
    """
    if u > 0.97575:
        return -normal_quantile_tail(1.0 - u)
    if u < 0.02425:
        return normal_quantile_tail(u)
    q = u - 0.5
    r = q * q
    a = -3.969683028665376e01 * r + 2.209460984245205e02
    a = ((a * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r - 3.066479806614716e01
    b = -5.447609879822406e01 * r + 1.615858368580409e02
    b = ((b * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r - 1.328068155288572e01
    return (a * r + 2.506628277459239) * q / (b * r + 1.0)


@njit
def normal_quantile_tail(u: Any) -> Any:
    """The lower tail of `normal_quantile`."""
    q = sqrt(-2.0 * log(u))
    c = -7.784894002430293e-03 * q - 3.223964580411365e-01
    c = ((c * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968
    d = 7.784695709041462e-03 * q + 3.224671290700398e-01
    d = (d * q + 2.445134137142996) * q + 3.754408661907416
    return (c * q + 2.938163982698783) / (d * q + 1.0)


@njit
def normal(key: Any, t: Any, stream: Any) -> Any:
    """A standard normal draw."""
    return normal_quantile(uniform(key, t, stream, NONE))


@njit
def poisson(u: Any, mean: Any, cap: Any) -> Any:
    """Inverse of the Poisson distribution function at `u`, capped."""
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
