"""The stuck-good rate of the incumbent policy, by the true potential outcomes."""

from datetime import datetime

import numpy as np
import polars as pl

from experiments.portfolio.config import BURN_IN, SimulationConfig
from experiments.portfolio.report.panel import Panel
from experiments.portfolio.truth import potential_outcomes
from features.matrix import Observations

GOOD_BELOW = 0.02
"""True probability of bad at one and a half times the limit below which an account counts as staying good."""
SAMPLE = 2_000


def stuck_good_rate(panel: Panel, config: SimulationConfig) -> tuple[float, int]:
    """Among accounts open for a year that would stay good at 1.5 times the limit, the share without a raise.

    Observed one year before the end, on the first accounts by number. A limit has not moved when it is no
    higher than twelve months before.

    Returns:
        The share, and the number of good accounts in its denominator.
    """
    month = config.n_months - 12
    seasoned = np.nonzero((panel.opened <= month - 13) & (panel.dpd[:, month - 1] == 0))[0]
    rows = seasoned[np.argsort(panel.account[seasoned])][:SAMPLE]
    as_of = datetime.combine(config.month_start(BURN_IN + month), datetime.min.time())
    keys = {"account_id": panel.account[rows], "as_of": [as_of] * len(rows)}
    frame = pl.DataFrame(keys, schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")})
    higher = potential_outcomes(config, Observations(frame), multipliers=(1.5,), paths=32)
    good = higher["true_pd"].to_numpy() < GOOD_BELOW
    unmoved = panel.limit[rows, month - 1] <= panel.limit[rows, month - 13]
    return float(unmoved[good].mean()), int(good.sum())
