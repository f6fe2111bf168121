"""Monthly contributions: the base that employers declare, and when a month's row arrives.

Contributions are learned one to two months late, some months later still; on a new consent the past two years
arrive at once.
"""

import numpy as np

from experiments.portfolio.emit.clock import Cells, Clock
from experiments.portfolio.emit.feed import Consent
from experiments.portfolio.simulation import Trajectories
from features.arrays import Floats, Ints
from features.calendar import DAY


def declared_base(trajectories: Trajectories, cells: Cells, clock: Clock) -> Floats:
    """(k,) the declared base, CNY, raised each July with a year's usual growth of pay."""
    years = (clock.starts[cells.month] - clock.starts[0]) // (365 * DAY)
    return np.asarray(np.round(trajectories.people["declared"][cells.row] * 1.03**years / 10.0) * 10.0)


def arrived(
    trajectories: Trajectories, clock: Clock, held: Consent, cells: Cells, stream: int
) -> tuple[Cells, Ints]:
    """The months that arrive under consent, and when; draws from `stream` and the two after it."""
    lag = np.floor(clock.starts[1] - clock.starts[0] + cells.uniform(stream) * 30 * 86_400e6).astype(np.int64)
    late = cells.uniform(stream + 1) < trajectories.config.parameters.observed.late_row
    extra = np.where(late, (45 + 75 * cells.uniform(stream + 2)) * 86_400e6, 0.0).astype(np.int64)
    granted = held.granted[cells.row]
    known = np.maximum(clock.starts[cells.month] + lag + extra, granted + DAY)
    recent = clock.starts[cells.month] >= granted - 24 * 30 * DAY
    kept = held.covers(cells.row, known) & recent & (known < clock.shown_until)
    return cells.where(kept), known[kept]
