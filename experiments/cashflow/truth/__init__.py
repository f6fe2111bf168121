"""Ground truth of the cash flow: what would happen to an account from a day on, and through what.

The coming year is simulated many times from the state on the day. "Bad" is 60 or more days past due at a
month end within twelve months after `as_of`. The hour of `as_of` is ignored: the state is that of the start
of its day. Nothing in `features`, `serving` or `training` may import this: it is for comparison afterwards.
"""

from experiments.cashflow.truth.drivers import drivers
from experiments.cashflow.truth.risk import true_risk
from experiments.cashflow.truth.snapshots import config_of

__all__ = ["config_of", "drivers", "true_risk"]
