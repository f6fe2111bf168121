"""Ground truth of the simulation: what would happen to an account from a moment on, at any limit.

Monte Carlo paths are drawn from the state at the moment. Given a path of the person's circumstances the
probability of going bad is computed exactly (`kernels.monte_carlo`), so that a few dozen paths give a small
standard error, which stands beside every figure. "Bad" is 60 or more days past due at a month end within
twelve months, the month of `as_of` being the first. Nothing in `features`, `serving` or `training` may import
this: it is for comparison afterwards.
"""

from experiments.portfolio.truth.drivers import drivers
from experiments.portfolio.truth.outcomes import potential_outcomes, true_risk
from experiments.portfolio.truth.snapshots import config_of

__all__ = ["config_of", "drivers", "potential_outcomes", "true_risk"]
