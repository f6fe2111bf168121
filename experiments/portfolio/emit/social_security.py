"""Social security: months paid by the employer, or by oneself."""

import numpy as np
import polars as pl

from experiments.portfolio.emit.clock import Cells, Clock, dates, moments, pick
from experiments.portfolio.emit.contributions import arrived, declared_base
from experiments.portfolio.emit.feed import Consent, Feed
from experiments.portfolio.simulation import Trajectories, economy_of
from features.arrays import Bools


def rows(trajectories: Trajectories, clock: Clock, held: Consent) -> pl.DataFrame:
    """Months paid by the employer while there is one in good order, or by oneself at the floor."""
    people, record = trajectories.people[:, None], trajectories.months
    paid = (people["formal"] == 1) & (record["employed"] == 1)
    cells = pick(trajectories, paid | (people["self_paid"] == 1))
    cells, known = arrived(trajectories, clock, held, cells.where(~_unpaid(trajectories, cells)), 50)
    here = record[cells.row, cells.month - trajectories.start]
    formal = trajectories.people["formal"][cells.row] == 1
    employer = pl.Series(here["employer"].astype(np.int64))
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(known),
            "month": dates(clock.starts[cells.month]),
            "contribution_base_cny": np.where(formal, declared_base(trajectories, cells, clock), 3_600.0),
            "employer_id": employer.set(pl.Series(~formal), None),
        }
    )


def _unpaid(trajectories: Trajectories, cells: Cells) -> Bools:
    """(k,) an employer in distress skips every other contribution."""
    employer = trajectories.months["employer"][cells.row, cells.month - trajectories.start]
    state = economy_of(trajectories.config).environment.distress[np.maximum(employer, 0), cells.month]
    return np.asarray((employer >= 0) & (state == 1) & (cells.uniform(55) < 0.5))


FEED = Feed(consent_share=0.52, rows=rows)
