"""Social security and housing fund: they follow formal jobs, and arrive one to two months late.

On a new consent the past two years arrive at once; what falls into an outage arrives after it.
"""

import numpy as np
import polars as pl

from experiments.cashflow.economy import DISTRESSED
from experiments.cashflow.emit.clock import Cells, Clock, dates, everyone, moments, pick
from experiments.cashflow.emit.feed import Consent, Outages
from experiments.cashflow.layout import FORMAL, SELF_EMPLOYED
from experiments.cashflow.simulation import Trajectories, economy_of
from features.arrays import Bools, Floats, Ints
from features.calendar import DAY

FLOOR = 3_600.0
"""Lowest legal contribution base, CNY a month, which people pay who contribute by themselves."""
SELF_PAID_SHARE = 0.30


def social_security(
    trajectories: Trajectories, clock: Clock, held: Consent, failing: Outages
) -> pl.DataFrame:
    """Months paid by the employer while there is one in good order, or by oneself at the floor."""
    people, record = trajectories.people, trajectories.months
    formal = ((people["kind"] == FORMAL)[:, None]) & (record["employed"] == 1)
    alone = (people["kind"] == SELF_EMPLOYED) & (everyone(trajectories).uniform(56) < SELF_PAID_SHARE)
    cells = pick(trajectories, formal | alone[:, None])
    cells = cells.where(~_unpaid(trajectories, cells))
    cells, known = _arrived(trajectories, held, failing, cells, 50)
    employed = people["kind"][cells.row] == FORMAL
    employer = pl.Series(record["employer"][cells.row, cells.month].astype(np.int64))
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(known),
            "month": dates(clock.starts[cells.month]),
            "contribution_base_cny": np.where(employed, _base(trajectories, cells), FLOOR),
            "employer_id": employer.set(pl.Series(~employed), None),
        }
    )


def housing_fund(trajectories: Trajectories, clock: Clock, held: Consent, failing: Outages) -> pl.DataFrame:
    """Months of housing fund: 5 to 12 % of the base from each side, the rate by employer."""
    cells = pick(
        trajectories, (trajectories.people["fund"] == 1)[:, None] & (trajectories.months["employed"] == 1)
    )
    cells = cells.where(~_unpaid(trajectories, cells))
    cells, known = _arrived(trajectories, held, failing, cells, 60)
    employer = trajectories.months["employer"][cells.row, cells.month].astype(np.int64)
    rate = (5 + employer % 8) / 100.0
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(known),
            "month": dates(clock.starts[cells.month]),
            "contribution_cny": np.round(2.0 * rate * _base(trajectories, cells), 2),
        }
    )


def _base(trajectories: Trajectories, cells: Cells) -> Floats:
    """(k,) declared base, CNY, raised with a year's usual growth of pay."""
    years = cells.month // 12
    return np.asarray(np.round(trajectories.people["declared"][cells.row] * 1.03**years / 10.0) * 10.0)


def _unpaid(trajectories: Trajectories, cells: Cells) -> Bools:
    """(k,) an employer in distress skips every other contribution."""
    employer = trajectories.months["employer"][cells.row, cells.month]
    state = economy_of(trajectories.config).environment.distress[np.maximum(employer, 0), cells.month]
    return np.asarray((employer >= 0) & (state == DISTRESSED) & (cells.uniform(55) < 0.5))


def _arrived(
    trajectories: Trajectories, held: Consent, failing: Outages, cells: Cells, stream: int
) -> tuple[Cells, Ints]:
    """The months that arrive under consent, and when; draws from `stream` and the two after it."""
    clock = failing.clock
    lag = ((31 + 30 * cells.uniform(stream)) * DAY).astype(np.int64)
    late = cells.uniform(stream + 1) < trajectories.config.parameters.observed.late_row
    extra = np.where(late, (45 + 75 * cells.uniform(stream + 2)) * DAY, 0.0).astype(np.int64)
    granted = held.granted[cells.row]
    known = np.maximum(clock.starts[cells.month] + lag + extra, granted + DAY)
    known = failing.ends(cells.row, known)
    recent = clock.starts[cells.month] >= granted - 24 * 30 * DAY
    kept = held.covers(cells.row, known) & recent & (known < clock.shown_until)
    return cells.where(kept), known[kept]
