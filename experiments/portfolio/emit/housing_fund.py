"""Housing fund: months contributed by employer and employee."""

import numpy as np
import polars as pl

from experiments.portfolio.emit.clock import Clock, dates, moments, pick
from experiments.portfolio.emit.contributions import arrived, declared_base
from experiments.portfolio.emit.feed import Consent, Feed
from experiments.portfolio.simulation import Trajectories


def rows(trajectories: Trajectories, clock: Clock, held: Consent) -> pl.DataFrame:
    """Months of housing fund: 5 to 12 % of the base from each side; more where there are reserves."""
    people = trajectories.people[:, None]
    cells = pick(trajectories, (people["fund"] == 1) & (trajectories.months["employed"] == 1))
    cells, known = arrived(trajectories, clock, held, cells, 60)
    rate = np.clip(np.round(8.5 + 2.2 * trajectories.people["reserves"][cells.row]), 5, 12) / 100.0
    amount = np.round(2.0 * rate * declared_base(trajectories, cells, clock), 2)
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(known),
            "month": dates(clock.starts[cells.month]),
            "contribution_cny": amount,
        }
    )


FEED = Feed(consent_share=0.44, rows=rows)
