"""What other sources tell, with consent: bureau, third-party score, social security, housing fund.

Windows of the bureau run over the months before the report. Contributions are learned one to two months late,
some months later still; on a new consent the past two years arrive at once.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.portfolio.config import BURN_IN
from experiments.portfolio.emit.books import opened_us
from experiments.portfolio.emit.clock import HOUR, NEVER, Cells, Clock, dates, moments, pick
from experiments.portfolio.simulation import Trajectories, economy_of
from features.arrays import Bools, Floats, Ints
from features.calendar import DAY
from features.contract.schemas import SOURCES

CONSENTED = SOURCES[1:]


@dataclass(frozen=True)
class Consent:
    """Consent of n accounts to one source, in microseconds; NEVER = not granted, or not withdrawn."""

    granted: Ints
    revoked: Ints

    def covers(self, rows: Ints, at: Ints) -> Bools:
        """(k,) whether consent holds at these moments."""
        granted, revoked = self.granted[rows], self.revoked[rows]
        return np.asarray((granted != NEVER) & (granted <= at) & ((revoked == NEVER) | (at < revoked)))


def consent(lived: Trajectories, clock: Clock, source: str) -> Consent:
    """When each person granted and withdrew consent to a source."""
    seen, k = lived.config.parameters.observed, CONSENTED.index(source)
    share = getattr(seen, f"consent_{source}")
    cells = pick(lived, np.arange(lived.months.shape[1]) == np.zeros((len(lived.accounts), 1)))
    opened = opened_us(lived, clock)
    u, wait = cells.uniform(20, k), -np.log(cells.uniform(21, k)) * 14 * 30 * 86_400e6
    late = cells.uniform(22, k) >= seen.consent_at_opening
    granted = opened + 13 * HOUR + np.where(late, wait, 0).astype(np.int64) + k * HOUR // 60
    held = -np.log(cells.uniform(23, k)) / seen.consent_withdrawn * 30 * 86_400e6
    revoked = granted + held.astype(np.int64)
    granted = np.where((u < share) & (granted < clock.shown_until), granted, NEVER)
    gone = (granted != NEVER) & (revoked < clock.shown_until)
    return _with_grants(Consent(granted, np.where(gone, revoked, NEVER)), lived, source)


def _with_grants(own: Consent, lived: Trajectories, source: str) -> Consent:
    """The person's own consent, or from a given moment on one that is not withdrawn again."""
    wished = lived.grants.get(source)
    if wished is None:
        return own
    rows = np.arange(len(wished))
    fresh = (wished != NEVER) & ~own.covers(rows, wished)
    return Consent(np.where(fresh, wished, own.granted), np.where(fresh, NEVER, own.revoked))


def consents(lived: Trajectories, clock: Clock) -> pl.DataFrame:
    """Grants, each with its withdrawal."""
    frames = []
    for source in CONSENTED:
        held = consent(lived, clock, source)
        rows = np.nonzero(held.granted != NEVER)[0]
        frame = {
            "account_id": lived.accounts[rows],
            "known_at": moments(held.granted[rows]),
            "source": pl.Series([source] * len(rows), dtype=pl.String),
            "granted_at": moments(held.granted[rows]),
            "revoked_at": moments(held.revoked[rows]),
        }
        frames.append(pl.DataFrame(frame))
    return pl.concat(frames)


def bureau_reports(lived: Trajectories, clock: Clock) -> pl.DataFrame:
    """Quarterly pulls, and one at each request for a higher limit."""
    months = lived.start + np.arange(lived.months.shape[1])
    quarter = (months + lived.accounts[:, None]) % 3 == 0
    grant = consent(lived, clock, "bureau")
    fresh = np.searchsorted(clock.starts, grant.granted, side="right")[:, None] == months
    wanted = (quarter | fresh | (lived.months["asked"] == 1)) & _open(lived, months)
    cells = pick(lived, wanted)
    at = clock.starts[cells.month] + np.floor(cells.uniform(30) * 27 * 24).astype(np.int64) * HOUR
    kept = grant.covers(cells.row, at)
    cells, at = _keep(cells, kept), at[kept]
    slow = cells.uniform(31) < 0.02
    learned = at + np.where(slow, 25 * DAY, 6 * HOUR)
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(learned),
            "reported_at": moments(at),
            **_file(lived, cells),
        }
    )


def _file(lived: Trajectories, cells: Cells) -> dict[str, NDArray[np.generic]]:
    """What the bureau holds at the end of the month before the report."""
    record, column = lived.months, cells.month - lived.start - 1
    here, people = record[cells.row, column], lived.people[cells.row]
    late = np.minimum(_window(record["late_elsewhere"], cells.row, column, 24), 24)
    depth = np.where(cells.uniform(32) < 0.25 + 0.08 * late, 30 + np.floor(60 * cells.uniform(33)), 5.0)
    n = here["n_elsewhere"].astype(np.int32)
    return {
        "n_accounts": n,
        "n_lenders": np.maximum(1, np.ceil(0.8 * n)).astype(np.int32),
        "total_limit_cny": np.round(here["limit_elsewhere"], 2),
        "total_balance_cny": np.round(here["debt"], 2),
        "monthly_payment_cny": np.round(here["debt"] * 0.055, 2),
        "max_dpd_24m": np.where(late > 0, depth + late, 0).astype(np.int32),
        "n_overdue_24m": late.astype(np.int32),
        "inquiries_3m": _window(record["inquiries"], cells.row, column, 3).astype(np.int32),
        "inquiries_12m": _window(record["inquiries"], cells.row, column, 12).astype(np.int32),
        "new_accounts_12m": _window(record["new_accounts"], cells.row, column, 12).astype(np.int32),
        "oldest_account_months": (people["oldest_elsewhere"] + cells.month).astype(np.int32),
    }


