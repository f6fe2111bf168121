"""Recalibration in the large: moves the intercept of the calibration by the drift of early outcomes.

Outcomes of the training months matured in the economy of one or two years ago. What the lender can know at
the first test month is who fell behind within a shorter window since. The intercept moves by how much more or
less often the same margins now lead to early arrears than they did in the training months. The slope stays,
and with it the order of accounts and all differences between reasons. (Steyerberg 2019, "Clinical prediction
models", ch. 20: updating the intercept alone.)
"""

from dataclasses import replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from features.arrays import Bools, Floats
from serving.model.types import Calibration
from training.model.calibrate import platt

REACH = 5.0
"""Half-width, in log-odds, of the interval that is searched for the intercept."""


def recalibrated(
    calibration: Calibration, training: tuple[Floats, Bools], recent: tuple[Floats, Bools]
) -> Calibration:
    """The calibration with its intercept moved by the drift of early outcomes at equal margins.

    Args:
        calibration: of the full outcome, on the training months.
        training: margins and early outcomes of the calibration set, in the training months.
        recent: the same of recent months; both outcomes must occur.

    Raises:
        DataError: early outcomes fall with the margin on the calibration set.
    """
    before = platt(*training)
    now = intercept_at(before.slope * recent[0], recent[1])
    return replace(calibration, intercept=calibration.intercept + now - before.intercept)


def intercept_at(slope_times_margin: Floats, bad: Bools) -> float:
    """The intercept at which mean probability equals bad rate: maximum likelihood at fixed slope."""
    return shift_to(slope_times_margin, float(np.clip(bad.mean(), 0.5 / len(bad), 1 - 0.5 / len(bad))))


def shift_to(log_odds: Floats, mean: float) -> float:
    """What has to be added to (n,) log-odds for their mean probability to be this."""
    middle = float(np.log(mean / (1 - mean)) - np.median(log_odds))
    low, high = middle - REACH, middle + REACH
    return float(brentq(lambda a: expit(log_odds + a).mean() - mean, low, high))
