"""Logistic regression by Newton's method, with a light ridge penalty on rare variables."""

import numpy as np
from scipy.special import expit

from features.arrays import Floats

RIDGE = 0.1
MAX_ITERATIONS = 50
TOLERANCE = 1e-9


def fit(x: Floats, y: Floats, *, offset: Floats | None = None) -> Floats:
    """Coefficients (k,) of the explanatory variables x (n, k) for outcomes y (n,) of 0 and 1.

    Args:
        x: explanatory variables, a column of ones among them where there is an intercept.
        y: outcomes.
        offset: (n,) log-odds with a fixed coefficient of 1.
    """
    weights, known = np.zeros(x.shape[1]), np.zeros(len(y)) if offset is None else offset
    for _ in range(MAX_ITERATIONS):
        p = expit(x @ weights + known)
        gradient = x.T @ (y - p) - RIDGE * weights
        hessian = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(weights))
        change = np.linalg.solve(hessian, gradient)
        weights = weights + change
        if np.abs(change).max() < TOLERANCE:
            break
    return weights


def probability(x: Floats, weights: Floats) -> Floats:
    """(n,) probabilities."""
    return np.asarray(expit(x @ weights))
