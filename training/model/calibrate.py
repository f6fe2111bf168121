"""Platt scaling: probability of bad from the margin, affine in it, so that the score stays additive."""

import numpy as np
from scipy.special import expit

from features.arrays import Bools, Floats
from features.errors import DataError
from serving.model.types import Calibration


def platt(margin: Floats, bad: Bools) -> Calibration:
    """Fits `logit P(bad) = slope · margin + intercept` by maximum likelihood.

    Platt (1999) with his smoothed targets, `(bads + 1) / (bads + 2)` and `1 / (goods + 2)`, which keep the
    line finite when the margins separate good from bad completely.

    Raises:
        DataError: the slope is not positive: the margins rank in the wrong direction on these rows.
    """
    n_bad = int(bad.sum())
    target = np.where(bad, (n_bad + 1) / (n_bad + 2), 1 / (len(bad) - n_bad + 2))
    slope, intercept = logistic_line(margin, target)
    if slope <= 0:
        raise DataError(
            f"calibration: slope {slope:.3f} on {len(bad)} rows with {n_bad} bad: the model ranks in the "
            "wrong direction there; there is too little data, or the calibration set differs from the fit set"
        )
    return Calibration(slope, intercept)


def logistic_line(x: Floats, target: Floats, steps: int = 100) -> tuple[float, float]:
    """Slope and intercept of a logistic regression on one variable, by Newton steps with halving."""
    design = np.column_stack([x, np.ones(len(x))])
    beta = np.zeros(2)
    loss = _loss(design @ beta, target)
    for _ in range(steps):
        p = expit(design @ beta)
        hessian = (design * (p * (1 - p))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, design.T @ (target - p))
        while _loss(design @ (beta + step), target) > loss and np.abs(step).max() > 1e-12:
            step = step / 2
        beta = beta + step
        loss = _loss(design @ beta, target)
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[0]), float(beta[1])


def _loss(z: Floats, target: Floats) -> float:
    return float(np.sum(np.logaddexp(0, z) - target * z))