def _window(values: NDArray[np.int16], row: Ints, column: Ints, months: int) -> Ints:
    """(k,) sums over the months up to and with `column`."""
    total = np.cumsum(values.astype(np.int64), axis=1)
    before = column - months
    return np.asarray(total[row, column] - np.where(before >= 0, total[row, np.maximum(before, 0)], 0))


def third_party_scores(lived: Trajectories, clock: Clock) -> pl.DataFrame:
    """A score every second month: character, a little of debts, and the provider's error."""
    months = lived.start + np.arange(lived.months.shape[1])
    cells = pick(lived, ((months + lived.accounts[:, None]) % 2 == 0) & _open(lived, months))
    at = clock.starts[cells.month] + np.floor(cells.uniform(40) * 26 * 24).astype(np.int64) * HOUR
    kept = consent(lived, clock, "third_party").covers(cells.row, at)
    cells, at = _keep(cells, kept), at[kept]
    here = lived.months[cells.row, cells.month - lived.start - 1]
    error = (
        lived.config.parameters.observed.score_noise * (cells.uniform(41) + cells.uniform(42) - 1.0) * 2.4495
    )
    level = here["character"] + error - 0.15 * np.log1p(here["debt"] / here["income"])
    frame = {
        "account_id": cells.account,
        "known_at": moments(at + 2 * HOUR),
        "provider": pl.Series(["zhima"] * len(at), dtype=pl.String),
        "scored_at": moments(at),
        "score": np.clip(np.round(650.0 + 55.0 * level), 350, 950),
    }
    return pl.DataFrame(frame)


def social_security(lived: Trajectories, clock: Clock) -> pl.DataFrame:
    """Months paid by the employer while there is one in good order, or by oneself at the floor."""
    people, record = lived.people[:, None], lived.months
    paid = (people["formal"] == 1) & (record["employed"] == 1)
    cells = pick(lived, paid | (people["self_paid"] == 1))
    cells, known = _contributed(lived, clock, cells, "social_security", 50)
    here = record[cells.row, cells.month - lived.start]
    formal = lived.people["formal"][cells.row] == 1
    employer = pl.Series(here["employer"].astype(np.int64))
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(known),
            "month": dates(clock.starts[cells.month]),
            "contribution_base_cny": np.where(formal, _yearly(lived, cells, clock), 3_600.0),
            "employer_id": employer.set(pl.Series(~formal), None),
        }
    )


def housing_fund(lived: Trajectories, clock: Clock) -> pl.DataFrame:
    """Months of housing fund: 5 to 12 % of the base from each side; more where there are reserves."""
    people = lived.people[:, None]
    cells = pick(lived, (people["fund"] == 1) & (lived.months["employed"] == 1))
    cells, known = _contributed(lived, clock, cells, "housing_fund", 60)
    rate = np.clip(np.round(8.5 + 2.2 * lived.people["reserves"][cells.row]), 5, 12) / 100.0
    amount = np.round(2.0 * rate * _yearly(lived, cells, clock), 2)
    return pl.DataFrame(
        {
            "account_id": cells.account,
            "known_at": moments(known),
            "month": dates(clock.starts[cells.month]),
            "contribution_cny": amount,
        }
    )


def _yearly(lived: Trajectories, cells: Cells, clock: Clock) -> Floats:
    """The declared base, raised each July with a year's usual growth of pay."""
    years = (clock.starts[cells.month] - clock.starts[0]) // (365 * DAY)
    return np.asarray(np.round(lived.people["declared"][cells.row] * 1.03**years / 10.0) * 10.0)


def _contributed(
    lived: Trajectories, clock: Clock, cells: Cells, source: str, stream: int
) -> tuple[Cells, Ints]:
    """Keeps the months that arrive under consent, and says when they arrive."""
    lag = np.floor(clock.starts[1] - clock.starts[0] + cells.uniform(stream) * 30 * 86_400e6).astype(np.int64)
    late = cells.uniform(stream + 1) < lived.config.parameters.observed.late_row
    extra = np.where(late, (45 + 75 * cells.uniform(stream + 2)) * 86_400e6, 0.0).astype(np.int64)
    arrives = clock.starts[cells.month] + lag + extra
    held = consent(lived, clock, source)
    granted = held.granted[cells.row]
    known = np.maximum(arrives, granted + DAY)
    recent = clock.starts[cells.month] >= granted - 24 * 30 * DAY
    kept = held.covers(cells.row, known) & recent & (known < clock.shown_until)
    if source == "social_security":
        kept &= ~_unpaid(lived, cells)
    return _keep(cells, kept), known[kept]


def _unpaid(lived: Trajectories, cells: Cells) -> Bools:
    """An employer in distress skips every other contribution."""
    employer = lived.months["employer"][cells.row, cells.month - lived.start]
    state = economy_of(lived.config).environment.distress[np.maximum(employer, 0), cells.month]
    return np.asarray((employer >= 0) & (state == 1) & (cells.uniform(55) < 0.5))


def _open(lived: Trajectories, months: Ints) -> Bools:
    return np.asarray(
        (months >= BURN_IN) & (months > lived.people["opened"][:, None]) & (months > lived.start)
    )


def _keep(cells: Cells, kept: Bools) -> Cells:
    return Cells(cells.row[kept], cells.month[kept], cells.account[kept], cells.key[kept])
