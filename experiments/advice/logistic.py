"""A logistic line by Newton's method, with a light ridge so that a rare driver cannot run away."""

import numpy as np
from scipy.special import expit

from features.arrays import Floats

RIDGE = 0.1
STEPS = 50


def fit(x: Floats, y: Floats, *, offset: Floats | None = None) -> Floats:
    """Weights (k,) of the columns of x (n, k) for outcomes y (n,) of 0 and 1.

    Args:
        x: drivers, a column of ones among them where there is to be an intercept.
        y: outcomes.
        offset: (n,) log-odds known beforehand.
    """
    weights, known = np.zeros(x.shape[1]), np.zeros(len(y)) if offset is None else offset
    for _ in range(STEPS):
        p = expit(x @ weights + known)
        slope = x.T @ (y - p) - RIDGE * weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(weights))
        change = np.linalg.solve(curve, slope)
        weights = weights + change
        if np.abs(change).max() < 1e-9:
            break
    return weights


def probability(x: Floats, weights: Floats) -> Floats:
    """(n,) probabilities."""
    return np.asarray(expit(x @ weights))
