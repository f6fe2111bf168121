"""Ground truth of the simulation: what would happen to an account from a moment on, at any limit.

Monte Carlo paths are drawn from the state at the moment. Given a path of the person's circumstances the
probability of going bad is computed exactly (`kernels.monte_carlo`), so that a few dozen paths give a small
standard error, which stands beside every figure. A moment may be any: the year ahead are twelve cycles of
the account's own, from the one whose bill is still to be settled (`cycles.ObservedCycles`). "Bad" is a third
payment missed in a row, which is 60 or more days past due at the next month end. Nothing in `features`,
`serving` or `training` may import this: it is for comparison afterwards.
"""

from experiments.portfolio.truth.drivers import drivers
from experiments.portfolio.truth.outcomes import potential_outcomes, true_risk
from experiments.portfolio.truth.snapshots import config_of

__all__ = ["config_of", "drivers", "potential_outcomes", "true_risk"]
