"""Brings the level of the probabilities to the present, by outcomes that mature sooner.

Twelve-month outcomes of the training months were lived in the economy of one or two years ago. What the
lender can know at the first test month is who fell behind within a shorter window since: the intercept moves
by how much more or less often the same margins now lead to early arrears than they did in the training
months. The slope, and so the order of accounts and all differences between reasons, stays as it is.
"""

from dataclasses import replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from features.arrays import Bools, Floats
from serving.model.types import Calibration
from training.model.calibrate import platt

REACH = 5.0


def anchored(
    calibration: Calibration, taught: tuple[Floats, Bools], recent: tuple[Floats, Bools]
) -> Calibration:
    """The calibration with its intercept moved by the drift of early outcomes at equal margins.

    Args:
        calibration: of the full outcome, on the training months.
        taught: margins and early outcomes on the calibration rows of the training months.
        recent: the same on recent months; both outcomes must occur.

    Raises:
        DataError: early outcomes fall with the margin on the calibration rows.
    """
    then = platt(*taught)
    now = level(then.slope * recent[0], recent[1])
    return replace(calibration, intercept=calibration.intercept + now - then.intercept)


def level(slope_times_margin: Floats, bad: Bools) -> float:
    """The intercept at which the mean probability equals the share of bad: maximum likelihood of it alone."""
    share = float(np.clip(bad.mean(), 0.5 / len(bad), 1 - 0.5 / len(bad)))
    middle = float(np.log(share / (1 - share)) - np.median(slope_times_margin))
    low, high = middle - REACH, middle + REACH
    return float(brentq(lambda a: expit(slope_times_margin + a).mean() - share, low, high))
